import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallError } from '../../client/sdk/call-error.ts';
import type { Caller } from '../../client/sdk/caller.ts';
import type { ConnectionState } from '../../client/sdk/connection-state.ts';
import type { ConnectionOptions } from '../../client/sdk/connection.ts';
import { lingerMs, firstSnapshotMs, openStore } from '../../client/sdk/store.ts';
import type { Snapshot, ViewSpec, ViewState } from '../../client/sdk/store.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import { epoch, eventAt, idOf, range } from './support/events.ts';
import { createManualClock } from './support/manual-clock.ts';
import { settle } from './support/until.ts';

/** A store whose stream and snapshots are played by hand. */
function openPlayed(options: { ringCapacity?: number } = {}) {
  const clock = createManualClock();
  const streams: ConnectionOptions[] = [];
  let closedStreams = 0;
  const store = openStore({
    // No view of these tests calls a route.
    caller: (() => Promise.reject(new Error('unused'))) as Caller,
    baseUrl: '',
    clock,
    connect: (asked) => {
      streams.push(asked);
      const close = () => void closedStreams++;
      return { state: () => store.connection.get(), close, [Symbol.dispose]: close };
    },
    ...options,
  });
  const stream = () => streams[0]!;
  return {
    store,
    clock,
    streams,
    closedStreams: () => closedStreams,
    live: (seq: number) => stream().onState(liveAt(seq)),
    tell: (...seqs: number[]) => stream().onEvents(seqs.map((seq) => eventAt(seq))),
    reset: (head: EventId) => stream().onReset({ reason: 'pruned', head }),
    cut: () => stream().onState(waiting),
  };
}

const liveAt = (seq: number) => ({ state: 'live', transport: 'sse', cursor: idOf(seq) }) as ConnectionState;
const waiting = { state: 'waiting', transport: 'sse', cursor: null } as unknown as ConnectionState;

/** A view that remembers which events it has folded on top of which snapshot. */
function logSpec(key = 'log', fold?: ViewSpec<readonly number[]>['fold']) {
  const reads: {
    answer: (seq: number, value?: readonly number[]) => Promise<void>;
    answerAt: (head: string | null, value: readonly number[]) => Promise<void>;
    fail: (error: unknown) => Promise<void>;
    signal: AbortSignal;
  }[] = [];
  const spec: ViewSpec<readonly number[]> = {
    key,
    load: (signal) =>
      new Promise<Snapshot<readonly number[]>>((resolve, reject) => {
        const answerAt = (head: string | null, value: readonly number[]) => {
          resolve({ value, head });
          return settle();
        };
        reads.push({
          answer: (seq, value = range(1, seq)) => answerAt(idOf(seq), value),
          answerAt,
          fail: (error) => (reject(error as Error), settle()),
          signal,
        });
      }),
    fold: fold ?? ((value, { seq }) => [...value, seq]),
  };
  return { spec, reads, last: () => reads.at(-1)! };
}

const ready = (value: readonly number[], isStale = false) => ({ state: 'ready', value, isStale });
const network = new CallError({ code: 'NETWORK', message: 'away' });

/** A view that is ready at event 3, on a stream that is live there. */
async function openReady(fold?: ViewSpec<readonly number[]>['fold'], options = {}) {
  const played = openPlayed(options);
  const log = logSpec('log', fold);
  const view = played.store.view(log.spec);
  await settle();
  await log.last().answer(3);
  played.live(3);
  return { ...played, log, view };
}

