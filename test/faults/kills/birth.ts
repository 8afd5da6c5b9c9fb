/** A server that is killed while it makes its database: the next one finishes it (F1, F22). */
import type postgres from 'postgres';
import { findWrongDocuments } from './checks.ts';
import { startKillable, type Runner } from './killable-server.ts';
import { killDuring, type Point } from './killing.ts';
import type { Random } from './random.ts';
import type { SampleTree } from './sample-tree.ts';
import type { Store } from './store.ts';
import { settingsOf, type StepReport } from './world.ts';

/** What this scenario is called in reports. */
export const birthName = 'the first start of all';

interface Birth {
  /** Empty. */
  readonly store: Store;
  readonly tree: SampleTree;
  readonly runner: Runner;
  /** How long a first start takes. */
  readonly lengthMs: number;
  /** Tables and columns of a database that was made in peace. */
  readonly shape: readonly string[];
}

/** The store is disposed of: it was for this start. */
export async function dieAtBirth(
  { store, tree, runner, lengthMs, shape }: Birth,
  point: Point,
  random: Random,
): Promise<StepReport & { lengthMs: number }> {
  await using _ = store;
  const settings = settingsOf(store, tree);
  const cut = await killDuring({
    store,
    point,
    random,
    lengthMs,
    begin() {
      const { child, gone, ready } = startKillable(runner, settings);
      const over = ready.catch(() => undefined);
      return { victim: { kill: () => void child.kill('SIGKILL'), gone }, over };
    },
    hears: () => new Promise(() => undefined),
  });

  const server = await startKillable(runner, settings).ready;
  try {
    const named = { name: 'Born', sdlc_path: tree.root };
    const registered = await server.request('POST', '/api/v1/projects', named);
    const { slug } = (await registered.json()) as { slug: string };
    const synced = await server.request('POST', '/api/cache/sync', { project: slug, background: false });
    const made = await readShape(store.sql);
    return {
      scenario: birthName,
      point: cut.description,
      readyMs: server.readyMs,
      readyCpuMs: server.readyCpuMs,
      lengthMs: cut.lengthMs,
      points: cut.wasCut ? null : { commits: cut.commits.length, events: 0 },
      commits: cut.commits,
      wrong: [
        ...(synced.status === 200 ? [] : [`the first sync answered ${synced.status}`]),
        ...shape.filter((column) => !made.includes(column)).map((column) => `${column} was not made`),
        ...(await findWrongDocuments(store.sql, slug, tree.root)),
        ...(server.said === '' ? [] : [`the server complained: ${server.said.slice(0, 600)}`]),
      ],
    };
  } finally {
    server.kill();
    await server.gone;
  }
}

export async function readShape(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select table_name || '.' || column_name || ' ' || data_type as name
    from information_schema.columns where table_schema = 'public'
    union all select 'index ' || indexname from pg_indexes where schemaname = 'public'`;
  return rows.map(({ name }) => name).toSorted();
}
