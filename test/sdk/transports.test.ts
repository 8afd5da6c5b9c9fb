import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CloseReason } from '../../client/sdk/ladder.ts';
import type { Greeting } from '../../client/sdk/connection-signal.ts';
import { systemClock } from '../../client/sdk/clock.ts';
import { openLongPoll, openPoll } from '../../client/sdk/transports/poll.ts';
import { openSocket } from '../../client/sdk/transports/socket.ts';
import { openSse, silenceMs } from '../../client/sdk/transports/sse.ts';
import type { OpenTransport, TransportOptions } from '../../client/sdk/transports/transport.ts';
import { eventAt, idOf, range } from './support/events.ts';
import { startJournalServer } from './support/journal-server.ts';
import type { Fault, JournalServer, Surface } from './support/journal-server.ts';
import { createManualClock } from './support/manual-clock.ts';
import { settle, until } from './support/until.ts';

let server: JournalServer;
let hangUp: AbortController;
beforeEach(async () => {
  server = await startJournalServer();
  hangUp = new AbortController();
});
afterEach(async () => {
  hangUp.abort();
  await server[Symbol.asyncDispose]();
});

function listen(open: OpenTransport, options: Partial<TransportOptions> = {}) {
  const heard = {
    hellos: [] as Greeting[],
    batches: [] as number[][],
    ends: [] as { because: CloseReason; retryAfterMs: number | null }[],
    hasGap: false,
    /** Events came before hello. */
    isRude: false,
    seqs: () => heard.batches.flat(),
  };
  open(
    {
      baseUrl: server.url,
      token: undefined,
      topics: [],
      types: [],
      after: null,
      fetch,
      clock: systemClock,
      signal: hangUp.signal,
      ...options,
    },
    {
      hello: (greeting) => heard.hellos.push(greeting),
      events: ({ events, hasGap }) => {
        heard.hasGap ||= hasGap;
        heard.isRude ||= heard.hellos.length === 0;
        if (events.length > 0) heard.batches.push(events.map(({ seq }) => seq));
      },
      trouble: () => undefined,
      closed: (because, retryAfterMs) => heard.ends.push({ because, retryAfterMs }),
    },
  );
  return heard;
}

const all: readonly (readonly [name: string, open: OpenTransport, surface: Surface])[] = [
  ['sse', openSse, 'sse'],
  ['socket', openSocket, 'socket'],
  ['long-poll', openLongPoll, 'poll'],
  ['poll', openPoll, 'poll'],
];

describe.each(all)('%s', (name, open, surface) => {
  test('says hello, then tells what follows the cursor', async () => {
    server.append(5);
    const clock = createManualClock();

    const heard = listen(open, { after: idOf(2), clock });
    await until(() => heard.seqs().length === 3);
    server.append(2);
    if (name === 'poll') await until(() => (clock.advance(100), heard.seqs().length === 5));
    else await until(() => heard.seqs().length === 5);

    expect(heard.hellos).toEqual([{ from: idOf(2), head: idOf(5), reset: null }]);
    expect(heard.seqs()).toEqual(range(3, 7));
    expect(heard.isRude).toBe(false);
    expect(heard.ends).toEqual([]);
  });

  test('without a cursor begins at the head', async () => {
    server.append(5);

    const heard = listen(open);
    await until(() => heard.hellos.length > 0);

    expect(heard.hellos).toEqual([{ from: idOf(5), head: idOf(5), reset: null }]);
    expect(heard.seqs()).toEqual([]);
  });

  test('[SS3] a cursor of another journal is told as a reset', async () => {
    server.append(5);

    const heard = listen(open, { after: idOf(2, 'otherone') });
    await until(() => heard.hellos.length > 0);

    expect(heard.hellos).toEqual([{ from: idOf(5), head: idOf(5), reset: 'foreign-epoch' }]);
  });

  test('sends its token in a header', async () => {
    listen(open, { token: 'secret' });
    await until(() => server.asked.length > 0);

    expect(server.asked[0]).toMatchObject({ surface, authorization: 'Bearer secret' });
  });

  test('tells nothing after it was hung up', async () => {
    const heard = listen(open, { after: idOf(0) });
    await until(() => heard.hellos.length > 0);

    hangUp.abort();
    server.append(3);
    await settle();

    expect(heard.seqs()).toEqual([]);
    expect(heard.ends).toEqual([]);
  });

  test('an address where nobody listens is unreachable', async () => {
    const heard = listen(open, { baseUrl: 'http://127.0.0.1:1' });
    await until(() => heard.ends.length > 0);

    expect(heard.ends).toEqual([{ because: 'unreachable', retryAfterMs: null }]);
  });

  const faults: readonly (readonly [Fault, CloseReason, readonly Surface[]])[] = [
    ['unavailable', 'refused', ['sse', 'poll']],
    ['forbidden', 'unsupported', ['socket']],
    ['stop', 'told-to-stop', ['sse', 'poll']],
    ['forbidden', 'unauthorised', ['sse', 'poll']],
    ['missing', 'unsupported', ['sse', 'poll']],
    ['page', 'unsupported', ['sse', 'poll']],
    ['garbage', 'garbage', ['sse', 'socket', 'poll']],
  ];
  test.each(faults.filter(([, , surfaces]) => surfaces.includes(surface)))(
    'a server with fault "%s" ends it as "%s"',
    async (fault, because) => {
      server.fault(surface, fault);

      const heard = listen(open);
      await until(() => heard.ends.length > 0);

      expect(heard.ends[0]?.because).toBe(because);
      expect(heard.hellos).toEqual([]);
    },
  );
});

