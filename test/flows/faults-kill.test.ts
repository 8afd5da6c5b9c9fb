/** kill -9 at any moment: no event that was heard is lost, none comes twice, and the next start puts everything right (F1, F2). */
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { OperationRecord } from '../../shared/operations.ts';
import { range } from '../sdk/support/events.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { createTree, type TestTree } from '../support/tree.ts';
import { until } from '../support/until.ts';

let database: TestDatabase;
let sql: postgres.Sql;
let tree: TestTree;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  tree = await createTree(Object.fromEntries(range(0, 699).map((n) => [pathOf(n), textOf(n, 0)])));
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await tree[Symbol.asyncDispose]();
  await database.drop();
});

const pathOf = (n: number) => `stories/US${1000 + n}-story.md`;
const textOf = (n: number, version: number) => `# Story ${n}, version ${version}\n\n> **Status:** Done\n`;

/** Follows the journal by its cursor, as a client does that outlives its servers. */
class Follower {
  readonly seqs: number[] = [];
  readonly resets: unknown[] = [];
  #after = 'earliest';

  /** Reads until the server is gone, `isEnough` says so, or nothing more comes. */
  async read(server: ServerProcess, isEnough: (heard: number) => boolean, waitS: number): Promise<void> {
    const startedAt = this.seqs.length;
    for (;;) {
      const page = await this.#readPage(server, waitS).catch(() => null);
      if (page === null) return;
      for (const event of page.events) this.seqs.push(event.seq);
      if (page.reset !== null) this.resets.push(page.reset);
      this.#after = page.next;
      if (isEnough(this.seqs.length - startedAt) || (page.events.length === 0 && !page.hasMore)) return;
    }
  }

  async #readPage(server: ServerProcess, waitS: number) {
    const query = `after=${this.#after}&limit=20&wait=${waitS}`;
    return await server.json<{ events: SynclineEvent[]; next: string; reset: unknown; hasMore: boolean }>(
      `/api/events?${query}`,
    );
  }
}

/** After how many events of its sync each server dies: before the first, between them, and after the last. */
const deaths = [0, 1, 2, 3, 5, 8, 30];

test('[F1, F2, LAW1, LAW3] seven servers are killed one after the other in the middle of their syncs', async () => {
  const follower = new Follower();
  const acknowledged: string[] = [];
  let slug = '';

  for (const [round, heard] of deaths.entries()) {
    const server = await startServerProcess(database.url);
    const readyMs = performance.now();
    await until('nothing is left running', async () => {
      const [row] = await sql<{ count: number }[]>`
        select count(*)::int as count from operations where status = 'running'`;
      return row?.count === 0;
    });
    expect(performance.now() - readyMs).toBeLessThan(3_000);
    if (slug === '') slug = await register(server);
    await follower.read(server, () => false, 0);
    for (const n of range(0, 699).filter((each) => each % deaths.length === round)) {
      await tree.write(pathOf(n), textOf(n, round + 1));
    }

    const body = { project: slug, force: round % 2 === 0, trigger: `round-${round}` };
    const answer = await server.request('POST', '/api/cache/sync', body);
    acknowledged.push(((await answer.json()) as { operationId: string }).operationId);
    if (heard > 0) await follower.read(server, (count) => count >= heard, 1);
    await server.kill();
    await server[Symbol.asyncDispose]();
  }

  await using last = await startServerProcess(database.url);
  const answer = await last.request('POST', '/api/cache/sync', {
    project: slug,
    force: false,
    background: false,
  });
  expect(answer.status).toBe(200);
  await follower.read(last, () => false, 0);

  expect(follower.resets).toEqual([]);
  expect(follower.seqs).toEqual(range(1, follower.seqs.length));
  const [journal] = await sql`select count(*)::int as count, max(seq)::int as newest from journal`;
  expect(journal).toEqual({ count: follower.seqs.length, newest: follower.seqs.length });

  for (const id of acknowledged) {
    const record = await last.json<OperationRecord>(`/api/cache/operations/${id}`);
    const ends = await sql<{ type: string; data: unknown }[]>`
      select type, data from journal where operation_id = ${id} and type ~ '^operation:(completed|failed|cancelled)$'`;
    expect(ends.map(({ type }) => type)).toEqual([`operation:${record.status}`]);
    expect(ends[0]?.data).toEqual({ operation: record });
    if (record.status === 'failed') expect(record.errorCode).toBe('interrupted');
  }
  const titles = await sql<{ title: string }[]>`select title from documents order by file_path`;
  expect(titles.map(({ title }) => title)).toEqual(
    range(0, 699).map((n) => `Story ${n}, version ${(n % deaths.length) + 1}`),
  );
  expect(await last.json(`/api/v1/projects/${slug}`)).toMatchObject({
    sync_status: 'synced',
    document_count: 700,
  });
}, 120_000);

async function register(server: ServerProcess): Promise<string> {
  const answer = await server.request('POST', '/api/v1/projects', { name: 'Killed', sdlc_path: tree.root });
  return ((await answer.json()) as { slug: string }).slug;
}
