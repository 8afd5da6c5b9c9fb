/** The mark: three layers of rock folded into a trough, which is what a syncline is. */

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d="M1.5 4.5c5 0 4.5 11 8.5 11s3.5-11 8.5-11" />
      <path d="M5.5 3.5c2.5 1 2.5 7.5 4.5 7.5s2-6.5 4.5-7.5" />
      <path d="M8.700 3.5c.6 1.200.7 3 1.300 3s.7-1.800 1.300-3" />
    </svg>
  );
}
