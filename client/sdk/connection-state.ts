/** The connection as a total function: every state meets every signal, and nothing here touches the network. */
import type { ResetReason } from '../../shared/api/events.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import type { Arrival } from './arrival.ts';
import type { Effect, Greeting, Signal } from './connection-signal.ts';
import { isSameEpoch, later, seqOf } from './cursor.ts';
import {
  helloWithinMs,
  isStop,
  maxStrikes,
  noPast,
  rungOf,
  steadyMs,
  stepAfter,
  toClimbDelay,
  toRetryDelay,
  transports,
} from './ladder.ts';
import type { CloseReason, Past, RetryReason, StopReason, TransportName } from './ladder.ts';

/** A line is one opened transport; its number tells the signals of the present from those of the past. */
export type ConnectionState = Connecting | Live | Waiting | Stopped | Closed;

export interface Connecting {
  readonly state: 'connecting';
  readonly transport: TransportName;
  readonly cursor: EventId | null;
  /** 1 for the first try, or for one that follows a steady line. */
  readonly attempt: number;
  readonly line: number;
  readonly deadlineMs: number;
  readonly past: Past;
}

export interface Live {
  readonly state: 'live';
  readonly transport: TransportName;
  readonly cursor: EventId;
  readonly since: number;
  readonly line: number;
  /** A better transport being tried beside the one that works. */
  readonly probe: Probe | null;
  /** Why nothing new will come for a while, in the server's words (F10). */
  readonly trouble: string | null;
  /** Null on the best transport. */
  readonly climbAtMs: number | null;
  readonly past: Past;
}

interface Probe {
  readonly transport: TransportName;
  readonly line: number;
  readonly deadlineMs: number;
}

export interface Waiting {
  readonly state: 'waiting';
  /** The one to be tried next. */
  readonly transport: TransportName;
  readonly cursor: EventId | null;
  readonly retryAtMs: number;
  readonly because: RetryReason;
  readonly past: Past;
}

export interface Stopped {
  readonly state: 'stopped';
  readonly because: StopReason;
}

export interface Closed {
  readonly state: 'closed';
}

export interface Transition {
  readonly state: ConnectionState;
  readonly effects: readonly Effect[];
}

export const begin = (cursor: EventId | null, nowMs: number): Transition =>
  connect(transports[0], cursor, noPast, nowMs);

export function next(state: ConnectionState, signal: Signal): Transition {
  if (state.state === 'closed' || state.state === 'stopped') {
    return { state: signal.on === 'close' ? { state: 'closed' } : state, effects: [] };
  }
  switch (signal.on) {
    case 'close':
      return { state: { state: 'closed' }, effects: hangUp(state) };
    case 'hello':
      return onHello(state, signal.line, signal.greeting, signal);
    case 'events':
      return onEvents(state, signal.line, signal.arrival, signal);
    case 'trouble':
      return onTrouble(state, signal.line, signal.reason);
    case 'closed':
      return onClosed(state, signal.line, signal.because, signal.retryAfterMs, signal);
    case 'time':
      return onTime(state, signal);
  }
}

/** When the next `time` signal is due; null when none is. */
export function wakeAtMs(state: ConnectionState): number | null {
  switch (state.state) {
    case 'connecting':
      return state.deadlineMs;
    case 'waiting':
      return state.retryAtMs;
    case 'live':
      return state.probe?.deadlineMs ?? state.climbAtMs;
    case 'stopped':
    case 'closed':
      return null;
  }
}

type Running = Connecting | Live | Waiting;
type Moment = Pick<Signal, 'nowMs' | 'random'>;

function connect(transport: TransportName, cursor: EventId | null, before: Past, nowMs: number): Transition {
  const line = before.lines + 1;
  return {
    state: {
      state: 'connecting',
      transport,
      cursor,
      attempt: before.failures + 1,
      line,
      deadlineMs: nowMs + helloWithinMs[transport],
      past: { ...before, lines: line },
    },
    effects: [{ do: 'open', line, transport, after: cursor }],
  };
}

function onHello(state: Running, line: number, greeting: Greeting, moment: Moment): Transition {
  if (state.state === 'waiting') return unchanged(state);
  const { cursor, effects } = greet(state.cursor, greeting);
  if (state.state === 'connecting') {
    if (line !== state.line) return unchanged(state);
    return { state: toLive(state.transport, line, cursor, state.past, moment), effects };
  }
  // A line that says hello again has lost its place, and owns up to it.
  if (line === state.line) return { state: { ...state, cursor }, effects };
  if (line !== state.probe?.line) return unchanged(state);
  // One early end of what was climbed to leads down again, and the next climb waits longer.
  const past = { ...state.past, strikes: maxStrikes - 1, climbs: state.past.climbs + 1 };
  return {
    state: toLive(state.probe.transport, line, cursor, past, moment),
    effects: [{ do: 'hang-up', line: state.line }, ...effects],
  };
}

function toLive(
  transport: TransportName,
  line: number,
  cursor: EventId,
  past: Past,
  { nowMs, random }: Moment,
): Live {
  const climbAtMs = rungOf(transport) === 0 ? null : nowMs + toClimbDelay(past.climbs, random);
  return {
    state: 'live',
    transport,
    cursor,
    since: nowMs,
    line,
    probe: null,
    trouble: null,
    climbAtMs,
    past,
  };
}

/** Never silently ahead of the cursor: what the server did not call a reset is one all the same. */
function greet(cursor: EventId | null, { from, head, reset }: Greeting) {
  const reason = reset ?? findSkip(cursor, from);
  if (reason !== null) return { cursor: from, effects: [{ do: 'reset', reset: { reason, head } } as const] };
  return { cursor: cursor ?? from, effects: [] };
}

