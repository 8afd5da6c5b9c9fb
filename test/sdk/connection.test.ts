import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Reset } from '../../client/sdk/connection-signal.ts';
import type { ConnectionState } from '../../client/sdk/connection-state.ts';
import { systemClock } from '../../client/sdk/clock.ts';
import { openConnection } from '../../client/sdk/connection.ts';
import type { Connection, ConnectionOptions } from '../../client/sdk/connection.ts';
import type { TransportListener } from '../../client/sdk/transports/transport.ts';
import { epochOf, seqOf } from '../../client/sdk/cursor.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import { epoch, eventAt, idOf, range } from './support/events.ts';
import { startJournalServer } from './support/journal-server.ts';
import type { JournalServer } from './support/journal-server.ts';
import { createFastClock, createManualClock } from './support/manual-clock.ts';
import { until } from './support/until.ts';

let server: JournalServer;
beforeEach(async () => {
  server = await startJournalServer();
});
afterEach(() => server[Symbol.asyncDispose]());

function follow(options: Partial<ConnectionOptions> = {}) {
  const events: SynclineEvent[] = [];
  const resets: Reset[] = [];
  const states: ConnectionState[] = [];
  const connection = openConnection({
    baseUrl: server.url,
    after: null,
    clock: createFastClock(20),
    onEvents: (batch) => void events.push(...batch),
    onReset: (reset) => void resets.push(reset),
    onState: (state) => void states.push(state),
    ...options,
  });
  const transport = () => {
    const state = connection.state();
    return state.state === 'live' ? state.transport : null;
  };
  const seqs = () => events.map(({ seq }) => seq);
  return { connection, events, resets, states, transport, seqs, [Symbol.dispose]: () => connection.close() };
}

describe('a connection', () => {
  test('follows the stream from its cursor', async () => {
    server.append(3);
    using reader = follow({ after: idOf(1), clock: systemClock });
    await until(() => reader.seqs().length === 2);

    server.append(2);
    await until(() => reader.seqs().length === 4);

    expect(reader.seqs()).toEqual([2, 3, 4, 5]);
    expect(reader.connection.state()).toMatchObject({ state: 'live', transport: 'sse', cursor: idOf(5) });
    expect(reader.states[0]).toMatchObject({ state: 'connecting', attempt: 1 });
  });

  test('reconnects after its last event', async () => {
    using reader = follow({ after: idOf(0), clock: systemClock });
    server.append(3);
    await until(() => reader.seqs().length === 3);

    server.cut();
    server.append(3);
    await until(() => reader.seqs().length === 6);

    expect(reader.seqs()).toEqual(range(1, 6));
    expect(server.asked.map(({ after }) => after)).toEqual([idOf(0), idOf(3)]);
  });

  test.each([
    ['a proxy that never flushes', 'no-headers'],
    ['a stream without hello', 'no-hello'],
    ['a stream that closes early', 'early-close'],
    ['a stream of garbage', 'garbage'],
    ['a server without streams', 'missing'],
    ['a page instead of a stream', 'page'],
  ] as const)('[PO2] %s leads to socket.io', async (_, fault) => {
    server.fault('sse', fault);
    using reader = follow({ after: idOf(0) });

    server.append(2);
    await until(() => reader.transport() === 'socket' && reader.seqs().length === 2);

    expect(reader.seqs()).toEqual([1, 2]);
  });

  test.each(['no-hello', 'early-close', 'garbage', 'forbidden'] as const)(
    '[PO2] without socket.io either (%s), to long polls',
    async (fault) => {
      server.fault('sse', 'no-headers');
      server.fault('socket', fault);
      using reader = follow({ after: idOf(0) });

      await until(() => reader.transport() === 'long-poll');
      server.append(2);
      await until(() => reader.seqs().length === 2);

      expect(reader.seqs()).toEqual([1, 2]);
    },
  );

  test('[PO2] climbs back when the better transport works again, and loses nothing on the way', async () => {
    server.fault('sse', 'no-hello');
    server.fault('socket', 'no-hello');
    using reader = follow({ after: idOf(0) });
    server.append(2);
    await until(() => reader.transport() === 'long-poll');

    server.fault('sse', 'none');
    await until(() => (server.append(1), reader.transport() === 'sse'));
    server.append(1);
    await until(() => reader.seqs().length === server.head());

    expect(reader.seqs()).toEqual(range(1, server.head()));
    expect(reader.resets).toEqual([]);
  });

  test('[SS3] a journal that was restored is told as a reset, and followed from its head', async () => {
    server.append(5);
    using reader = follow({ after: idOf(5), clock: systemClock });
    await until(() => reader.transport() === 'sse');

    server.restore('nextlife');
    server.append(2);
    await until(() => reader.resets.length === 1);
    server.append(1);
    await until(() => reader.events.length === 1);

    expect(reader.resets).toEqual([{ reason: 'foreign-epoch', head: idOf(2, 'nextlife') }]);
    expect(reader.events[0]?.id).toBe(idOf(3, 'nextlife'));
  });

  test('stops when the server says so', async () => {
    server.fault('sse', 'stop');
    using reader = follow({ clock: systemClock });

    await until(() => reader.connection.state().state === 'stopped');

    expect(reader.connection.state()).toEqual({ state: 'stopped', because: 'told-to-stop' });
  });
});

