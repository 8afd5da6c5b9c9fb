/** B3: a sync in which nothing has changed, against a bare stat walk of the same tree. */
import { rm } from 'node:fs/promises';
import { statWalk } from './floors/stat-walk.ts';
import { measure, timed } from './measure.ts';
import type { BenchResult } from './result.ts';
import { openBenchServer } from './server.ts';
import { generateTree } from './trees.ts';

const sizes = [1_500, 20_000];
const runs = 9;

export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  await using server = await openBenchServer();
  for (const size of sizes) {
    const tree = await generateTree(size);
    const slug = await server.register(`Tree of ${size}`, tree);
    await server.sync(slug);
    const floor = await measure(runs, () => timed(() => statWalk(tree)));
    const ours = await measure(runs, async () => (await server.sync(slug)).durationMs);
    results.push({ id: 'B3', what: `nothing changed, ${size} files`, ours, floor, target: 2 });
    await rm(tree, { recursive: true, force: true });
  }
  return results;
}
