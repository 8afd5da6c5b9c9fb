/** B2: the first sync of a generated tree, against reading, hashing and storing the same files in one thread. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { openEmbeddedPostgres } from '../server/db/embedded-postgres.ts';
import { readAndStore } from './floors/read-and-store.ts';
import { measure, timed } from './measure.ts';
import type { BenchResult } from './result.ts';
import { openBenchServer } from './server.ts';
import { generateTree } from './trees.ts';

const size = 20_000;
const runs = 3;

export async function run(): Promise<BenchResult[]> {
  const tree = await generateTree(size);
  const floor = await measureFloor(tree);
  const ours = await measure(runs, async (index) => {
    await using server = await openBenchServer();
    const slug = await server.register(`Run ${index}`, tree);
    return (await server.sync(slug)).durationMs;
  });
  await rm(tree, { recursive: true, force: true });
  return [{ id: 'B2', what: `first sync of ${size} documents`, ours, floor, target: 1.3 }];
}

async function measureFloor(tree: string) {
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-floor-'));
  await chmod(dataDir, 0o755);
  const database = await openEmbeddedPostgres({ dataDir, signal: new AbortController().signal });
  const sql = postgres({ ...database.connection, max: 1, onnotice: () => undefined });
  const floor = await measure(runs, () => timed(() => readAndStore(tree, sql)));
  await sql.end();
  await database.stop();
  await rm(dataDir, { recursive: true, force: true });
  return floor;
}
