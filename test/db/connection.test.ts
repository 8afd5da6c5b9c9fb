/** A connection that is cut at any moment of its opening fails its query, and never the whole process. */
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../server/db/open.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(() => database.drop());

/** Cuts its first connection once `messages` packets of the client were let through; the others are whole. */
async function serveAndCut(target: URL, messages: number) {
  let left = messages;
  let first: Socket | null = null;
  const server = createServer((inner) => {
    const outer = connectSocket({ host: target.hostname, port: Number(target.port) });
    first ??= inner;
    inner.on('data', (bytes) =>
      inner === first && left-- === 0 ? inner.resetAndDestroy() : outer.write(bytes),
    );
    outer.on('data', (bytes) => inner.write(bytes));
    for (const [socket, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      socket.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(target);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: url.href, close: () => new Promise((resolve) => server.close(resolve)) };
}

test.each([0, 1, 2, 3])(
  '[F11] a first connection cut after %i messages harms nobody else',
  async (messages) => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    const proxy = await serveAndCut(new URL(database.url), messages);
    const client = connect(proxy.url, { max: 1 });
    try {
      await Promise.allSettled([client`select ${'cut'}::text`]);
      const [row] = await client`select ${'whole'}::text as word`;

      expect(row).toEqual({ word: 'whole' });
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
      await client.end({ timeout: 0 });
      await proxy.close();
    }
  },
);
