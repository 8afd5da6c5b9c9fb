/** Goes from page to page of a list whose length is known. */
import { toCount } from '../../format/numbers.ts';

interface PageNumbersProps {
  readonly page: number;
  readonly pages: number;
  readonly toPage: (page: number) => void;
}

export function PageNumbers({ page, pages, toPage }: PageNumbersProps) {
  if (pages <= 1) return null;
  return (
    <nav className="pager" aria-label="Pages">
      <button
        type="button"
        className="button button-small"
        disabled={page <= 1}
        onClick={() => toPage(page - 1)}
      >
        Previous
      </button>
      <span className="muted figure" aria-current="page">
        Page {toCount(page)} of {toCount(pages)}
      </span>
      <button
        type="button"
        className="button button-small"
        disabled={page >= pages}
        onClick={() => toPage(page + 1)}
      >
        Next
      </button>
    </nav>
  );
}
