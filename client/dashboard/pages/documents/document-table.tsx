/** Documents as rows; a column head sorts, arrows walk, a changed row flashes. */
import { useState } from 'react';
import { Link } from 'react-router';
import type { DocumentItem } from '../../../../shared/views/document.ts';
import { sortedBy } from '../../address/document-filters.ts';
import type { DocumentFilters } from '../../address/document-filters.ts';
import { toDocumentPath } from '../../address/paths.ts';
import { firstFlash, nextFlash } from '../../folds/flash.ts';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Age } from '../../parts/time.tsx';
import { walkRows } from '../../parts/walk-rows.ts';

interface DocumentTableProps {
  readonly slug: string;
  readonly items: readonly DocumentItem[];
  readonly filters: DocumentFilters;
  readonly change: (filters: DocumentFilters) => void;
  /** Null while another page is on its way. */
  readonly listKey: string | null;
}

export function DocumentTable({ slug, items, filters, change, listKey }: DocumentTableProps) {
  const [last, setLast] = useState(() => firstFlash(items, listKey));
  const flash = nextFlash(last, items, listKey);
  // Adjusted while rendering, as React advises for state that follows what is passed in.
  if (flash !== last) setLast(flash);
  const head = { filters, change };
  return (
    <div className="table-scroll panel">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links */}
      <table className="table document-table" onKeyDown={walkRows}>
        <thead>
          <tr>
            <SortHead {...head} sort="title" name="Title" />
            <SortHead {...head} sort="type" name="Type" />
            <SortHead {...head} sort="status" name="Status" />
            <th scope="col">Epic</th>
            <th scope="col">Owner</th>
            <SortHead {...head} sort="file_date" name="File date" />
            <SortHead {...head} sort="updated_at" name="Indexed" />
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <DocumentRow
              key={item.file_path}
              slug={slug}
              item={item}
              flash={flash.paths.has(item.file_path) ? `flash flash-${flash.turn}` : ''}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface SortHeadProps extends Pick<DocumentTableProps, 'filters' | 'change'> {
  readonly sort: DocumentFilters['sort'];
  readonly name: string;
}

function SortHead({ filters, change, sort, name }: SortHeadProps) {
  const isSorted = filters.sort === sort;
  const order = filters.order === 'asc' ? 'ascending' : 'descending';
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button type="button" className="sort-button" onClick={() => change(sortedBy(filters, sort))}>
        {name}
        {isSorted && <Icon name={filters.order === 'asc' ? 'up' : 'down'} />}
      </button>
    </th>
  );
}

function DocumentRow({ slug, item, flash }: { slug: string; item: DocumentItem; flash: string }) {
  const { doc_id: docId, type, file_path: path } = item;
  return (
    <tr className={flash} data-testid={`document-${path}`}>
      <th scope="row" className="document-cell">
        <Link to={toDocumentPath(slug, { type, docId, path })} className="row-link" data-row>
          {item.title}
        </Link>
        <span className="document-line">
          <span className="document-path muted small mono" title={path}>
            {path}
          </span>
          <Marks item={item} />
        </span>
      </th>
      <td>{type}</td>
      <td>
        <DocumentStatus status={item.status} />
      </td>
      <td className="mono small">{item.epic}</td>
      <td>{item.owner}</td>
      <td className="muted small">{item.file_date !== null && <Age at={item.file_date} />}</td>
      <td className="muted small">
        <Age at={item.updated_at} />
      </td>
    </tr>
  );
}

function Marks({ item: { duplicate, archived } }: { item: DocumentItem }) {
  if (!duplicate && !archived) return null;
  return (
    <span className="marks">
      {duplicate && (
        <span className="tag tag-warn" title="Another file has the same type and name">
          duplicate
        </span>
      )}
      {archived && <span className="tag">archived</span>}
    </span>
  );
}