function findSkip(cursor: EventId | null, from: EventId): ResetReason | null {
  if (cursor === null) return null;
  if (!isSameEpoch(cursor, from)) return 'foreign-epoch';
  return seqOf(from) > seqOf(cursor) ? 'pruned' : null;
}

function onEvents(state: Running, line: number, arrival: Arrival, moment: Moment): Transition {
  if (state.state !== 'live' || line !== state.line) return unchanged(state);
  const { events, through, hasGap } = arrival;
  if (!isSameEpoch(through, state.cursor) || events.some((event) => !isSameEpoch(event.id, through))) {
    return dropLine(state, 'garbage', null, moment, [{ do: 'hang-up', line }]);
  }
  const cursor = later(state.cursor, through);
  if (cursor === state.cursor) return unchanged(state);
  const moved = { ...state, cursor };
  if (hasGap)
    return { state: moved, effects: [{ do: 'reset', reset: { reason: 'unreadable', head: cursor } }] };

  const fresh = toFresh(events, seqOf(state.cursor));
  return { state: moved, effects: fresh.length === 0 ? [] : [{ do: 'deliver', events: fresh }] };
}

/** In order and once, whatever the line repeats. */
function toFresh(events: readonly SynclineEvent[], after: number): readonly SynclineEvent[] {
  let last = after;
  return events.filter(({ seq }) => {
    if (seq <= last) return false;
    last = seq;
    return true;
  });
}

/** The line itself is well: it goes on, and says when the trouble is over. */
function onTrouble(state: Running, line: number, trouble: string | null): Transition {
  if (state.state !== 'live' || line !== state.line || trouble === state.trouble) return unchanged(state);
  return { state: { ...state, trouble }, effects: [] };
}

function onClosed(
  state: Running,
  line: number,
  because: CloseReason,
  hintMs: number | null,
  moment: Moment,
): Transition {
  if (state.state === 'waiting') return unchanged(state);
  const isProbe = state.state === 'live' && line === state.probe?.line;
  if (line !== state.line && !isProbe) return unchanged(state);
  if (isStop(because)) return { state: { state: 'stopped', because }, effects: hangUp(state, line) };
  if (isProbe) return probeFrom(state, rungOf(state.probe!.transport) + 1, moment);
  return dropLine(state, because, hintMs, moment, []);
}

/** The current line is gone: reconnect at once, or wait, on this transport or the one below. */
function dropLine(
  state: Connecting | Live,
  because: RetryReason,
  hintMs: number | null,
  { nowMs, random }: Moment,
  effects: readonly Effect[],
): Transition {
  const dropped = [...effects, ...hangUpProbe(state)];
  const isSteady = state.state === 'live' && nowMs - state.since >= steadyMs;
  const before = isSteady ? { ...noPast, lines: state.past.lines } : state.past;
  if (because === 'rotate' && isSteady) {
    return after(dropped, connect(state.transport, state.cursor, before, nowMs));
  }
  const { transport, past } = stepAfter(state.transport, because, before);
  const hasFallen = rungOf(transport) > rungOf(state.transport);
  if (because === 'no-hello' && hasFallen)
    return after(dropped, connect(transport, state.cursor, past, nowMs));
  const retryAtMs = nowMs + toRetryDelay(past.failures, hintMs, random);
  return {
    state: { state: 'waiting', transport, cursor: state.cursor, retryAtMs, because, past },
    effects: dropped,
  };
}

function onTime(state: Running, moment: Moment): Transition {
  const { nowMs } = moment;
  if (nowMs < (wakeAtMs(state) ?? Infinity)) return unchanged(state);
  switch (state.state) {
    case 'waiting':
      return connect(state.transport, state.cursor, state.past, nowMs);
    case 'connecting':
      return dropLine(state, 'no-hello', null, moment, [{ do: 'hang-up', line: state.line }]);
    case 'live':
      if (state.probe === null) return probeFrom(state, 0, moment);
      return after(hangUpProbe(state), probeFrom(state, rungOf(state.probe.transport) + 1, moment));
  }
}

/** Tries the better transports one after the other beside the one that works, then rests for a while. */
function probeFrom(state: Live, rung: number, { nowMs, random }: Moment): Transition {
  const transport = transports[rung];
  if (transport === undefined || rung >= rungOf(state.transport)) {
    const past = { ...state.past, climbs: state.past.climbs + 1 };
    return {
      state: { ...state, probe: null, climbAtMs: nowMs + toClimbDelay(past.climbs, random), past },
      effects: [],
    };
  }
  const line = state.past.lines + 1;
  const probe = { transport, line, deadlineMs: nowMs + helloWithinMs[transport] };
  return {
    state: { ...state, probe, past: { ...state.past, lines: line } },
    effects: [{ do: 'open', line, transport, after: state.cursor }],
  };
}

function hangUp(state: Running, gone?: number): readonly Effect[] {
  if (state.state === 'waiting') return [];
  const own = { do: 'hang-up', line: state.line } as const;
  return [own, ...hangUpProbe(state)].filter(({ line }) => line !== gone);
}

const hangUpProbe = (state: Connecting | Live) =>
  state.state === 'live' && state.probe ? [{ do: 'hang-up', line: state.probe.line } as const] : [];

const after = (effects: readonly Effect[], { state, effects: more }: Transition): Transition => ({
  state,
  effects: [...effects, ...more],
});

const unchanged = (state: ConnectionState): Transition => ({ state, effects: [] });
