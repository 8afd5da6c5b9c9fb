import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reset } from '../../client/sdk/connection-signal.ts';
import type { ConnectionState } from '../../client/sdk/connection-state.ts';
import type { ConnectionOptions } from '../../client/sdk/connection.ts';
import { epochOf, seqOf } from '../../client/sdk/cursor.ts';
import { openSharedStream } from '../../client/sdk/shared-stream.ts';
import { createTabs, findTabApis } from '../../client/sdk/tabs.ts';
import type { TabApis } from '../../client/sdk/tabs.ts';
import type { EventId } from '../../shared/ids.ts';
import { epoch, eventAt, idOf, range } from './support/events.ts';
import { createFakeBrowser } from './support/fake-browser.ts';
import { settle } from './support/until.ts';

/** One browser before one journal: connections are played by hand, tabs are real. */
function openWorld() {
  const browser = createFakeBrowser();
  const streams = new Set<ConnectionOptions & { cursor: EventId }>();
  const greeted = new Set<object>();
  let head = 0;
  let opened = 0;

  const liveAt = (cursor: EventId) => ({ state: 'live', transport: 'sse', cursor }) as ConnectionState;
  const connect = (options: ConnectionOptions) => {
    opened++;
    const stream = { ...options, cursor: options.after ?? idOf(head) };
    const live = () => liveAt(stream.cursor);
    const close = () => {
      if (streams.delete(stream)) stream.onState({ state: 'closed' });
    };
    streams.add(stream);
    // As over a network: hello comes later.
    queueMicrotask(() => {
      if (!streams.has(stream)) return;
      greeted.add(stream);
      stream.onState(live());
      read(stream);
    });
    return { state: live, close, [Symbol.dispose]: close };
  };

  const read = (stream: ConnectionOptions & { cursor: EventId }) => {
    const missed = range(seqOf(stream.cursor) + 1, head);
    if (missed.length === 0) return;
    stream.cursor = idOf(head);
    stream.onState(liveAt(stream.cursor));
    stream.onEvents(missed.map((seq) => eventAt(seq)));
  };

  return {
    browser,
    streams,
    opened: () => opened,
    head: () => head,
    append(count: number) {
      head += count;
      for (const stream of streams) if (greeted.has(stream)) read(stream);
    },
    openTab(after: EventId | null, apis: TabApis = browser) {
      const heard: number[] = [];
      const resets: Reset[] = [];
      const states: ConnectionState[] = [];
      const faults: string[] = [];
      let position = after;
      const connection = openSharedStream(
        {
          baseUrl: '',
          after,
          onState: (state) => {
            states.push(state);
            if (state.state === 'live') position ??= state.cursor;
          },
          onReset: (reset) => {
            resets.push(reset);
            position = reset.head;
          },
          onEvents: (events) => {
            for (const { id, seq } of events) {
              heard.push(seq);
              if (position !== null && seq !== seqOf(position) + 1) faults.push(`${id} after ${position}`);
              position = id;
            }
          },
        },
        createTabs(apis),
        connect,
      );
      return { connection, heard, resets, states, faults, position: () => position };
    },
  };
}

