/** F3 and F6 in full: storms that the system does not tell whole, and how long the index takes to equal the disk again. */
import { execFile } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { OperationRecord } from '../shared/operations.ts';
import type { CacheStatus, Health, WatchStatus } from '../shared/views/status.ts';
import { summarise } from './measure.ts';
import { startProgram, type Program } from './program.ts';
import type { BenchResult } from './result.ts';

const run$ = promisify(execFile);

export async function run(): Promise<BenchResult[]> {
  return [await measureQueueStorm(), await measureCheckout()];
}

interface Aftermath {
  /** From the end of the storm to the end of the last operation that changed a document. */
  readonly equalMs: number;
  readonly operations: readonly string[];
  readonly repaired: number;
  readonly loopP99Ms: number;
  readonly slowestAnswerMs: number;
}

const known = 5_000;
const writes = 25_000;
const unheard = 500;
const stormTargetMs = 10_000;

/** The process is stopped while the writes are made, so that the kernel's queue overflows. */
async function measureQueueStorm(): Promise<BenchResult> {
  const root = await makeTree(known);
  await using program = await startProgram({ SYNCLINE_WATCH: 'true', SYNCLINE_RECONCILE_INTERVAL_S: '0' });
  const slug = await watch(program, root, known);

  process.kill(program.pid, 'SIGSTOP');
  const files = Array.from({ length: known }, (_, index) => openSync(join(root, toPath(index)), 'r+'));
  for (let write = 0; write < writes; write += 1) {
    writeSync(files[write % known] ?? 0, toText(write % known, `storm ${String(write).padStart(6, '0')}`), 0);
  }
  for (const file of files) closeSync(file);
  for (let index = known; index < known + unheard; index += 1)
    write(root, toPath(index), toText(index, 'unheard'));
  for (let index = 0; index < unheard; index += 1) rmSync(join(root, toPath(index)));
  process.kill(program.pid, 'SIGCONT');
  const after = await settle(program, slug, root);

  await rm(root, { recursive: true, force: true });
  tell(`F3 ${writes} writes to a process that does not listen`, after);
  return {
    id: 'F3',
    what: `index equals disk after ${writes} writes unheard, ${after.repaired} repairs`,
    ours: summarise([after.equalMs]),
    floor: null,
    target: stormTargetMs,
  };
}

const checkedOut = 100_000;
const checkoutTargetMs = 120_000;

async function measureCheckout(): Promise<BenchResult> {
  const root = await makeTree(checkedOut);
  const git = (...args: string[]) =>
    run$('git', ['-c', 'user.name=b', '-c', 'user.email=b@b', '-c', 'gc.auto=0', ...args], { cwd: root });
  await git('init', '-q', '-b', 'main');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'main');
  await git('switch', '-q', '-c', 'other');
  for (let index = 0; index < checkedOut; index += 1)
    write(root, toPath(index), toText(index, 'another text'));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'other');
  await git('switch', '-q', 'main');
  await using program = await startProgram({ SYNCLINE_WATCH: 'true', SYNCLINE_RECONCILE_INTERVAL_S: '0' });
  const slug = await watch(program, root, checkedOut);

  const startedMs = performance.now();
  await git('switch', '-q', 'other');
  const checkoutMs = performance.now() - startedMs;
  const after = await settle(program, slug, root);

  await rm(root, { recursive: true, force: true });
  tell(`F6 checkout of ${checkedOut} files, by git in ${Math.round(checkoutMs)} ms`, after);
  return {
    id: 'F6',
    what: `index equals disk after a checkout of ${checkedOut} files, ${after.repaired} repairs`,
    ours: summarise([after.equalMs]),
    floor: null,
    target: checkoutTargetMs,
  };
}

async function watch(program: Program, root: string, files: number): Promise<string> {
  const { slug } = await program.post<{ slug: string }>('/api/v1/projects', {
    name: 'Storm',
    sdlc_path: root,
  });
  await program.post('/api/cache/sync', { project: slug, force: false, background: true });
  await poll(async () => {
    const { rows, watch: status } = await program.get<CacheStatus>(`/api/cache/status?project=${slug}`);
    return rows.documents === files && status.state === 'watching' && (await isAtRest(program, slug));
  });
  // Stamps of files at rest stand for their bytes (DX8): the pass after the storm then reads only what has changed.
  await setTimeout(3_000);
  return slug;
}

