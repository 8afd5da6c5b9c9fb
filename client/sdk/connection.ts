/** One reader's way to the journal: carries out what the connection machine decides, over whichever transport works. */
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { Effect, Happening, Reset } from './connection-signal.ts';
import { begin, next, wakeAtMs } from './connection-state.ts';
import type { ConnectionState, Transition } from './connection-state.ts';
import type { TransportName } from './ladder.ts';
import { openLongPoll, openPoll } from './transports/poll.ts';
import { openSocket } from './transports/socket.ts';
import { openSse } from './transports/sse.ts';
import type { OpenTransport, TransportListener } from './transports/transport.ts';

export type Transports = Readonly<Record<TransportName, OpenTransport>>;

export interface ConnectionOptions {
  /** Origin of the server; empty for the page's own. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly topics?: readonly string[];
  readonly types?: readonly string[];
  /** Null for what is yet to come. */
  readonly after: EventId | null;
  /** Each event once and in order; those that came together come together. */
  readonly onEvents: (events: readonly SynclineEvent[]) => void;
  readonly onReset: (reset: Reset) => void;
  readonly onState: (state: ConnectionState) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly transports?: Partial<Transports>;
  readonly fetch?: typeof fetch;
}

export interface Connection extends Disposable {
  state(): ConnectionState;
  close(): void;
}

const ownTransports: Transports = {
  sse: openSse,
  socket: openSocket,
  'long-poll': openLongPoll,
  poll: openPoll,
};

export function openConnection(options: ConnectionOptions): Connection {
  const { clock = systemClock, random = Math.random, onEvents, onReset, onState } = options;
  const open = { ...ownTransports, ...options.transports };
  const lines = new Map<number, AbortController>();
  const waitingSignals: Happening[] = [];
  let isBusy = false;
  let cancelWake = () => {};
  let armedAtMs: number | null = null;
  let state: ConnectionState;

  const openLine = (line: number, transport: TransportName, after: EventId | null): void => {
    const controller = new AbortController();
    lines.set(line, controller);
    const listener: TransportListener = {
      hello: (greeting) => tell({ on: 'hello', line, greeting }),
      events: (arrival) => tell({ on: 'events', line, arrival }),
      trouble: (reason) => tell({ on: 'trouble', line, reason }),
      closed: (because, retryAfterMs) => {
        lines.delete(line);
        tell({ on: 'closed', line, because, retryAfterMs });
      },
    };
    const { baseUrl, token, topics = [], types = [] } = options;
    const send: typeof fetch = options.fetch ?? ((...request) => fetch(...request));
    const { signal } = controller;
    open[transport]({ baseUrl, token, topics, types, after, fetch: send, clock, signal }, listener);
  };

  const perform = (effect: Effect): void => {
    switch (effect.do) {
      case 'open':
        return openLine(effect.line, effect.transport, effect.after);
      case 'hang-up':
        lines.get(effect.line)?.abort();
        lines.delete(effect.line);
        return;
      case 'deliver':
        return onEvents(effect.events);
      case 'reset':
        return onReset(effect.reset);
    }
  };

  const carryOut = (transition: Transition): void => {
    const hasChanged = transition.state !== state;
    state = transition.state;
    if (hasChanged) guarded(() => onState(transition.state));
    for (const effect of transition.effects) {
      // A listener that closes the connection hears no more of it.
      const isSpoken = effect.do === 'deliver' || effect.do === 'reset';
      if (isSpoken && waitingSignals.some(({ on }) => on === 'close')) continue;
      guarded(() => perform(effect));
    }
    armWake(wakeAtMs(state));
  };

  const armWake = (atMs: number | null): void => {
    if (atMs === armedAtMs) return;
    cancelWake();
    armedAtMs = atMs;
    if (atMs === null) return;
    cancelWake = clock.after(Math.max(0, atMs - clock.nowMs()), () => {
      // A timer may fire a little early; then the same moment is armed again.
      armedAtMs = null;
      tell({ on: 'time' });
    });
  };

  /** One signal at a time: what a listener causes meanwhile waits for its turn. */
  const tell = (signal: Happening): void => {
    waitingSignals.push(signal);
    if (!isBusy) drain();
  };

  const drain = (): void => {
    isBusy = true;
    for (let signal = waitingSignals[0]; signal !== undefined; signal = waitingSignals[0]) {
      waitingSignals.shift();
      carryOut(next(state, { ...signal, nowMs: clock.nowMs(), random: random() }));
    }
    isBusy = false;
  };

  const close = (): void => {
    // Before all signals that still wait: nothing may be delivered after it.
    waitingSignals.unshift({ on: 'close' });
    if (!isBusy) drain();
  };

  isBusy = true;
  const first = begin(options.after, clock.nowMs());
  state = first.state;
  onState(state);
  carryOut(first);
  drain();
  return { state: () => state, close, [Symbol.dispose]: close };
}

/** A listener that throws must not stop the stream, nor go unheard: it becomes an uncaught error. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