describe('[SS6] the tabs of one browser', () => {
  test('read one stream', async () => {
    const world = openWorld();
    const tabs = [world.openTab(idOf(0)), world.openTab(idOf(0)), world.openTab(idOf(0))];
    await settle();

    world.append(3);
    await settle();

    expect(world.opened()).toBe(1);
    expect(tabs.map(({ heard }) => heard)).toEqual([range(1, 3), range(1, 3), range(1, 3)]);
    expect(tabs.map(({ connection }) => connection.state().state)).toEqual(['live', 'live', 'live']);
  });

  test('a tab that comes later catches up from what the leader remembers', async () => {
    const world = openWorld();
    world.openTab(idOf(0));
    await settle();
    world.append(5);
    await settle();

    const late = world.openTab(idOf(2));
    await settle();

    expect(late.heard).toEqual([3, 4, 5]);
    expect(late.resets).toEqual([]);
  });

  test('a tab without a cursor begins where the stream is', async () => {
    const world = openWorld();
    world.openTab(idOf(0));
    await settle();
    world.append(5);
    await settle();

    const late = world.openTab(null);
    await settle();
    world.append(1);
    await settle();

    expect(late.heard).toEqual([6]);
    expect(late.states.at(0)?.state).toBe('connecting');
    expect(late.position()).toBe(idOf(6));
  });

  test.each([
    ['older than what the leader remembers', idOf(2), 'pruned'],
    ['of another journal', idOf(7, 'otherone'), 'foreign-epoch'],
  ] as const)('a cursor %s is told as a reset', async (_, after, reason) => {
    const world = openWorld();
    world.append(9);
    world.openTab(idOf(9));
    await settle();

    const late = world.openTab(after);
    await settle();

    expect(late.resets).toEqual([{ reason, head: idOf(9) }]);
  });

  test('when the leader closes another one goes on from its own cursor', async () => {
    const world = openWorld();
    const tabs = [world.openTab(idOf(0)), world.openTab(idOf(0)), world.openTab(null)];
    await settle();
    world.append(2);
    await settle();

    tabs[0]!.connection.close();
    world.append(2);
    await settle();
    world.append(1);
    await settle();

    expect([...world.streams].map(({ after }) => after)).toEqual([idOf(2)]);
    expect(tabs[0]!.heard).toEqual([1, 2]);
    expect(tabs[0]!.connection.state()).toEqual({ state: 'closed' });
    expect(tabs[1]!.heard).toEqual(range(1, 5));
    expect(tabs[2]!.heard).toEqual(range(1, 5));
  });

  test('a reset of the stream reaches all', async () => {
    const world = openWorld();
    const tabs = [world.openTab(idOf(0)), world.openTab(idOf(0))];
    await settle();

    const reset = { reason: 'foreign-epoch', head: idOf(4, 'nextlife') } as const;
    for (const stream of world.streams) stream.onReset(reset);
    await settle();

    expect(tabs.map(({ resets }) => resets)).toEqual([[reset], [reset]]);
  });

  test('leave nothing behind', async () => {
    const world = openWorld();
    const tabs = [world.openTab(idOf(0)), world.openTab(idOf(0))];
    await settle();

    for (const { connection } of tabs) {
      connection.close();
      connection.close();
    }
    await settle();

    expect(world.browser.inUse()).toEqual({ locks: 0, channels: 0 });
    expect(world.streams.size).toBe(0);
    expect(tabs.map(({ states }) => states.filter(({ state }) => state === 'closed').length)).toEqual([1, 1]);
  });

  test('where locks are refused each reads for itself', async () => {
    const world = openWorld();
    const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) };
    const apis: TabApis = { ...world.browser, locks };
    const tabs = [world.openTab(idOf(0), apis), world.openTab(idOf(0), apis)];
    await settle();

    world.append(2);
    await settle();

    expect(world.opened()).toBe(2);
    expect(tabs.map(({ heard }) => heard)).toEqual([range(1, 2), range(1, 2)]);
  });

  test('however they come and go, each hears every event once and in order, or of a reset', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('open', 'close', 'append', 'settle'), fc.nat(6)), {
          maxLength: 40,
        }),
        async (steps) => {
          const world = openWorld();
          const tabs: ReturnType<typeof world.openTab>[] = [];
          const isOpen = (tab: (typeof tabs)[number]) => tab.connection.state().state !== 'closed';

          for (const [step, choice] of steps) {
            const open = tabs.filter(isOpen);
            if (step === 'open') {
              const after = choice === 0 ? null : idOf(Math.max(0, world.head() - choice + 1));
              tabs.push(world.openTab(after));
            }
            if (step === 'close') open[choice % open.length]?.connection.close();
            if (step === 'append') world.append(choice);
            if (step === 'settle') await settle();
          }
          await settle();

          expect(tabs.flatMap(({ faults }) => faults)).toEqual([]);
          for (const tab of tabs.filter(isOpen)) {
            expect(tab.position()).toBe(idOf(world.head()));
            expect(epochOf(tab.position()!)).toBe(epoch);
          }
          expect(world.streams.size).toBe(tabs.some(isOpen) ? 1 : 0);
        },
      ),
      { numRuns: 200 },
    ));
});

describe('the APIs for sharing', () => {
  const apis = { document: {}, BroadcastChannel: class {}, navigator: { locks: {} } };

  test.each([
    ['a page of a browser that has both', apis, true],
    ['Node', { ...apis, document: undefined }, false],
    ['a page without locks', { ...apis, navigator: {} }, false],
    ['a page without channels', { ...apis, BroadcastChannel: undefined }, false],
  ])('in %s', (_, scope, isThere) => {
    expect(findTabApis(scope) !== null).toBe(isThere);
  });
});