/** One line by hand, to choose the moment of everything. */
function openByHand(options: Partial<ConnectionOptions> = {}) {
  const lines: { listener: TransportListener; signal: AbortSignal }[] = [];
  const heard: number[] = [];
  const clock = createManualClock();
  const connection: Connection = openConnection({
    baseUrl: '',
    after: idOf(0),
    clock,
    transports: { sse: ({ signal }, listener) => void lines.push({ listener, signal }) },
    onEvents: (events) => heard.push(...events.map(({ seq }) => seq)),
    onReset: () => {},
    onState: () => {},
    ...options,
  });
  const hello = { from: idOf(0), head: idOf(0), reset: null };
  return { connection, lines, heard, clock, hello };
}
const arrivalOf = (...seqs: number[]) => ({
  events: seqs.map((seq) => eventAt(seq)),
  through: idOf(seqs.at(-1)!),
  hasGap: false,
});

describe('a listener', () => {
  test('that closes the connection hears nothing more', () => {
    const heard: number[] = [];
    const { connection, lines, hello } = openByHand({
      onEvents: (events) => {
        heard.push(...events.map(({ seq }) => seq));
        connection.close();
      },
    });

    lines[0]!.listener.hello(hello);
    lines[0]!.listener.events(arrivalOf(1));
    lines[0]!.listener.events(arrivalOf(2));

    expect(heard).toEqual([1]);
    expect(connection.state()).toEqual({ state: 'closed' });
    expect(lines[0]!.signal.aborted).toBe(true);
  });

  test('that closes the connection hears nothing of what came meanwhile', () => {
    const heard: (number | string)[] = [];
    const { connection, lines, hello } = openByHand({
      onState: (state) => heard.push(state.state),
      onEvents: (events) => {
        heard.push(...events.map(({ seq }) => seq));
        lines[0]!.listener.events(arrivalOf(2));
        connection.close();
      },
    });

    lines[0]!.listener.hello(hello);
    lines[0]!.listener.events(arrivalOf(1));

    expect(heard).toEqual(['connecting', 'live', 'live', 1, 'closed']);
  });

  test('that closes the connection at a change of state gets no events of that change', () => {
    const heard: number[] = [];
    const { connection, lines, hello } = openByHand({
      onState: (state) => void (state.state === 'live' && state.cursor === idOf(1) && connection.close()),
      onEvents: (events) => heard.push(...events.map(({ seq }) => seq)),
    });

    lines[0]!.listener.hello(hello);
    lines[0]!.listener.events(arrivalOf(1));

    expect(heard).toEqual([]);
  });

  test('closing twice is harmless, and leaves no timer behind', () => {
    const { connection, clock, lines } = openByHand();

    connection.close();
    connection.close();
    clock.advance(3_600_000);

    expect(lines).toHaveLength(1);
  });
});

type Deed =
  | { readonly do: 'append'; readonly count: number }
  | { readonly do: 'cut' }
  | { readonly do: 'bye'; readonly reason: string }
  | { readonly do: 'break' | 'mend'; readonly surface: 'sse' | 'socket' }
  | { readonly do: 'restore' | 'prune' }
  | { readonly do: 'catch-up' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ do: 'cut' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('bye' as const), reason: fc.constantFrom('slow', 'rotate') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('break' as const, 'mend' as const),
      surface: fc.constantFrom('sse' as const, 'socket' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('restore' as const, 'prune' as const) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'catch-up' as const }) },
);

describe('over real HTTP, with cuts and switches at random', () => {
  test('[LAW1] a reader gets every event exactly once and in order, or is told of a reset', () =>
    fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 3, maxLength: 14 }), async (deeds) => {
        await using journal = await startJournalServer();
        let position: EventId = idOf(0);
        let lives = 0;
        let life: string = epoch;
        const faults: string[] = [];
        using _reader = follow({
          baseUrl: journal.url,
          after: position,
          clock: createFastClock(400),
          onReset: ({ head }) => void (position = head),
          onEvents: (events) => {
            for (const { id, seq } of events) {
              const isNext = epochOf(id) === epochOf(position) && seq === seqOf(position) + 1;
              if (!isNext) faults.push(`${id} after ${position}`);
              position = id;
            }
          },
        });
        const isCaughtUp = () => position === idOf(journal.head(), life);

        for (const step of deeds) {
          if (step.do === 'append') journal.append(step.count);
          if (step.do === 'cut') journal.cut();
          if (step.do === 'bye') journal.cut({ reason: step.reason });
          if (step.do === 'break') journal.fault(step.surface, 'early-close');
          if (step.do === 'mend') journal.fault(step.surface, 'none');
          if (step.do === 'prune') journal.prune(journal.head() + 1);
          if (step.do === 'restore') journal.restore((life = `nextlife${++lives}`));
          if (step.do === 'catch-up') await until(isCaughtUp);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await until(isCaughtUp);

        expect(faults).toEqual([]);
      }),
      { numRuns: 40, endOnFailure: true },
    ));
});