describe('a view', () => {
  test('is a snapshot first and follows the stream from there', async () => {
    const { view, tell, streams } = await openReady();

    tell(4, 5);

    expect(view.get()).toEqual({ state: 'ready', value: [1, 2, 3, 4, 5], head: idOf(5), isStale: false });
    expect(streams).toMatchObject([{ topics: ['all'], after: idOf(3) }]);
  });

  test('is the same object until something changes', async () => {
    const { view, tell, live } = await openReady((value, { seq }) => (seq === 5 ? [...value, 5] : value));
    const heard: ViewState<readonly number[]>[] = [];
    view.subscribe(() => heard.push(view.get()));
    const before = view.get();

    tell(4);
    live(4);

    expect(view.get()).toBe(before);
    tell(5);
    expect(heard).toEqual([{ state: 'ready', value: [1, 2, 3, 5], head: idOf(5), isStale: false }]);
  });

  test('folds only the types it names', async () => {
    const { store, live } = openPlayed();
    const log = logSpec();
    const view = store.view({ ...log.spec, types: ['sync:started'] });
    await settle();
    await log.last().answer(3);
    live(3);

    expect(view.get()).toMatchObject(ready([1, 2, 3]));
  });

  test('whose snapshot is newer than the stream skips what it already holds', async () => {
    const { store, tell } = await openReady();
    const log = logSpec('second');
    const view = store.view(log.spec);
    await settle();
    await log.last().answer(6);

    tell(4, 5, 6, 7);

    expect(view.get()).toMatchObject(ready([1, 2, 3, 4, 5, 6, 7]));
  });

  test('whose snapshot is older catches up with recent events', async () => {
    const { store, tell } = await openReady();
    tell(4, 5, 6);
    const log = logSpec('second');
    const view = store.view(log.spec);
    await settle();

    await log.last().answer(4);

    expect(view.get()).toMatchObject(ready([1, 2, 3, 4, 5, 6]));
    expect(log.reads).toHaveLength(1);
  });

  test('whose snapshot is older than all that is kept is read again', async () => {
    const { store, clock } = await openReady();
    const log = logSpec('second');
    const view = store.view(log.spec);
    await settle();

    await log.last().answer(1);
    expect(view.get()).toMatchObject(ready([1], true));
    clock.advance(250);
    await settle();
    await log.last().answer(4);

    expect(view.get()).toMatchObject(ready([1, 2, 3, 4]));
  });

  test('whose snapshot names no position follows from where the stream was', async () => {
    const { store, tell } = await openReady();
    const log = logSpec('second');
    const view = store.view(log.spec);
    await settle();
    tell(4);

    await log.last().answerAt(null, [3]);
    tell(5);

    expect(view.get()).toMatchObject(ready([3, 4, 5]));
  });

  test('that cannot fold an event is read again, at most twenty times a second', async () => {
    const { view, tell, log, clock } = await openReady(() => 'reload');
    clock.advance(1_000);

    for (let seq = 4; seq <= 20; seq++) {
      tell(seq);
      clock.advance(10);
      await settle();
      if (seq % 2 === 0) await log.last().answer(seq);
    }

    // The first load, and one for each 50 of the 170 ms.
    expect(log.reads.length).toBeLessThanOrEqual(5);
    expect(log.reads.length).toBeGreaterThanOrEqual(3);
    clock.advance(250);
    await settle();
    await log.last().answer(20);
    expect(view.get()).toMatchObject(ready(range(1, 20)));
  });

  test('keeps what it has while it is read again, and says that it is stale', async () => {
    const { view, tell, log, clock } = await openReady((value, { seq }) =>
      seq === 5 ? 'reload' : [...value, seq],
    );
    clock.advance(1_000);

    tell(4, 5, 6);
    await settle();

    expect(view.get()).toMatchObject(ready([1, 2, 3, 4], true));
    await log.last().answer(5);
    expect(view.get()).toMatchObject(ready([1, 2, 3, 4, 5, 6]));
    expect(log.reads).toHaveLength(2);
  });

  test('asked to reload during a read is read once more, not twice', async () => {
    const { view, log, clock } = await openReady();
    clock.advance(1_000);

    view.reload();
    view.reload();
    view.reload();
    await settle();
    expect(log.reads).toHaveLength(2);
    await log.last().answer(3);
    clock.advance(10_000);
    await settle();

    expect(log.reads).toHaveLength(3);
  });
});

