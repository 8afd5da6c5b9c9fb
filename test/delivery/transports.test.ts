import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pruneJournal } from '../../server/core/journal-rows.ts';
import type { ResetReason } from '../../shared/api/events.ts';
import { toEventId } from '../../shared/ids.ts';
import type { Epoch } from '../../shared/ids.ts';
import { range } from '../sdk/support/events.ts';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer, type DeliveryServerOptions } from './delivery-server.ts';
import { heavy, many, named, operationId, progress, removed, started } from './drafts.ts';
import { openReader, seqsOf, transports, type Reader, type Transport, type Wish } from './readers.ts';

const open: (DeliveryServer | Reader)[] = [];

afterEach(async () => {
  for (const opened of open.splice(0).toReversed()) {
    if ('close' in opened) opened.close();
    else await opened[Symbol.asyncDispose]();
  }
});

async function start(options?: DeliveryServerOptions): Promise<DeliveryServer> {
  const server = await startDeliveryServer(options);
  open.push(server);
  return server;
}

async function read(transport: Transport, server: DeliveryServer, wish?: Wish): Promise<Reader> {
  const reader = await openReader(transport, server.url, wish);
  open.push(reader);
  return reader;
}

const idOf = (server: DeliveryServer, seq: number) => toEventId(server.journal.epoch, seq);

const badCursors: readonly [ResetReason, (server: DeliveryServer) => string][] = [
  ['pruned', (server) => idOf(server, 1)],
  ['foreign-epoch', () => toEventId('anotherone' as Epoch, 1)],
  ['future', (server) => idOf(server, server.journal.head() + 1)],
  ['future', (server) => `${server.journal.epoch}-999999999999999`],
  ['malformed', () => 'garbage'],
  ['malformed', () => 'a-b-c'],
  ['malformed', (server) => `${server.journal.epoch}-1.5`],
  ['malformed', (server) => `${server.journal.epoch}--1`],
  ['malformed', () => '\0\r\n'],
  ['malformed', () => '9'.repeat(10_000)],
];

describe.each(transports)('over %s', (transport) => {
  test('[SS3] a reader without a cursor hears what comes, and nothing that was', async () => {
    const server = await start();
    await server.journal.append(many(3));
    const reader = await read(transport, server);

    await server.journal.append(many(2));
    await until(() => reader.events.length === 2);

    expect(seqsOf(reader)).toEqual([4, 5]);
    expect(reader.greetings).toEqual([{ head: idOf(server, 3), reset: null }]);
  });

  test('[EV2] a reader from the beginning hears every event once, in order, without a gap', async () => {
    const server = await start({ before: (journal) => journal.append(many(1_200)) });
    const reader = await read(transport, server, { after: 'earliest' });

    await Promise.all(Array.from({ length: 20 }, () => server.journal.append(many(10))));
    await until(() => reader.events.length >= 1_400);

    expect(seqsOf(reader)).toEqual(range(1, 1_400));
    expect(reader.events.map((event) => event.id)).toEqual(range(1, 1_400).map((seq) => idOf(server, seq)));
  });

  test('[IO2] a reader resumes from its last id, though the server was restarted meanwhile', async () => {
    const server = await start();
    await server.journal.append(many(5));
    await server.restart();
    const reader = await read(transport, server, { after: idOf(server, 2) });

    await server.journal.append(many(1));
    await until(() => reader.events.length === 4);

    expect(seqsOf(reader)).toEqual([3, 4, 5, 6]);
    expect(reader.greetings).toEqual([{ head: idOf(server, 5), reset: null }]);
  });

  describe('[F15] [SS3] a cursor that cannot be honoured', () => {
    let server: DeliveryServer;

    beforeAll(async () => {
      server = await startDeliveryServer({ before: (journal) => journal.append(many(10)) });
      await pruneJournal(server.db, { days: 9, count: 5, batch: 100 });
    });
    afterAll(() => server[Symbol.asyncDispose]());

    test.each(badCursors)(
      'because it is %s is answered with a reset, then with what comes',
      async (reset, cursorOf) => {
        const head = server.journal.head();
        const reader = await read(transport, server, { after: cursorOf(server) });

        await server.journal.append(many(1));
        await until(() => reader.events.length === 1);

        expect(reader.greetings).toEqual([{ head: idOf(server, head), reset }]);
        expect(seqsOf(reader)).toEqual([head + 1]);
      },
    );
  });

  test('a reader hears the topics and types it asked for, in the past and in the present', async () => {
    const server = await start();
    const drafts = [started('atlas'), removed('atlas'), started('borea'), removed('borea'), started('corax')];
    await server.journal.append(drafts);
    const wish = { after: 'earliest', topics: ['project:atlas', 'project:borea'], types: ['sync:*'] };
    const reader = await read(transport, server, wish);

    await server.journal.append(drafts);
    await until(() => reader.events.length === 4);

    expect(seqsOf(reader)).toEqual([1, 3, 6, 8]);
  });

  test('[F25] what is pruned while it is being read ends in a reset, not in a gap', async () => {
    let pages = 0;
    // More than is read into memory at once: what is remembered is not lost by pruning.
    const server: DeliveryServer = await start({
      before: (journal) => journal.append(many(4_100)),
      wrap: (journal) => ({
        epoch: journal.epoch,
        bus: journal.bus,
        head: () => journal.head(),
        position: () => journal.position(),
        append: (drafts) => journal.append(drafts),
        transact: (work) => journal.transact(work),
        catchUp: () => journal.catchUp(),
        async pageAfter(seq, limit) {
          pages += 1;
          if (pages === 2) await pruneJournal(server.db, { days: 9, count: 100, batch: 5_000 });
          return await journal.pageAfter(seq, limit);
        },
      }),
    });

    let reader = await read(transport, server, { after: idOf(server, 0) });
    await until(() => reader.greetings.at(-1)?.reset === 'pruned' || reader.isClosed);
    const seen = seqsOf(reader);
    if (reader.isClosed) reader = await read(transport, server, { after: reader.cursor });
    await server.journal.append(many(1));
    await until(() => seqsOf(reader).at(-1) === 4_101);

    expect(seen).toEqual(range(1, seen.length));
    expect(seen.length).toBeLessThan(4_100);
    expect(reader.greetings.at(-1)).toEqual({ head: idOf(server, 4_100), reset: 'pruned' });
  });

  test('[SS7] no name breaks the framing', async () => {
    const server = await start();
    const names = [
      'a\r\n\r\nevent: bye\ndata: {}\n\n',
      '\u2028\u2029\u0085',
      '"]}\\',
      '😀',
      '\u0001\u007f',
      'data: x',
      '\0',
      '\ud83d',
    ];
    // The database holds neither NUL nor half of a surrogate pair.
    const kept = [...names.slice(0, -2), '\ufffd', '\ufffd'];
    const reader = await read(transport, server);

    await server.journal.append(names.map(named));
    await until(() => reader.events.length === names.length);

    expect(reader.events.map((event) => (event.data as { slug: string }).slug)).toEqual(kept);
    expect(reader.byes).toEqual([]);
  });

  test('[SS5] when the server stops, every reader is let go at once and told why', async () => {
    const server = await start();
    const readers = await Promise.all(range(1, 20).map(() => read(transport, server)));
    await until(() => server.delivery.subscribers.figures.active === 20);

    await server.delivery.subscribers.closeAll('shutdown');
    await until(() => readers.every((reader) => reader.isClosed));

    const told = transport === 'poll' ? [] : ['shutdown'];
    expect(readers.map((reader) => reader.byes)).toEqual(readers.map(() => told));
    expect(server.delivery.liveUpdates()).toMatchObject({ active_subscribers: 0, subscription_opens: 20 });
  });

  test('[GU10] one stream too many is refused, and there is room again when one has gone', async () => {
    const server = await start({ settings: { maxStreams: 2 } });
    const [first] = await Promise.all([read(transport, server), read(transport, server)]);
    await until(() => server.delivery.subscribers.figures.active === 2);

    const refused = await read('sse', server);
    first?.close();
    await until(() => server.delivery.subscribers.figures.active === 1);
    const admitted = await read('sse', server);

    expect(refused.greetings).toEqual([]);
    expect(admitted.greetings).toHaveLength(1);
  });
});

