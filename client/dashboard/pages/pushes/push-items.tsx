/** What became of each item, newest first; what happens now comes in at the top. */
import { useSearchParams } from 'react-router';
import type { SyncRecordItem } from '../../../../shared/views/history.ts';
import { ItemStatus, ItemType } from '../../../../shared/work-items.ts';
import { useDashboard } from '../../dashboard-context.tsx';
import { toWords } from '../../format/labels.ts';
import { toPlural } from '../../format/numbers.ts';
import { Panel } from '../../parts/panel.tsx';
import { SelectField } from '../../parts/select-field.tsx';
import { ViewBoundary } from '../../parts/view-boundary.tsx';
import { useView } from '../../use-view.ts';
import { OffsetPager } from './offset-pager.tsx';
import { readItemFilters, writeFilters, type ItemFilters } from './push-filters.ts';
import type { ItemPage } from './push-folds.ts';
import { ItemState, itemStatusNames } from './push-state.tsx';
import { pushItemsView } from './push-views.ts';

export function PushItems({ id }: { id: string }) {
  const { caller } = useDashboard();
  const [query, setQuery] = useSearchParams();
  const filters = readItemFilters(query);
  const view = useView(pushItemsView(caller, id, filters));
  const change = (next: ItemFilters) => setQuery(writeFilters(next), { replace: true });
  const choose = (name: 'status' | 'type', value: string) =>
    change(
      readItemFilters(new URLSearchParams({ status: filters.status, type: filters.type, [name]: value })),
    );
  return (
    <Panel title="What became of each item">
      <div className="filters">
        <SelectField
          label="Result"
          value={filters.status}
          options={ItemStatus.options.map((status) => ({ value: status, label: itemStatusNames[status] }))}
          change={(value) => choose('status', value)}
        />
        <SelectField
          label="Type"
          value={filters.type}
          options={ItemType.options.map((type) => ({ value: type, label: toWords(type) }))}
          change={(value) => choose('type', value)}
        />
      </div>
      <ViewBoundary view={view} noun="list of items">
        {(page) => (
          <>
            <ItemTable page={page} />
            <OffsetPager
              page={filters.page}
              total={page.total}
              toPage={(next) => change({ ...filters, page: next })}
            />
          </>
        )}
      </ViewBoundary>
    </Panel>
  );
}

function ItemTable({ page: { items, total } }: { page: ItemPage }) {
  if (items.length === 0) return <p className="muted">No item yet.</p>;
  return (
    <>
      <p className="muted small figure">{toPlural(total, 'item')}</p>
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col">Item</th>
              <th scope="col">Type</th>
              <th scope="col">Work item</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <ItemRow key={item.ardoq_id} item={item} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function ItemRow({ item }: { item: SyncRecordItem }) {
  const { azure_devops_id: workItemId, azure_devops_url: url } = item;
  return (
    <tr>
      <td>
        <ItemState status={item.status} />
      </td>
      <th scope="row">{item.item_name}</th>
      <td className="small">{toWords(item.item_type)}</td>
      <td className="figure">{workItemId !== undefined && <WorkItemLink id={workItemId} url={url} />}</td>
      <td className="small">
        {item.error_message} {item.error_code !== undefined && <code>{item.error_code}</code>}
        {item.changed_fields?.join(', ')}
      </td>
    </tr>
  );
}

/** The address comes from another service: only a web page is linked to. */
function WorkItemLink({ id, url }: { id: number; url: string | undefined }) {
  if (url === undefined || !/^https?:\/\//i.test(url)) return <>#{id}</>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      #{id}
    </a>
  );
}
