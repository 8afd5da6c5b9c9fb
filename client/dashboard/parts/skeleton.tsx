/** Grey bars in the place of what is being loaded. */

export function Skeleton({ rows = 6, isCards = false }: { rows?: number; isCards?: boolean }) {
  return (
    <div className={isCards ? 'skeleton skeleton-cards' : 'skeleton'} aria-busy="true">
      <span className="visually-hidden">Loading</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="skeleton-bar" aria-hidden="true" />
      ))}
    </div>
  );
}