describe('a reset', () => {
  test('reads every view anew and drops what was being read', async () => {
    const { view, log, reset, tell, clock } = await openReady();
    clock.advance(1_000);
    view.reload();
    await settle();
    const outdated = log.last();

    reset(idOf(50));
    await settle();
    expect(view.get()).toMatchObject(ready([1, 2, 3], true));
    expect(outdated.signal.aborted).toBe(true);
    await outdated.answer(4);
    clock.advance(250);
    await settle();
    await log.last().answer(50, [50]);
    tell(51);

    expect(view.get()).toMatchObject(ready([50, 51]));
  });
});

describe('a failure', () => {
  test('is shown, with what was there before', async () => {
    const { view, log, clock } = await openReady();
    const refused = new CallError({ code: 'NOT_FOUND', message: 'gone', status: 404 });
    clock.advance(1_000);

    view.reload();
    await settle();
    await log.last().fail(refused);
    clock.advance(600_000);
    await settle();

    expect(view.get()).toEqual({ state: 'failed', error: refused, value: [1, 2, 3] });
    expect(log.reads).toHaveLength(2);
  });

  test('that may pass is tried again, ever less often', async () => {
    const { store, clock } = openPlayed();
    const log = logSpec();
    const view = store.view(log.spec);
    await settle();
    const waits: number[] = [];

    for (let round = 0; round < 8; round++) {
      await log.last().fail(network);
      const count = log.reads.length;
      const fromMs = clock.nowMs();
      while (log.reads.length === count) {
        clock.advance(500);
        await settle();
      }
      waits.push(clock.nowMs() - fromMs);
    }
    await log.last().answer(3);

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(view.get()).toMatchObject(ready([1, 2, 3], false));
  });

  test('ends as soon as the stream is live again', async () => {
    const { view, log, cut, live, clock } = await openReady();
    clock.advance(1_000);
    cut();
    view.reload();
    await settle();
    await log.last().fail(network);

    live(3);
    clock.advance(250);
    await settle();
    await log.last().answer(3);

    expect(view.get()).toMatchObject(ready([1, 2, 3]));
  });

  test('an answer that never comes is one after 30 s', async () => {
    const { store, clock } = openPlayed();
    const log = logSpec();
    const view = store.view(log.spec);
    await settle();

    clock.advance(30_000);
    await settle();

    expect(view.get()).toMatchObject({ state: 'failed', error: { code: 'NETWORK' }, value: null });
    expect(log.reads[0]!.signal.aborted).toBe(true);
  });

  test('of the loading code itself is shown too', async () => {
    const { store } = openPlayed();
    const bug = new TypeError('x is not a function');

    const view = store.view({
      key: 'bug',
      load: () => {
        throw bug;
      },
      fold: (value) => value,
    });
    await settle();

    expect(view.get()).toMatchObject({ state: 'failed', error: { code: 'MALFORMED', cause: bug } });
  });
});

