/** Walks a list page by page; the place stands in the address. */
import { Link, useLocation } from 'react-router';

interface CursorPagerProps {
  /** The parameter of the address that holds the cursor. */
  readonly name: string;
  readonly cursor: string;
  readonly nextCursor: string | null;
}

export function CursorPager({ name, cursor, nextCursor }: CursorPagerProps) {
  const { search } = useLocation();
  if (cursor === '' && nextCursor === null) return null;

  const at = (value: string | null) => {
    const query = new URLSearchParams(search);
    if (value === null) query.delete(name);
    else query.set(name, value);
    return `?${query.toString()}`;
  };
  return (
    <nav className="pager" aria-label="Pages">
      {cursor === '' ? <span /> : <Link to={at(null)}>First page</Link>}
      {nextCursor !== null && <Link to={at(nextCursor)}>Next page</Link>}
    </nav>
  );
}
