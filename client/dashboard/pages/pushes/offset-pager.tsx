/** Goes from page to page of a list whose length is known. */
import { toCount } from '../../format/numbers.ts';
import { rowsPerPage } from './push-filters.ts';

interface OffsetPagerProps {
  readonly page: number;
  readonly total: number;
  readonly toPage: (page: number) => void;
}

export function OffsetPager({ page, total, toPage }: OffsetPagerProps) {
  const pages = Math.max(1, Math.ceil(total / rowsPerPage));
  if (pages === 1 && page === 1) return null;
  const go = (label: string, to: number, isPossible: boolean) => (
    <button type="button" className="button button-small" disabled={!isPossible} onClick={() => toPage(to)}>
      {label}
    </button>
  );
  return (
    <nav className="pager" aria-label="Pages">
      {go('Previous', page - 1, page > 1)}
      <span className="muted figure" aria-current="page">
        Page {toCount(page)} of {toCount(pages)}
      </span>
      {go('Next', page + 1, page < pages)}
    </nav>
  );
}
