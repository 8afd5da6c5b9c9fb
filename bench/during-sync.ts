/** B13: how long the API takes, and the event loop is held, while a first sync of 20,000 documents runs. */
import { rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { OperationRecord } from '../shared/operations.ts';
import { percentile, summarise, type Measured } from './measure.ts';
import { startProgram, type Program } from './program.ts';
import type { BenchResult } from './result.ts';
import { generateTree } from './trees.ts';

const size = 20_000;
const everyMs = 20;
const apiTargetMs = 100;
const loopTargetMs = 50;

/** On the embedded database, and on the one that `BENCH_DATABASE_URL` names. */
export async function run(): Promise<BenchResult[]> {
  const tree = await generateTree(size);
  const external = process.env['BENCH_DATABASE_URL'];
  const results = await measureOn('embedded', {}, tree);
  if (external !== undefined)
    results.push(...(await measureOn('external', { DATABASE_URL: external }, tree)));
  await rm(tree, { recursive: true, force: true });
  return results;
}

async function measureOn(
  name: string,
  settings: Record<string, string>,
  tree: string,
): Promise<BenchResult[]> {
  await using program = await startProgram(settings);
  const { slug } = await program.post<{ slug: string }>('/api/v1/projects', {
    name: `While syncing ${process.pid}`,
    sdlc_path: tree,
  });
  const isDone = new AbortController();
  const body = { project: slug, force: false, background: false };
  const synced = program
    .post<{ operation: OperationRecord }>('/api/cache/sync', body)
    .finally(() => isDone.abort());
  const { times, loopMs } = await ask(program, slug, isDone.signal);
  const { durationMs } = (await synced).operation;
  const what = `while ${size} documents were synced (${durationMs} ms, ${name})`;
  return [
    { id: 'B13', what: `API p99 ${what}`, ours: atP99(times), floor: null, target: apiTargetMs },
    { id: 'B13', what: `event loop p99 ${what}`, ours: atP99(loopMs), floor: null, target: loopTargetMs },
  ];
}

async function ask(program: Program, slug: string, signal: AbortSignal) {
  const times: number[] = [];
  const loopMs: number[] = [];
  const paths = [
    '/api/v1/projects',
    `/api/v1/projects/${slug}/documents?per_page=20`,
    `/api/cache/status?project=${slug}`,
  ];
  for (let turn = 0; !signal.aborted; turn += 1) {
    const startedMs = performance.now();
    await program.get(paths[turn % paths.length]!);
    times.push(performance.now() - startedMs);
    if (turn % 10 === 0) {
      const { eventLoop } = await program.get<{ eventLoop: { p99Ms: number } }>('/api/health');
      loopMs.push(eventLoop.p99Ms);
    }
    await setTimeout(everyMs);
  }
  return { times, loopMs };
}

/** The 99th percentile in place of the median: what is promised is the slow end. */
function atP99(times: readonly number[]): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  return { ...summarise(times), medianMs: percentile(sorted, 99) };
}
