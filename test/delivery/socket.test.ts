import { io, type Socket } from 'socket.io-client';
import { afterEach, expect, test } from 'vitest';
import { toEventId } from '../../shared/ids.ts';
import { until } from '../sdk/support/until.ts';
import { startDeliveryServer, type DeliveryServer, type DeliveryServerOptions } from './delivery-server.ts';
import { many, removed, started } from './drafts.ts';

const sockets: Socket[] = [];
let server: DeliveryServer;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await server[Symbol.asyncDispose]();
});

async function start(options?: DeliveryServerOptions): Promise<void> {
  server = await startDeliveryServer(options);
}

function open(
  options: Parameters<typeof io>[1] = {},
): Promise<{ socket: Socket; refused: string | null; heard: number[] }> {
  const socket = io(server.url, { reconnection: false, forceNew: true, ...options });
  sockets.push(socket);
  const heard: number[] = [];
  socket.on('event', ({ seq }: { seq: number }) => heard.push(seq));
  return new Promise((resolve) => {
    socket.on('connect', () => resolve({ socket, refused: null, heard }));
    socket.on('connect_error', (error: Error & { context?: { responseText?: string } }) =>
      resolve({ socket, refused: error.context?.responseText ?? error.message, heard }),
    );
  });
}

test('[IO2] a subscription is acknowledged with where it begins', async () => {
  await start();
  await server.journal.append(many(2));
  const { socket } = await open();

  const ack: unknown = await socket.emitWithAck('subscribe', { after: toEventId(server.journal.epoch, 1) });

  const { epoch } = server.journal;
  expect(ack).toEqual({ ok: true, epoch, head: toEventId(epoch, 2), resumed: true, reset: null });
});

test('[IO2] a new subscription takes the place of the one before, and unsubscribing ends it', async () => {
  await start();
  const { socket, heard } = await open();
  await socket.emitWithAck('subscribe', { topics: ['project:atlas'] });
  await socket.emitWithAck('subscribe', { types: ['project:*'] });

  await server.journal.append([started('atlas'), removed('atlas')]);
  await until(() => heard.length === 1);
  await socket.emitWithAck('unsubscribe');
  await server.journal.append([removed('atlas')]);
  const position: unknown = await socket.emitWithAck('position');

  const { epoch } = server.journal;
  expect(position).toEqual({ ok: true, epoch, head: toEventId(epoch, 3), oldest: toEventId(epoch, 1) });
  expect(heard).toEqual([2]);
  expect(server.delivery.subscribers.figures).toMatchObject({ active: 0, opens: 2, closes: 2 });
});

test('events cross from polling to WebSocket without loss', async () => {
  await start();
  const { socket, heard } = await open({ transports: ['polling', 'websocket'] });
  await socket.emitWithAck('subscribe', {});

  for (let count = 0; count < 50; count++) await server.journal.append(many(2));
  await until(() => socket.io.engine.transport.name === 'websocket');
  await server.journal.append(many(1));
  await until(() => heard.at(-1) === 101);

  expect(heard).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
});

test.each([
  [{ topics: ['nonsense'] }, 'nonsense'],
  [{ topics: 'all' }, 'topics'],
  [{ types: ['NOPE'] }, 'NOPE'],
  ['all', 'message'],
])('%j is refused with a reason', async (message, reason) => {
  await start();
  const { socket } = await open();

  const ack: unknown = await socket.emitWithAck('subscribe', message);

  expect(ack).toMatchObject({ ok: false, error: expect.stringContaining(reason) });
});

test('[F15] a cursor that is not even text is answered with a reset', async () => {
  await start();
  const { socket } = await open();

  expect(await socket.emitWithAck('subscribe', { after: { $gt: '' } })).toMatchObject({ reset: 'malformed' });
});

test.each([
  ['another host', { extraHeaders: { host: 'evil.example' } }],
  ['another origin', { extraHeaders: { origin: 'https://evil.example' } }],
  ['no token', {}],
  ['another token', { extraHeaders: { authorization: 'Bearer wrong' } }],
])('[IO1] a handshake with %s is refused', async (_, options) => {
  await start({ guard: { token: 'right-token' } });

  for (const transport of ['polling', 'websocket']) {
    expect((await open({ ...options, transports: [transport] })).refused).not.toBeNull();
  }
});

test('[IO1] a handshake with the token is let in', async () => {
  await start({ guard: { token: 'right-token' } });

  const { refused } = await open({ extraHeaders: { authorization: 'Bearer right-token' } });

  expect(refused).toBeNull();
});

test('[IO1] who sends too much is told to wait, and heard again after a while', async () => {
  await start();
  const { socket } = await open();

  const answers = (await Promise.all(Array.from({ length: 60 }, () => socket.emitWithAck('position')))) as {
    ok: boolean;
  }[];
  await server.advance(1_000);
  const later = (await socket.emitWithAck('position')) as { ok: boolean };

  expect(answers.filter((answer) => answer.ok)).toHaveLength(50);
  expect(later.ok).toBe(true);
});

test('[IO1] a message over 64 KiB ends the connection', async () => {
  await start();
  const { socket } = await open({ transports: ['websocket'] });

  socket.emit('subscribe', { after: 'x'.repeat(70_000) });

  await until(() => socket.disconnected);
});
