/** What the official suites ask of the engine below: they ask it of both paths, so it is written once. */
import { describe, expect, test } from 'vitest';
import { maxPayload, timing } from '../support/socket-fixture/fixture.ts';
import { openLine, parseBehind } from './line.ts';

export interface Engine {
  /** `http://…/socket.io/?EIO=4` without its query. */
  readonly address: () => string;
}

/** The suites give a pong 200 ms, which a busy machine may miss; a server that keeps no session misses all of them. */
const patient = { retry: 8 };

/** A session over HTTP long polling. */
export interface Polling {
  readonly sid: string;
  poll(): Promise<Response>;
  post(body: string): Promise<Response>;
}

export async function openPolling({ address }: Engine): Promise<Polling> {
  const base = `${address()}?EIO=4&transport=polling`;
  const { sid } = parseBehind('0', await (await fetch(base)).text());
  const url = `${base}&sid=${String(sid)}`;
  return {
    sid: String(sid),
    poll: () => fetch(url),
    post: (body) => fetch(url, { method: 'POST', body }),
  };
}

export function testEngine(engine: Engine): void {
  const { address } = engine;
  const openWebSocket = (sid?: string) =>
    openLine(`${address()}?EIO=4&transport=websocket${sid === undefined ? '' : `&sid=${sid}`}`);
  const handshake = (upgrades: string[]) => ({
    sid: expect.any(String) as string,
    upgrades,
    pingInterval: timing.pingInterval,
    pingTimeout: timing.pingTimeout,
    maxPayload,
  });

  describe('handshake', () => {
    test('[IO3] a long-polling session opens with what the client must know', async () => {
      const response = await fetch(`${address()}?EIO=4&transport=polling`);

      expect(response.status).toBe(200);
      expect(parseBehind('0', await response.text())).toEqual(handshake(['websocket']));
    });

    test('[IO3] a WebSocket session opens with the same, and nothing to upgrade to', async () => {
      using line = openWebSocket();

      expect(parseBehind('0', await line.next())).toEqual(handshake([]));
    });

    test.each([
      ['no version', 'GET', 'transport=polling'],
      ['an unknown version', 'GET', 'EIO=abc&transport=polling'],
      ['no transport', 'GET', 'EIO=4'],
      ['an unknown transport', 'GET', 'EIO=4&transport=abc'],
      ['a POST without session', 'POST', 'EIO=4&transport=polling'],
      ['a PUT', 'PUT', 'EIO=4&transport=polling'],
    ])('[IO3] %s is answered with 400', async (_, method, query) => {
      expect((await fetch(`${address()}?${query}`, { method })).status).toBe(400);
    });

    test.each([
      ['no version', 'transport=websocket'],
      ['an unknown version', 'EIO=abc&transport=websocket'],
      ['no transport', 'EIO=4'],
      ['an unknown transport', 'EIO=4&transport=abc'],
    ])('[IO3] a WebSocket with %s is closed', async (_, query) => {
      using line = openLine(`${address()}?${query}`);

      await line.closed;
    });
  });

  describe('heartbeat', () => {
    test('[IO3] a poll brings a ping, and a pong keeps the session', patient, async () => {
      const session = await openPolling(engine);

      for (let beat = 0; beat < 3; beat++) {
        const poll = await session.poll();

        expect([poll.status, await poll.text()]).toEqual([200, '2']);
        expect((await session.post('3')).status).toBe(200);
      }
    });

    test('[IO3] a polling session without pong ends', async () => {
      const session = await openPolling(engine);

      await gone(session);

      expect((await session.poll()).status).toBe(400);
    });

    test('[IO3] a WebSocket gets pings, and pongs keep it', patient, async () => {
      using line = openWebSocket();
      await line.next();

      for (let beat = 0; beat < 3; beat++) {
        expect(await line.next()).toBe('2');
        line.send('3');
      }
    });

    test('[IO3] a WebSocket without pong is closed', async () => {
      using line = openWebSocket();

      await line.closed;
    });
  });

  describe('close', () => {
    test('[IO3] a close packet ends the poll under way and the session', async () => {
      const session = await openPolling(engine);

      const [poll] = await Promise.all([session.poll(), session.post('1')]);

      expect([poll.status, await poll.text()]).toEqual([200, '6']);
      expect((await session.poll()).status).toBe(400);
    });

    test('[IO3] a close packet closes the WebSocket', async () => {
      using line = openWebSocket();
      await line.next();

      line.send('1');

      await line.closed;
    });
  });

  describe('upgrade', () => {
    const probe = async (sid: string) => {
      const line = openWebSocket(sid);
      await line.opened;
      line.send('2probe');
      expect(await line.next()).toBe('3probe');
      return line;
    };

    test('[IO3] a polling session moves to a WebSocket', async () => {
      const session = await openPolling(engine);
      using line = await probe(session.sid);

      const poll = await session.poll();
      line.send('5');

      expect([poll.status, await poll.text()]).toEqual([200, '6']);
      expect(await line.next()).toBe('2');
    });

    test('[IO3] polls of a session that has moved are refused', async () => {
      const session = await openPolling(engine);
      using line = await probe(session.sid);

      line.send('5');
      await gone(session);

      expect((await session.poll()).status).toBe(400);
    });

    test('[IO3] another WebSocket of a session that has moved is closed', async () => {
      const session = await openPolling(engine);
      using line = await probe(session.sid);
      line.send('5');

      using other = openWebSocket(session.sid);

      await other.closed;
      expect(await line.next()).toBe('2');
    });
  });
}

/** Asks until the answer is no longer a poll's: without a pong, or once an upgrade is complete on the other connection. */
async function gone(session: Polling): Promise<void> {
  while ((await session.poll()).status === 200);
}
