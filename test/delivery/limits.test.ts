import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RingingBus } from '../../server/core/bus.ts';
import { JournalEntry } from '../../server/core/journal-entry.ts';
import { batchBytes, type Batch } from '../../server/delivery/batch.ts';
import { Fanout } from '../../server/delivery/fanout.ts';
import { Follower } from '../../server/delivery/follower.ts';
import { lowWaterBytes } from '../../server/delivery/outlet.ts';
import { holdPoll } from '../../server/delivery/poll-hold.ts';
import { createLogger } from '../../server/platform/logger.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import { eventAt, range } from '../sdk/support/events.ts';
import { settle, until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer } from './delivery-server.ts';
import { openReader, type Reader } from './readers.ts';

describe('with room for two streams', () => {
  let server: DeliveryServer;
  let readers: Reader[];

  beforeEach(async () => {
    server = await startDeliveryServer({ settings: { maxStreams: 2 } });
    readers = await Promise.all([openReader('sse', server.url), openReader('socket', server.url)]);
    await until(() => server.delivery.subscribers.figures.active === 2);
  });
  afterEach(async () => {
    for (const reader of readers) reader.close();
    await server[Symbol.asyncDispose]();
  });

  const ask = (query: string, accept: string) =>
    fetch(`${server.url}/api/events?${query}`, { headers: { accept } });

  test.each([
    ['a stream', '', 'text/event-stream'],
    ['a long poll', 'wait=25', 'application/json'],
  ])('[GU10] %s more is refused with 429 and when to come back', async (_, query, accept) => {
    const response = await ask(query, accept);
    const { error } = (await response.json()) as { error: { code: string } };

    expect([response.status, error.code]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('[PO2] a poll that does not wait is answered all the same', async () => {
    expect((await ask('wait=0', 'application/json')).status).toBe(200);
  });

  test('[GU10] a socket more is refused', async () => {
    const refused = await openReader('socket', server.url);

    expect([refused.isClosed, refused.greetings]).toEqual([true, []]);
  });

  test('[GU10] sockets that never subscribe take their room all the same, until they go', async () => {
    for (const reader of readers) reader.close();
    await until(() => server.delivery.subscribers.figures.active === 0);
    const connect = () => io(server.url, { transports: ['websocket'], forceNew: true, reconnection: false });
    const mute = [connect(), connect()];
    await until(() => mute.every((socket) => socket.connected));

    const refused = await openReader('socket', server.url);
    mute[0]!.disconnect();
    mute[1]!.disconnect();
    await until(() => mute.every((socket) => !socket.connected));
    let admitted = await openReader('socket', server.url);
    // The server hears of the farewell a moment after it was said.
    while (admitted.isClosed) admitted = await openReader('socket', server.url);

    expect(refused.greetings).toEqual([]);
    expect(admitted.greetings).toHaveLength(1);
    expect(server.delivery.subscribers.tally.refusedSockets).toBeGreaterThan(0);
    admitted.close();
  });

  test('[SS5] a server that stops lets nobody in, and says when to come back', async () => {
    await server.delivery.subscribers.closeAll('shutdown');

    const response = await ask('', 'text/event-stream');

    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

test('[SS4] what waits for one peer is bounded, however much is said and however little it takes', async () => {
  const sizes = fc.array(fc.integer({ min: 100, max: 40_000 }), { minLength: 1, maxLength: 60, size: 'max' });
  const queueBytes = 200_000;
  await fc.assert(
    fc.asyncProperty(sizes, fc.integer({ min: 1, max: 20 }), async (lengths, every) => {
      const bus = new RingingBus();
      const entries: JournalEntry[] = [];
      const source = {
        bus,
        head: () => entries.length,
        pageAfter: (seq: number, limit: number) => Promise.resolve(entries.slice(seq, seq + limit)),
      };
      const peer = createPeer();
      await using fanout = new Fanout({ journal: source, log: createLogger('silent') });
      const owner = { onPruned: fail, onFailure: fail, onCollapsed: () => undefined };
      const interest = { topics: ['all'], types: [] };
      const follower = new Follower({ fanout, source, interest, outlet: peer, queueBytes, owner });
      follower.start(0);

      for (const [index, length] of lengths.entries()) {
        const event = { ...eventAt(index + 1), data: 'x'.repeat(length) } as unknown as SynclineEvent;
        const entry = new JournalEntry(event);
        entries.push(entry);
        bus.publish([entry]);
        if (index % 3 === 0) await settle();
        if (index % every === 0) peer.takeAll();
      }
      await until(() => (peer.takeAll(), peer.seqs.length === lengths.length));
      follower.stop();

      expect(peer.seqs).toEqual(range(1, lengths.length));
      expect(peer.mostBytes()).toBeLessThan(queueBytes + batchBytes + 41_000);
    }),
    { numRuns: 50 },
  );

  function fail(): void {
    throw new Error('The follower gave up');
  }
});

/** Takes nothing until it is told to. */
function createPeer() {
  const seqs: number[] = [];
  let written = 0;
  let queued = 0;
  let most = 0;
  let wake: () => void = () => undefined;
  return {
    seqs,
    mostBytes: () => most,
    takeAll: () => {
      queued = 0;
      wake();
    },
    write(batch: Batch) {
      const bytes = batch.entries.reduce((sum, entry) => sum + entry.json.length, 0);
      seqs.push(...batch.entries.map((entry) => entry.seq));
      written += bytes;
      queued += bytes;
      most = Math.max(most, queued);
    },
    writtenBytes: () => written,
    queuedBytes: () => queued,
    async room() {
      while (queued > lowWaterBytes) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

test('a poll that was answered leaves nothing on the signal of its request', async () => {
  await using server = await startDeliveryServer();
  const { subscribers, clock } = server.delivery;
  const { signal } = new AbortController();
  const actor = { kind: 'user', name: 'ada' } as const;

  const hold = holdPoll({ subscribers, clock, waitMs: 1_000, actor, topicCount: 1, signal });
  const during = [getEventListeners(signal, 'abort').length, subscribers.figures.active];
  hold[Symbol.dispose]();

  expect(during).toEqual([1, 1]);
  expect([getEventListeners(signal, 'abort').length, subscribers.figures.active]).toEqual([0, 0]);
});