async function settle(program: Program, slug: string, root: string): Promise<Aftermath> {
  const endedMs = Date.now();
  let slowestAnswerMs = 0;
  await poll(async () => {
    const askedMs = performance.now();
    const isQuiet = await isAtRest(program, slug);
    slowestAnswerMs = Math.max(slowestAnswerMs, performance.now() - askedMs);
    return isQuiet && (await equalsDisk(program, slug, root));
  });
  const { items } = await program.get<{ items: OperationRecord[] }>(
    `/api/cache/operations?project=${slug}&limit=50`,
  );
  const ours = items.filter(
    ({ finishedAt, kind }) => kind !== 'full_sync' && Date.parse(finishedAt ?? '') > endedMs - 60_000,
  );
  const changing = ours.filter(({ stats }) => Number(stats.documents) > 0);
  const { eventLoop } = await program.get<Health>('/api/health');
  const { watch: status } = await program.get<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`);
  return {
    equalMs: Math.max(0, ...changing.map(({ finishedAt }) => Date.parse(finishedAt ?? '') - endedMs)),
    operations: ours.map(
      ({ trigger, durationMs, stats }) =>
        `${trigger} ${String(stats.documents)} documents in ${durationMs} ms`,
    ),
    repaired: status.repairsTotal,
    loopP99Ms: eventLoop.p99Ms,
    slowestAnswerMs: Math.round(slowestAnswerMs),
  };
}

async function isAtRest(program: Program, slug: string): Promise<boolean> {
  const [{ watch: status }, { items }] = await Promise.all([
    program.get<{ watch: WatchStatus }>(`/api/cache/status?project=${slug}`),
    program.get<{ items: OperationRecord[] }>(`/api/cache/operations?project=${slug}&limit=20`),
  ]);
  return (
    status.pendingChanges === 0 &&
    items.every(({ status: state }) => state !== 'running' && state !== 'queued')
  );
}

/** Each text names itself in its title. */
async function equalsDisk(program: Program, slug: string, root: string): Promise<boolean> {
  const indexed = await program.get<{ file_path: string; title: string }[]>(
    `/api/v1/projects/${slug}/documents/export?format=json`,
  );
  const disk = readTitles(root);
  return (
    indexed.length === disk.size && indexed.every(({ file_path, title }) => disk.get(file_path) === title)
  );
}

function readTitles(root: string): Map<string, string> {
  const titles = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (!entry.isFile() || !path.endsWith('.md')) continue;
    titles.set(path, readFileSync(join(root, path), 'utf8').split('\n', 1)[0]?.slice(2) ?? '');
  }
  return titles;
}

async function makeTree(files: number): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'syncline-storm-')));
  for (let index = 0; index < files; index += 1) write(root, toPath(index), toText(index, 'storm 000000'));
  return root;
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const toPath = (index: number): string =>
  `part-${Math.floor(index / 100)}/US${String(index).padStart(6, '0')}-story.md`;
const toText = (index: number, what: string): string => `# Story ${String(index).padStart(6, '0')} ${what}\n`;

const longestMs = 1_200_000;

async function poll(look: () => Promise<boolean>): Promise<void> {
  for (const latestMs = performance.now() + longestMs; !(await look());) {
    if (performance.now() > latestMs) throw new Error('The index has not come to rest');
    await setTimeout(200);
  }
}

function tell(what: string, { operations, loopP99Ms, slowestAnswerMs, repaired, equalMs }: Aftermath): void {
  console.log(
    `${what}: equal after ${equalMs} ms, ${repaired} repairs, loop p99 ${loopP99Ms} ms, slowest answer ${slowestAnswerMs} ms`,
  );
  for (const operation of operations) console.log(`  ${operation}`);
}
