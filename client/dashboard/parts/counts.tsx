/** What the last full sync did to the documents, in five figures. */
import type { SyncCounts } from '../../../shared/views/project.ts';
import { toCount } from '../format/numbers.ts';

const names = ['added', 'updated', 'removed', 'unchanged', 'failed'] as const satisfies (keyof SyncCounts)[];

export function Counts({ counts }: { counts: SyncCounts }) {
  return (
    <dl className="counts">
      {names.map((name) => (
        <div key={name} className={counts[name] === 0 ? 'count count-zero' : `count count-${name}`}>
          <dd className="figure">{toCount(counts[name])}</dd>
          <dt>{name}</dt>
        </div>
      ))}
    </dl>
  );
}
