/** Two servers on one database, each a process of its own: the one that does not watch asks the one that does. */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Freshness } from '../../shared/views/freshness.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTree, type TestTree } from '../support/tree.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let servers: readonly [ServerProcess, ServerProcess];
let tree: TestTree;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 1, onnotice: () => undefined });
  tree = await createTree({ 'docs/a.md': '# A\n' });
  const settings = { SYNCLINE_RECONCILE_INTERVAL_S: '0' };
  servers = [
    await startServerProcess(database.url, settings),
    await startServerProcess(database.url, settings),
  ];
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  await sql.end({ timeout: 1 });
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

const ask = (server: ServerProcess, slug: string, wait: number) =>
  server.json<Freshness>(`/api/v1/projects/${slug}/freshness?wait=${wait}`);

test('[F23] a save is proven fresh by either server, and by the one that takes over when the other dies', async () => {
  const [first, second] = servers;
  const body = { name: 'Shared', sdlc_path: tree.root, watch: true };
  const { slug } = (await (await first.request('POST', '/api/v1/projects', body)).json()) as { slug: string };
  const sync = { project: slug, background: false, force: false };
  await first.request('POST', '/api/cache/sync', sync);
  const owner = await until('one of them watches', async () => {
    const statuses = await Promise.all(
      servers.map((server) =>
        server.json<{ watch: { running: boolean } }>(`/api/cache/status?project=${slug}`),
      ),
    );
    const index = statuses.findIndex(({ watch }) => watch.running);
    return index === -1 ? undefined : servers[index];
  });
  const other = owner === first ? second : first;

  for (const [round, server] of [other, owner, other].entries()) {
    await tree.write('docs/a.md', `# Saved ${round}\n`);
    const freshness = await ask(server, slug, 20);
    const [row] = await sql<{ title: string }[]>`select title from documents`;

    expect(freshness).toMatchObject({ fresh: true, proof: 'sentinel' });
    expect(row?.title).toBe(`Saved ${round}`);
  }

  await tree.write('docs/a.md', '# Saved unseen\n');
  await owner.kill();
  const freshness = await until(
    'the other proves it',
    async () => {
      const answer = await ask(other, slug, 1);
      return answer.fresh ? answer : undefined;
    },
    { withinMs: 40_000 },
  );
  const [row] = await sql<{ title: string }[]>`select title from documents`;

  expect(freshness.watch).toBe('watching');
  expect(row?.title).toBe('Saved unseen');
});
