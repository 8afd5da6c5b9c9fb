/** A client that stops reading and one whose line has gone dead without a word: both are cut, others notice nothing (F12). */
import { get, type IncomingMessage } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CacheStatus } from '../../../shared/views/status.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { followWithSdk, openOutageKit, type OutageKit } from './outage-kit.ts';

let kit: OutageKit;

beforeAll(async () => {
  kit = await openOutageKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const liveUpdates = async () => (await kit.server.json<CacheStatus>('/api/cache/status')).liveUpdates;

/** Reads its greeting and then nothing more: its window is zero as soon as the buffers are full. */
async function stallSse(url: string): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const request = get(`${url}/api/events`, { headers: { accept: 'text/event-stream' }, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      response.once('data', () => (response.pause(), resolve(response)));
      response.on('error', () => undefined);
    });
  });
}

async function stallSocket(url: string): Promise<{ close(): void }> {
  const socket = io(url, { reconnection: false, forceNew: true, transports: ['websocket'] });
  await new Promise<void>((resolve) => {
    socket.on('connect', () => socket.emit('subscribe', { topics: ['all'] }, () => resolve()));
  });
  const { ws } = socket.io.engine.transport as unknown as { ws: { _socket: Socket } };
  ws._socket.pause();
  return { close: () => void socket.disconnect() };
}

/** Passes everything on until it is told to go dead: then nothing leaves it and nobody is told. */
async function openDeadEnd(to: URL) {
  const ends = new Set<Socket>();
  let isDead = false;
  const server = createServer({ allowHalfOpen: true }, (inner) => {
    const outer = connect({ host: to.hostname, port: Number(to.port), allowHalfOpen: true });
    for (const [from, into] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      ends.add(from);
      from.on('data', (bytes) => void (isDead ? from.pause() : into.write(bytes)));
      from.on('error', () => undefined);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    die() {
      isDead = true;
      for (const end of ends) end.pause();
    },
    close() {
      for (const end of ends) end.destroy();
      server.close();
    },
  };
}

test('[F12, SS4, LAW4] stalled and half-open peers are cut within ten seconds, what waits for them is bounded, others hear all', async () => {
  const line = await openDeadEnd(new URL(kit.server.url));
  using healthy = followWithSdk(kit.server.url);
  await until('the healthy one is live', () => healthy.state().state === 'live');
  const stalled = [await stallSse(kit.server.url), await stallSse(line.url)];
  const sockets = [await stallSocket(kit.server.url), await stallSocket(line.url)];
  line.die();
  await until('all five are counted', async () => (await liveUpdates()).active_subscribers === 5);
  const before = process.memoryUsage();

  // Twelve megabytes for each: more than the system and the queue of a stream take together.
  const events = 1_500;
  const beganMs = performance.now();
  for (let sent = 0; sent < events; sent += 100) await appendOutside(kit.sql, 100, 8_000);

  const heard = () => healthy.events.filter(({ type }) => type === 'reconcile:completed');
  await until('the healthy one has heard all', () => heard().length >= events, { withinMs: 20_000 });
  await until('the four are cut', async () => (await liveUpdates()).active_subscribers === 1, {
    withinMs: 20_000,
  });
  const tookMs = performance.now() - beganMs;
  const grownMb = (process.memoryUsage().external - before.external) / 1e6;

  expect((await liveUpdates()).buffer_evictions).toBe(4);
  expect(heard()).toHaveLength(events);
  expect(healthy.resets).toEqual([]);
  expect(healthy.lives).toBeGreaterThan(0);
  // Five seconds without progress, and a look each quarter of a second; the rest is for a busy machine.
  expect(tookMs).toBeLessThan(20_000);
  expect(grownMb).toBeLessThan(30);
  for (const response of stalled) response.destroy();
  for (const socket of sockets) socket.close();
  line.close();
});
