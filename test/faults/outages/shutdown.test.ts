/** SIGTERM to a server with hundreds of streams and a sync at work: everybody is told, nothing is lost, exit 0 in time (F21). */
import { get } from 'node:http';
import postgres from 'postgres';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { OperationRecord } from '../../../shared/operations.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { createTree, type TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';

const streams = Number(process.env.STREAMS ?? '500');

let database: TestDatabase;
let git: SlowGit;
let tree: TestTree;
let server: ServerProcess;
let sql: postgres.Sql;
let slug: string;

beforeAll(async () => {
  git = await createSlowGit();
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, fetch_types: false, onnotice: () => undefined });
  tree = await createTree({ 'a.md': '# A\n' });
  tree.git('init', '-q');
  server = await start();
  const registered = await server.request('POST', '/api/v1/projects', {
    name: 'Atlas',
    sdlc_path: tree.root,
  });
  ({ slug } = (await registered.json()) as { slug: string });
}, 120_000);
afterEach(() => git.open());
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await git[Symbol.asyncDispose]();
  await sql.end({ timeout: 1 });
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

const start = () => startServerProcess(database.url, { PATH: git.path, SYNCLINE_RETRY_INTERRUPTED: 'true' });

/** What one stream has said when it is over. */
function openStream(): { text: () => string; isOver: () => boolean } {
  let text = '';
  let isOver = false;
  const request = get(
    `${server.url}/api/events`,
    { headers: { accept: 'text/event-stream' }, agent: false },
    (response) => {
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => void (text += chunk));
      response.on('error', () => undefined);
      response.on('close', () => void (isOver = true));
    },
  );
  request.on('error', () => void (isOver = true));
  return { text: () => text, isOver: () => isOver };
}

function openSocket() {
  const byes: unknown[] = [];
  let isSubscribed = false;
  const socket: Socket = io(server.url, { transports: ['websocket'], forceNew: true, reconnection: false });
  socket.on('connect', () => socket.emit('subscribe', { topics: ['all'] }, () => (isSubscribed = true)));
  socket.on('bye', (bye: unknown) => byes.push(bye));
  return { byes, isSubscribed: () => isSubscribed };
}

async function holdSync(): Promise<string> {
  await git.shut();
  const answer = await server.request('POST', '/api/cache/sync', { project: slug });
  const { operationId } = (await answer.json()) as { operationId: string };
  await until('it asks git', async () => (await record(operationId)).phase === 'git-dates');
  return operationId;
}

const record = (id: string) => server.json<OperationRecord>(`/api/cache/operations/${id}`);

test('[F21, SS5] 500 streams hear goodbye with waits of their own, a sync that does not end is interrupted and made again', async () => {
  const id = await holdSync();
  const sockets = Array.from({ length: 20 }, () => openSocket());
  const lines = Array.from({ length: streams - sockets.length }, () => openStream());
  await until('all have been greeted', () => lines.every(({ text }) => text().includes('event: hello')), {
    withinMs: 25_000,
  });
  await until('all sockets are subscribed', () => sockets.every(({ isSubscribed }) => isSubscribed()));

  const beganMs = performance.now();
  const code = await server.stop();
  const tookMs = performance.now() - beganMs;

  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(10_000);
  await until('all are over', () => lines.every(({ isOver }) => isOver()));
  const waits = lines.map(({ text }) =>
    Number(/retry: (\d+)\nevent: bye\ndata: \{"reason":"shutdown"\}\n\n$/.exec(text())?.[1]),
  );
  expect(waits.filter((wait) => !(wait >= 1_000 && wait <= 3_000))).toEqual([]);
  expect(new Set(waits).size).toBeGreaterThan(streams / 10);
  expect(sockets.flatMap(({ byes }) => byes)).toEqual(
    sockets.map(() => ({ reason: 'shutdown', retryMs: expect.any(Number) })),
  );

  await git.open();
  server = await start();
  expect(await record(id)).toMatchObject({ status: 'failed', errorCode: 'interrupted' });
  const again = await until(
    'it was made again',
    async () => {
      const { items } = await server.json<{ items: OperationRecord[] }>(
        '/api/cache/operations?status=completed',
      );
      return items.find(({ retryOf }) => retryOf === id);
    },
    { withinMs: 25_000 },
  );
  expect(again).toMatchObject({ attempt: 2 });
}, 90_000);

test('[F21] a sync that can end within the grace does, and a request that waits for it is answered', async () => {
  const id = await holdSync();
  const stopping = server.stop();
  await until('it is draining', async () => {
    const ready = await server.request('GET', '/readyz').catch(() => null);
    return ready === null || ready.status === 503;
  });
  await git.open();

  expect(await stopping).toBe(0);

  const [ended] = await sql<{ status: string }[]>`select status from operations where id = ${id}`;
  expect(ended?.status).toBe('completed');
}, 60_000);