describe('sse', () => {
  test('a burst in one chunk travels as one batch', async () => {
    const heard = listen(openSse, { after: idOf(0) });
    await until(() => heard.hellos.length > 0);

    server.append(100);
    await until(() => heard.seqs().length === 100);

    expect(heard.batches).toEqual([range(1, 100)]);
  });

  test.each(['slow', 'shutdown', 'rotate', 'revoked'] as const)(
    '[SS4] [SS5] a bye tells its reason, "%s", and when to come back',
    async (reason) => {
      const heard = listen(openSse);
      await until(() => server.open() === 1);

      server.cut({ reason, retryMs: 4_321 });
      await until(() => heard.ends.length > 0);

      expect(heard.ends).toEqual([{ because: reason, retryAfterMs: 4_321 }]);
    },
  );

  test('an end without a bye is told as lost, and the wish of Retry-After with a refusal', async () => {
    const lost = listen(openSse);
    await until(() => server.open() === 1);
    server.cut();
    server.fault('sse', 'unavailable');
    const refused = listen(openSse);
    await until(() => lost.ends.length + refused.ends.length === 2);

    expect(lost.ends[0]?.because).toBe('lost');
    expect(refused.ends[0]).toEqual({ because: 'refused', retryAfterMs: 7_000 });
  });

  test('[SS1] three missing heartbeats end it; each heartbeat gives it more time', async () => {
    const clock = createManualClock();
    const heard = listen(openSse, { clock });
    await until(() => server.open() === 1 && heard.hellos.length === 1);

    clock.advance(silenceMs - 1);
    server.append(1);
    await until(() => heard.seqs().length === 1);
    clock.advance(silenceMs - 1);
    await settle();
    expect(heard.ends).toEqual([]);
    clock.advance(1);
    await until(() => heard.ends.length > 0);

    expect(heard.ends).toEqual([{ because: 'silent', retryAfterMs: null }]);
  });

  test.each([
    ['an event of an unknown type', { id: idOf(1), type: 'moon:risen' }, [2], false],
    ['an event whose data cannot be read', { ...eventAt(1), data: { state: 7 } }, [2], true],
    ['an event with a field more', { ...eventAt(1), colour: 'red' }, [1, 2], false],
  ])('%s does not end the stream', async (_, event, seqs, hasGap) => {
    const heard = listen(openSse, { after: idOf(0) });
    await until(() => heard.hellos.length > 0);

    server.write(`data: ${JSON.stringify(event)}\n\ndata: ${JSON.stringify(eventAt(2))}\n\n`);
    await until(() => heard.seqs().length >= seqs.length);

    expect(heard.seqs()).toEqual(seqs);
    expect(heard.hasGap).toBe(hasGap);
  });

  test.each(['data: 7\n\n', 'data: {"id":"x"}\n\n', 'event: hello\ndata: {}\n\n', 'data: {\n\n'])(
    'what is not of the protocol, %j, ends it as garbage',
    async (text) => {
      const heard = listen(openSse);
      await until(() => server.open() === 1 && heard.hellos.length === 1);

      server.write(text);
      await until(() => heard.ends.length > 0);

      expect(heard.ends[0]?.because).toBe('garbage');
    },
  );
});

describe('polling', () => {
  test('[ST6] asks every 2.5 s while something happens, every 15 s when nothing has for a while', async () => {
    const clock = createManualClock();
    const heard = listen(openPoll, { clock });
    const pauses: number[] = [];

    await until(() => heard.hellos.length > 0);
    while (clock.nowMs() < 1_000_000 + 80_000) {
      const count = server.asked.length;
      const fromMs = clock.nowMs();
      await settle();
      await until(() => (clock.advance(500), server.asked.length > count));
      pauses.push(clock.nowMs() - fromMs);
      await settle();
    }

    expect(Math.min(...pauses)).toBeLessThanOrEqual(5_000);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(15_000);
  });

  test('reads page after page without a pause', async () => {
    server.append(2_500);

    const heard = listen(openPoll, { after: idOf(0), clock: createManualClock() });
    await until(() => heard.seqs().length === 2_500);

    expect(heard.batches.map(({ length }) => length)).toEqual([1000, 1000, 500]);
  });

  test('a reset in the middle is said by another hello', async () => {
    server.append(3);
    const heard = listen(openLongPoll, { after: idOf(1) });
    await until(() => heard.seqs().length === 2);

    server.restore('nextlife');
    server.append(1);
    await until(() => heard.hellos.length === 2);

    expect(heard.hellos[1]).toMatchObject({ reset: 'foreign-epoch' });
  });
});
