/** What became of the items, in all and by type. */
import type { CounterGroup, SyncRecord } from '../../../../shared/views/history.ts';
import { ItemStatus } from '../../../../shared/work-items.ts';
import { toCount, toFraction, toShare } from '../../format/numbers.ts';
import { ProgressBar } from '../../parts/progress-bar.tsx';
import { itemStatusNames } from './push-state.tsx';

const groups: readonly (readonly [group: CounterGroup, name: string])[] = [
  ['epics', 'Epics'],
  ['features', 'Features'],
  ['user_stories', 'Stories'],
  ['items', 'All'],
];

export function PushCounts({ record }: { record: SyncRecord }) {
  const done = ItemStatus.options.reduce((sum, status) => sum + record[`items_${status}`], 0);
  return (
    <>
      <ProgressBar
        label="Items done"
        share={toShare(done, record.total_items)}
        tone={record.items_failed > 0 ? 'bad' : record.completed_at === undefined ? 'busy' : 'good'}
      />
      <p className="muted small figure">{toFraction(done, record.total_items)}</p>
      <table className="table table-compact table-narrow">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Result</span>
            </th>
            {groups.map(([group, name]) => (
              <th key={group} scope="col" className="align-right">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ItemStatus.options.map((status) => (
            <tr key={status}>
              <th scope="row">{itemStatusNames[status]}</th>
              {groups.map(([group]) => (
                <Figure key={group} value={record[`${group}_${status}`]} isBad={status === 'failed'} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {record.deletion_count > 0 && (
        <p className="muted small">{toCount(record.deletion_count)} work items deleted first</p>
      )}
    </>
  );
}

function Figure({ value, isBad }: { value: number; isBad: boolean }) {
  const tone = value === 0 ? 'muted' : isBad ? 'bad' : '';
  return <td className={`align-right figure ${tone}`}>{toCount(value)}</td>;
}
