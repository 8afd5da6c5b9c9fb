/** Every push there was, newest first, live. */
import { Link, useSearchParams } from 'react-router';
import type { SyncRecord } from '../../../../shared/views/history.ts';
import { PushStatus } from '../../../../shared/work-items.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toDuration } from '../../format/time.ts';
import { Empty } from '../../parts/empty.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { Age } from '../../parts/time.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { walkRows } from '../../parts/walk-rows.ts';
import { useView } from '../../use-view.ts';
import { OffsetPager } from './offset-pager.tsx';
import { readPushFilters, writeFilters, type PushFilters } from './push-filters.ts';
import type { PushList } from './push-folds.ts';
import { toPushPath } from './push-paths.ts';
import { PushState, pushStatusNames } from './push-state.tsx';
import { pushListView } from './push-views.ts';

export function PushesPage() {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readPushFilters(query);
  const view = useView(pushListView(caller, filters));
  const change = (next: PushFilters) => setQuery(writeFilters(next));
  return (
    <>
      <PageHeader title="Pushes" />
      <div className="toolbar">
        <div className="filters">
          <SelectField
            label="Status"
            value={filters.status}
            isListFilter
            options={PushStatus.options.map((status) => ({ value: status, label: pushStatusNames[status] }))}
            change={(status) => change(readPushFilters(new URLSearchParams({ status })))}
          />
        </div>
      </div>
      <ViewBoundary view={view} noun="list of pushes">
        {(list) => (
          <>
            <PushTable list={list} isFiltered={filters.status !== ''} />
            <OffsetPager
              page={filters.page}
              total={list.total}
              toPage={(page) => change({ ...filters, page })}
            />
          </>
        )}
      </ViewBoundary>
    </>
  );
}

function PushTable({ list: { records }, isFiltered }: { list: PushList; isFiltered: boolean }) {
  if (records.length === 0) {
    return isFiltered ? (
      <Empty title="No push passes this filter" />
    ) : (
      <Empty title="Nothing has been pushed yet">
        <p className="muted">Every push to Azure DevOps appears here the moment it is accepted.</p>
      </Empty>
    );
  }
  return (
    <div className="table-scroll panel">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- arrows move between its links */}
      <table className="table" onKeyDown={walkRows}>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Project</th>
            <th scope="col">Source</th>
            <th scope="col">Items</th>
            <th scope="col" className="align-right">
              Duration
            </th>
            <th scope="col" className="align-right">
              Accepted
            </th>
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <PushRow key={record.id} record={record} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PushRow({ record }: { record: SyncRecord }) {
  return (
    <tr data-testid={`push-${record.id}`}>
      <td>
        <PushState record={record} />
      </td>
      <th scope="row">
        <Link to={toPushPath(record.id)} className="row-link" data-row>
          {record.project_name}
        </Link>
        {record.overwrite_mode && <span className="tag">overwrite</span>}
      </th>
      <td>{record.source_type}</td>
      <td className="small">
        {record.error_message === undefined ? (
          toOutcome(record)
        ) : (
          <span className={record.status === 'failed' ? 'bad' : 'muted'}>{record.error_message}</span>
        )}
      </td>
      <td className="align-right figure">
        {record.duration_ms === undefined ? '—' : toDuration(record.duration_ms)}
      </td>
      <td className="align-right muted small">
        <Age at={record.created_at} />
      </td>
    </tr>
  );
}

/** What became of the items, in one phrase; zeros are left out. */
function toOutcome(record: SyncRecord): string {
  const parts = [
    record.items_created > 0 && `${toCount(record.items_created)} created`,
    record.items_updated > 0 && `${toCount(record.items_updated)} updated`,
    record.items_unchanged > 0 && `${toCount(record.items_unchanged)} unchanged`,
    record.items_failed > 0 && `${toCount(record.items_failed)} failed`,
    record.items_skipped > 0 && `${toCount(record.items_skipped)} skipped`,
    record.deletion_count > 0 && `${toCount(record.deletion_count)} deleted`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? toPlural(record.total_items, 'item') : parts.join(' · ');
}