describe.each(['sse', 'socket'] as const)('a stalled reader over %s', (transport) => {
  test('[F12] [SS4] is cut, resumes without loss, and costs the others nothing', async () => {
    const server = await start();
    const slow = await read(transport, server);
    const quick = await read(transport, server);

    slow.pause();
    for (let count = 0; count < 30; count++) await server.journal.append([heavy(500_000)]);
    await until(() => quick.events.length === 30);
    await server.advance(6_000);
    await server.advance(4_000);
    await until(() => server.delivery.subscribers.figures.active === 1);
    slow.resume();
    await until(() => slow.isClosed);
    const again = await read(transport, server, { after: slow.cursor });
    await until(() => seqsOf(again).at(-1) === 30);

    expect([...seqsOf(slow), ...seqsOf(again)]).toEqual(range(1, 30));
    expect(again.events.length).toBeGreaterThan(0);
    expect(server.delivery.liveUpdates().buffer_evictions).toBe(1);
  });

  test('[SS4] that reads on in time is not cut, and is spared the progress that was superseded', async () => {
    const server = await start();
    const reader = await read(transport, server);

    reader.pause();
    for (let count = 0; count < 30; count++) await server.journal.append([heavy(500_000)]);
    await until(() => server.delivery.fanout.eventCount === 30);
    await server.journal.append(range(1, 50).map((processed) => progress(operationId(1), processed)));
    await server.journal.append([progress(operationId(2), 1), started('atlas')]);
    await server.advance(4_000);
    reader.resume();
    await until(() => seqsOf(reader).at(-1) === 82);
    await server.journal.append(range(51, 53).map((processed) => progress(operationId(1), processed)));
    await until(() => seqsOf(reader).at(-1) === 85);

    expect(seqsOf(reader)).toEqual([...range(1, 30), 80, 81, 82, 83, 84, 85]);
    expect(reader.byes).toEqual([]);
    expect(server.delivery.liveUpdates()).toMatchObject({ dropped_events: 49, buffer_evictions: 0 });
  });

  test('[F21] does not hold up the end of the server', async () => {
    const server = await startDeliveryServer();
    const slow = await read(transport, server);
    slow.pause();
    for (let count = 0; count < 30; count++) await server.journal.append([heavy(500_000)]);
    await until(() => server.delivery.fanout.eventCount === 30);

    await server[Symbol.asyncDispose]();

    expect(server.delivery.subscribers.figures.active).toBe(0);
  }, 10_000);
});