describe('a store', () => {
  test('has no stream before its first view, and one for all', async () => {
    const { store, streams } = openPlayed();
    await settle();
    expect(streams).toHaveLength(0);

    const logs = [logSpec('a'), logSpec('b')];
    for (const { spec } of logs) store.view(spec);
    await settle();
    for (const log of logs) await log.last().answer(3);

    expect(streams).toHaveLength(1);
  });

  test('does not wait long for the first snapshot', async () => {
    const { store, streams, clock, live } = openPlayed();
    const log = logSpec();
    const view = store.view(log.spec);
    await settle();

    clock.advance(firstSnapshotMs);
    live(5);
    await log.last().answer(4);
    expect(view.get()).toMatchObject(ready([1, 2, 3, 4], true));
    clock.advance(250);
    await settle();
    await log.last().answer(5);

    expect(streams).toMatchObject([{ after: null }]);
    expect(view.get()).toMatchObject(ready(range(1, 5)));
  });

  test('opens its stream although the first snapshot fails', async () => {
    const { store, streams } = openPlayed();
    const log = logSpec();
    store.view(log.spec);
    await settle();

    await log.last().fail(network);

    expect(streams).toMatchObject([{ after: null }]);
  });

  test('[PG1] says that its views are stale while the stream is away', async () => {
    const { store, view, cut, live } = await openReady();
    let changes = 0;
    store.connection.subscribe(() => changes++);

    cut();
    expect(view.get()).toMatchObject(ready([1, 2, 3], true));
    expect(store.connection.get()).toBe(waiting);
    live(3);

    expect(view.get()).toMatchObject(ready([1, 2, 3]));
    expect(changes).toBe(2);
  });

  test('shares views of one key and keeps them for a while', async () => {
    const { store, view, log, clock, tell } = await openReady();
    const second = store.view(log.spec);
    view.close();
    view.close();
    tell(4);
    expect(second.get()).toMatchObject(ready([1, 2, 3, 4]));

    second.close();
    clock.advance(lingerMs - 1);
    const third = store.view(log.spec);
    clock.advance(lingerMs);
    tell(5);
    expect(third.get()).toMatchObject(ready([1, 2, 3, 4, 5]));
    third.close();
    clock.advance(lingerMs);
    store.view(log.spec);
    await settle();

    expect(log.reads).toHaveLength(2);
  });

  test('closed, ends its stream and its reads and takes no more views', async () => {
    const { store, view, log, closedStreams, clock } = await openReady();
    clock.advance(1_000);
    view.reload();
    await settle();

    store.close();
    store.close();

    expect(closedStreams()).toBe(1);
    expect(log.last().signal.aborted).toBe(true);
    expect(store.connection.get()).toEqual({ state: 'closed' });
    expect(() => store.view(log.spec)).toThrow('closed');
  });
});

type Turn = 'append' | 'hear' | 'read' | 'answer' | 'reset' | 'cut' | 'time';
const turn = fc.constantFrom<Turn>(
  'append',
  'append',
  'hear',
  'read',
  'answer',
  'answer',
  'reset',
  'cut',
  'time',
);

test('[LAW2] whatever is shown at a head is the fold of the journal up to it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(turn, { maxLength: 40 }),
      fc.integer({ min: 2, max: 9 }),
      async (turns, every) => {
        const { store, clock, streams, live, tell, reset, cut } = openPlayed({ ringCapacity: 3 });
        const log = logSpec('log', (value, { seq }: SynclineEvent) =>
          seq % every === 0 ? 'reload' : [...value, seq],
        );
        const view = store.view(log.spec);
        const readAt: number[] = [];
        let head = 2;
        let heard = 2;
        const check = () => {
          const state = view.get();
          if (state.state !== 'ready') return;
          expect(state.value).toEqual(range(1, Number(state.head!.split('-')[1])));
        };
        const answerAll = async () => {
          while (readAt.length < log.reads.length) {
            readAt.push(head);
            await log.last().answer(head);
          }
        };

        for (const step of turns) {
          await settle();
          const isOpen = streams.length > 0;
          if (step === 'append') head++;
          if (step === 'read') view.reload();
          if (step === 'answer') await answerAll();
          if (step === 'time') clock.advance(300);
          if (step === 'cut' && isOpen) cut();
          if (step === 'hear' && isOpen) {
            if (heard === 2 && streams[0]!.after === null) heard = head;
            else if (streams[0]!.after !== null)
              heard = Math.max(heard, Number(streams[0]!.after.split('-')[1]));
            live(heard);
            if (head > heard) tell(...range(heard + 1, head));
            heard = head;
          }
          if (step === 'reset' && isOpen) {
            heard = head;
            reset(idOf(head, epoch));
          }
          check();
        }

        for (let round = 0; round < 4; round++) {
          clock.advance(300);
          await settle();
          await answerAll();
          check();
        }
        expect(view.get()).toMatchObject({
          state: 'ready',
          value: { length: Math.max(heard, readAt.at(-1)!) },
        });
      },
    ),
    { numRuns: 150 },
  ));
