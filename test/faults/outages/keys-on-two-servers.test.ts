/** One Idempotency-Key on two servers of one database: one effect, whoever is asked (F19; on one: flows/faults-idempotency). */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createSlowGit, type SlowGit } from '../../support/slow-git.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';
import { createTree, type TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';

let database: TestDatabase;
let git: SlowGit;
let tree: TestTree;
let servers: [ServerProcess, ServerProcess];
let sql: postgres.Sql;
let slug: string;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  git = await createSlowGit();
  tree = await createTree({ 'a.md': '# A\n' });
  tree.git('init', '-q');
  // Each a process of its own: whose lease it is, is a matter of processes.
  const start = () => startServerProcess(database.url, { PATH: git.path });
  servers = await Promise.all([start(), start()]);
  const answer = await servers[0].request('POST', '/api/v1/projects', {
    name: 'Shared',
    sdlc_path: tree.root,
  });
  ({ slug } = (await answer.json()) as { slug: string });
}, 120_000);
afterAll(async () => {
  await git.open();
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  await sql.end({ timeout: 1 });
  await git[Symbol.asyncDispose]();
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

const ask = (server: ServerProcess, key: string, body: object = {}) =>
  server.request('POST', '/api/cache/sync', { project: slug, ...body }, { 'idempotency-key': key });
const operations = async () => (await sql`select from operations`).length;

test('[F19, OP28] both at once: one does it; the other gives the same answer, or says that it is under way', async () => {
  const answers = await Promise.all([0, 1, 0, 1, 0, 1].map((n) => ask(servers[n]!, 'at-once')));

  const bodies = await Promise.all(
    answers.map(async (answer) => ({
      ...((await answer.json()) as { operationId?: string }),
      status: answer.status,
    })),
  );
  // Background or not is the server's default; either is a success.
  const done = bodies.filter(({ status }) => status < 300);
  expect(done.length).toBeGreaterThan(0);
  expect(new Set(done.map(({ operationId }) => operationId)).size).toBe(1);
  expect(bodies.filter(({ status }) => status >= 300 && status !== 409)).toEqual([]);
  expect(await operations()).toBe(1);
});

test('[F19, OP28] under way on one, the other says so; answered by one, the other repeats it', async () => {
  const before = await operations();
  await git.shut();
  const first = ask(servers[0], 'one-after', { background: false });
  await until('it runs', async () => (await operations()) > before);

  const meanwhile = await ask(servers[1], 'one-after', { background: false });
  expect(meanwhile.status).toBe(409);
  expect(await meanwhile.json()).toMatchObject({ error: { code: 'IDEMPOTENCY_IN_FLIGHT' } });

  await git.open();
  const answer = await first;
  const { operationId } = (await answer.json()) as { operationId: string };
  expect(answer.status).toBe(200);
  const repeated = await ask(servers[1], 'one-after', { background: false });
  expect([repeated.status, repeated.headers.get('idempotency-replayed')]).toEqual([200, 'true']);
  expect(await repeated.json()).toMatchObject({ operationId });
  expect(await operations()).toBe(before + 1);
});

test('[F19, OP28] with another body it is refused by both', async () => {
  await ask(servers[0], 'other-body');

  const refused = await Promise.all(servers.map((server) => ask(server, 'other-body', { force: false })));

  expect(refused.map(({ status }) => status)).toEqual([422, 422]);
});
