/** The official suite of the socket.io protocol, version 5, against the production socket server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSocketFixture, type SocketFixture } from '../support/socket-fixture/fixture.ts';
import { testEngine } from './engine-cases.ts';
import { openLine, parseBehind, type Line } from './line.ts';

let fixture: SocketFixture;

beforeAll(async () => {
  fixture = await openSocketFixture({ host: '127.0.0.1', port: 0 });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const address = () => `${fixture.url}/socket.io/`;

testEngine({ address });

/** Connected to the engine, and to no namespace yet. */
async function openEngine(): Promise<Line> {
  const line = openLine(`${address()}?EIO=4&transport=websocket`);
  await line.next();
  return line;
}

/** Connected to the main namespace, its greeting read. */
async function openMain(): Promise<Line> {
  const line = await openEngine();
  line.send('40');
  await line.nextPackets(2);
  return line;
}

describe('connect', () => {
  test.each([
    ['the main namespace', '40', '40', '42["auth",{}]'],
    ['the main namespace, with a payload', '40{"token":"123"}', '40', '42["auth",{"token":"123"}]'],
    ['another namespace', '40/custom,', '40/custom,', '42/custom,["auth",{}]'],
    [
      'another namespace, with a payload',
      '40/custom,{"token":"abc"}',
      '40/custom,',
      '42/custom,["auth",{"token":"abc"}]',
    ],
  ])('[IO3] a client connects to %s', async (_, packet, prefix, greeting) => {
    using line = await openEngine();

    line.send(packet);
    const [connected, auth] = await line.nextPackets(2);

    expect(parseBehind(prefix, connected)).toEqual({ sid: expect.any(String) as string });
    expect(auth).toBe(greeting);
  });

  test('[IO3] an unknown namespace is refused', async () => {
    using line = await openEngine();

    line.send('40/random');

    expect(await line.nextPackets(1)).toEqual(['44/random,{"message":"Invalid namespace"}']);
  });

  test('[IO3] a handshake that is none closes the connection', async () => {
    using line = await openEngine();

    line.send('4abc');

    await line.closed;
  });

  test('[IO3] who connects to no namespace in time is closed', async () => {
    using line = await openEngine();

    for (;;) {
      const ping = await line.next().catch(() => undefined);
      if (ping === undefined) break;
      line.send('3');
    }

    await line.closed;
  });
});

describe('disconnect', () => {
  test('[IO3] who leaves the main namespace, its only one, is closed', async () => {
    using line = await openMain();

    line.send('41');

    await line.closed;
  });

  test('[IO3] who leaves another namespace stays in the main one', async () => {
    using line = await openMain();
    line.send('40/custom');
    await line.nextPackets(2);

    line.send('41/custom');
    line.send('42["message","message to main namespace"]');

    expect(await line.nextPackets(1)).toEqual(['42["message-back","message to main namespace"]']);
  });
});

const placeholders = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}';
const attachments = [Uint8Array.from([1, 2, 3]), Uint8Array.from([4, 5, 6])];

describe('message', () => {
  test.each([
    ['text', '42["message",1,"2",{"3":[true]}]', '42["message-back",1,"2",{"3":[true]}]'],
    ['text with an ack', '42456["message-with-ack",1,"2",{"3":[false]}]', '43456[1,"2",{"3":[false]}]'],
  ])('[IO3] %s comes back', async (_, packet, answer) => {
    using line = await openMain();

    line.send(packet);

    expect(await line.nextPackets(1)).toEqual([answer]);
  });

  test.each([
    ['attachments', `452-["message",${placeholders}]`, `452-["message-back",${placeholders}]`],
    ['attachments with an ack', `452-789["message-with-ack",${placeholders}]`, `462-789[${placeholders}]`],
  ])('[IO3] binary %s come back', async (_, packet, answer) => {
    using line = await openMain();

    line.send(packet);
    for (const attachment of attachments) line.send(attachment);

    expect(await line.nextPackets(3)).toEqual([answer, ...attachments.map(({ buffer }) => buffer)]);
  });

  test.each([
    ['an unknown packet type', '4abc'],
    ['a payload that is no list', '42{}'],
    ['an ack id that is no number', '42abc["message-with-ack",1,"2",{"3":[false]}]'],
  ])('[IO3] %s closes the connection', async (_, packet) => {
    using line = await openMain();

    line.send(packet);

    await line.closed;
  });
});
