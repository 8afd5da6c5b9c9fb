/** Counted things as bars, the longest first; each leads to what it counts. */
import { Link } from 'react-router';
import { toCount } from '../format/numbers.ts';

export interface Bar {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  readonly to: string;
}

const shownAtOnce = 7;

export function BarList({ bars, label }: { bars: readonly Bar[]; label: string }) {
  const sorted = bars.toSorted((one, other) => other.count - one.count);
  const most = sorted[0]?.count ?? 0;
  const rest = sorted.slice(shownAtOnce);
  return (
    <>
      <Bars bars={sorted.slice(0, shownAtOnce)} most={most} label={label} />
      {rest.length > 0 && (
        <details className="fold small">
          <summary>{toCount(rest.length)} more</summary>
          <Bars bars={rest} most={most} label={`${label}, continued`} />
        </details>
      )}
    </>
  );
}

function Bars({ bars, most, label }: { bars: readonly Bar[]; most: number; label: string }) {
  return (
    <ul className="bars" aria-label={label}>
      {bars.map(({ key, label: name, count, to }) => (
        <li key={key}>
          <Link to={to} className="bar">
            <span className="bar-name">{name}</span>
            <span className="bar-count figure">{toCount(count)}</span>
            <span className="bar-track" aria-hidden="true">
              <span className="bar-fill" style={{ width: `${(count / most) * 100}%` }} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
