/** The official suite of the engine.io protocol, version 4, against the engine of the production socket server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocketFixture, type SocketFixture } from '../support/socket-fixture/fixture.ts';
import { openPolling, testEngine } from './engine-cases.ts';
import { openLine } from './line.ts';

let fixture: SocketFixture;

beforeAll(async () => {
  fixture = await openSocketFixture({ host: '127.0.0.1', port: 0 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const engine = { address: () => `${fixture.url}/engine.io/` };

testEngine(engine);

describe('message over long polling', () => {
  test.each([
    ['one text packet', '4hello'],
    ['several text packets', '4test1\x1e4test2\x1e4test3'],
    ['text and binary packets', '4hello\x1ebAQIDBA=='],
  ])('[IO3] a payload of %s comes back as it went', async (_, payload) => {
    const session = await openPolling(engine);

    const post = await session.post(payload);
    const poll = await session.poll();

    expect([post.status, await post.text()]).toEqual([200, 'ok']);
    expect([poll.status, await poll.text()]).toEqual([200, payload]);
  });

  test('[IO3] what is no packet ends the session', async () => {
    const session = await openPolling(engine);

    // Accepted, refused or hung up on: the protocol leaves it open.
    await session.post('abc').catch(() => undefined);

    expect((await session.poll()).status).toBe(400);
  });

  test('[IO3] two polls at a time end the session', async () => {
    const session = await openPolling(engine);

    const polls = await Promise.all([session.poll(), session.poll()]);
    const [ended, refused] = polls.toSorted((a, b) => a.status - b.status);

    expect([ended?.status, await ended?.text()]).toEqual([200, '1']);
    expect(refused?.status).toBe(400);
    expect((await session.poll()).status).toBe(400);
  });
});

describe('message over a WebSocket', () => {
  const open = async () => {
    const line = openLine(`${engine.address()}?EIO=4&transport=websocket`);
    await line.next();
    return line;
  };

  test('[IO3] a text packet comes back', async () => {
    using line = await open();

    line.send('4hello');

    expect(await line.next()).toBe('4hello');
  });

  test('[IO3] a binary packet comes back', async () => {
    using line = await open();
    const bytes = Uint8Array.from([1, 2, 3, 4]);

    line.send(bytes);

    expect(await line.next()).toEqual(bytes.buffer);
  });

  test('[IO3] what is no packet closes the connection', async () => {
    using line = await open();

    line.send('abc');

    await line.closed;
  });

  test('[IO3] what is sent after an upgrade comes back over the WebSocket', async () => {
    const session = await openPolling(engine);
    using line = openLine(`${engine.address()}?EIO=4&transport=websocket&sid=${session.sid}`);
    await line.opened;
    line.send('2probe');
    expect(await line.next()).toBe('3probe');

    line.send('5');
    line.send('4hello');

    expect(await line.nextPackets(1)).toEqual(['4hello']);
  });
});
