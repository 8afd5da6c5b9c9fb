/** Is this page live, over which transport, and how old is the last event: always visible. */
import type { ConnectionState } from '../../sdk/connection-state.ts';
import { connectionNames, toSeq, transportNames } from '../format/connection.ts';
import { toWords } from '../format/labels.ts';
import { toAge, toDateTime, toDuration } from '../format/time.ts';
import { Facts } from '../parts/facts.tsx';
import type { Fact } from '../parts/facts.tsx';
import { Icon } from '../parts/icon.tsx';
import type { Tone } from '../parts/status.tsx';
import { useConnection } from '../use-connection.ts';
import { useNow } from '../use-now.ts';
import { Menu } from './menu.tsx';

const tones: Readonly<Record<ConnectionState['state'], Tone>> = {
  connecting: 'busy',
  live: 'good',
  waiting: 'warn',
  stopped: 'bad',
  closed: 'idle',
};

export function ConnectionBadge() {
  const { connection, movedAtMs } = useConnection();
  const now = useNow();
  const isLive = connection.state === 'live';
  const age = movedAtMs === null ? 'no event yet' : toAge(movedAtMs, now);

  const trouble = troubleOf(connection);

  const badge = (
    <>
      <span className={`status status-${trouble === null ? tones[connection.state] : 'warn'}`}>
        <Icon name={isLive ? 'live' : 'offline'} />
        <span data-state={connection.state}>
          {trouble === null ? connectionNames[connection.state] : 'Saving paused'}
        </span>
      </span>
      <span className="badge-more muted">
        {'transport' in connection && <span>{transportNames[connection.transport]}</span>}
        <span className="badge-age figure">{isLive ? age : toNext(connection, now)}</span>
      </span>
    </>
  );
  return (
    <Menu testId="connection" badge={badge}>
      <Facts facts={toFacts(connection, age)} />
    </Menu>
  );
}

const troubleOf = (connection: ConnectionState): string | null =>
  connection.state === 'live' ? connection.trouble : null;

function toNext(connection: ConnectionState, now: number): string {
  if (connection.state === 'waiting') return `in ${toDuration(Math.max(1000, connection.retryAtMs - now))}`;
  return connection.state === 'connecting' ? `attempt ${connection.attempt}` : 'not live';
}

function toFacts(connection: ConnectionState, age: string): readonly Fact[] {
  const cursor = 'cursor' in connection ? connection.cursor : null;
  return [
    { name: 'State', value: connectionNames[connection.state] },
    { name: 'Transport', value: 'transport' in connection && transportNames[connection.transport] },
    { name: 'Last event', value: toSeq(cursor) === null ? 'none yet' : `#${toSeq(cursor)}, ${age}` },
    {
      name: 'Live since',
      value: connection.state === 'live' && toDateTime(new Date(connection.since).toISOString()),
    },
    { name: 'Trouble', value: troubleOf(connection) ?? false },
    { name: 'Because', value: 'because' in connection && toWords(connection.because) },
  ].filter(({ value }) => value !== false) as readonly Fact[];
}
