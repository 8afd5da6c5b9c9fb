/** What in a session speaks for a feature, the loudest first. */
import { useState } from 'react';
import type { ExplainedSignal } from '../../format/explanation.ts';
import { toConfidence, toSignalName } from '../../format/links.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toDateTime } from '../../format/time.ts';

const signalsAtOnce = 12;

export function Signals({ signals }: { signals: readonly ExplainedSignal[] }) {
  const [hasAll, setAll] = useState(false);
  if (signals.length === 0) return null;
  const shown = hasAll ? signals : signals.slice(0, signalsAtOnce);
  return (
    <section>
      <h3>{toPlural(signals.length, 'signal')}</h3>
      <ul className="signals">
        {shown.map(({ type, path, weight, at }, index) => (
          <li key={index} className="signal">
            <span className="small" title={at === null ? undefined : toDateTime(at)}>
              {toSignalName(type)}
            </span>
            <span className="figure small muted" title="Weight">
              {toConfidence(weight)}
            </span>
            <span className="mono small wrap muted signal-path">{path}</span>
          </li>
        ))}
      </ul>
      {shown.length < signals.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {toCount(signals.length - shown.length)} more
        </button>
      )}
    </section>
  );
}
