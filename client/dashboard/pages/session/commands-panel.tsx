/** The slash commands somebody gave, in their order. */
import { useState } from 'react';
import type { SessionDetail } from '../../../../shared/views/session.ts';
import { toCount, toPlural } from '../../format/numbers.ts';
import { toClock, toDateTime } from '../../format/time.ts';
import { Panel } from '../../parts/panel.tsx';

const commandsAtOnce = 25;

export function CommandsPanel({ commands }: { commands: SessionDetail['commands'] }) {
  const [hasAll, setAll] = useState(false);
  if (commands.length === 0) return null;
  const shown = hasAll ? commands : commands.slice(0, commandsAtOnce);
  return (
    <Panel
      title="Commands"
      aside={<span className="muted small figure">{toPlural(commands.length, 'command')}</span>}
    >
      <ol className="commands">
        {shown.map(({ name, args, at, ref }) => (
          <li key={ref} className="command">
            <span className="muted small figure">
              {at !== null && (
                <time dateTime={at} title={toDateTime(at)}>
                  {toClock(at)}
                </time>
              )}
            </span>
            <span className="mono small wrap">
              <span className="strong">{name}</span> {args}
            </span>
          </li>
        ))}
      </ol>
      {shown.length < commands.length && (
        <button type="button" className="button button-small" onClick={() => setAll(true)}>
          Show {toCount(commands.length - shown.length)} more
        </button>
      )}
    </Panel>
  );
}
