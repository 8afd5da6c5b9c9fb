/** Rows that changed, by name; zeros are left out because a run without changes has nothing but zeros. */
import type { Counters } from '../../../shared/operations.ts';
import { toWords } from '../format/labels.ts';
import { toCount } from '../format/numbers.ts';

export function CounterGrid({ counters }: { counters: Counters }) {
  const shown = Object.entries(counters).filter(([, value]) => value !== undefined && value > 0);
  if (shown.length === 0) return null;
  return (
    <dl className="counter-grid">
      {shown.map(([name, value]) => (
        <div key={name} className={name === 'filesFailed' || name === 'issuesFound' ? 'counter-warn' : ''}>
          <dt>{toWords(name)}</dt>
          <dd className="figure">{toCount(value ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}
