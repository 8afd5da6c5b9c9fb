/** F8 in full: a session log of 1 GB with lines of 10 MB in it, and what its reading takes of time and memory. */
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { OperationRecord } from '../shared/operations.ts';
import { summarise } from './measure.ts';
import { startProgram, type Program } from './program.ts';
import type { BenchResult } from './result.ts';

const megabyte = 1024 * 1024;
const logBytes = 1024 * megabyte;
const longLineEvery = 100 * megabyte;
/** More than the process had before: a line, a batch, and what the collector has not got to yet. */
const targetMegabytes = 300;

export async function run(): Promise<BenchResult[]> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'syncline-huge-')));
  const root = join(base, 'project');
  const folder = join(base, 'home/projects', root.replaceAll(/[^A-Za-z0-9]/g, '-'));
  mkdirSync(root);
  mkdirSync(folder, { recursive: true });
  writeLog(join(folder, '00000000-0000-4000-8000-000000000001.jsonl'), root);

  await using program = await startProgram({ SYNCLINE_CLAUDE_HOME: join(base, 'home') });
  const { slug } = await program.post<{ slug: string }>('/api/v1/projects', {
    name: 'Huge',
    sdlc_path: root,
  });
  const before = residentMegabytes(program.pid, 'VmRSS');
  const { durationMs } = await sync(program, slug);
  const peak = residentMegabytes(program.pid, 'VmHWM');

  rmSync(base, { recursive: true, force: true });
  console.log(
    `F8 1 GB of log in ${durationMs} ms, ${before.toFixed(0)} MB resident before, ${peak.toFixed(0)} MB at most`,
  );
  return [
    {
      id: 'F8',
      what: 'memory taken by a log of 1 GB',
      ours: summarise([peak - before]),
      floor: null,
      target: targetMegabytes,
      unit: 'MB',
    },
  ];
}

function writeLog(path: string, cwd: string): void {
  const file = openSync(path, 'w');
  let nextLong = longLineEvery;
  for (let written = 0, index = 0; written < logBytes; index += 1) {
    const isLong = written >= nextLong;
    if (isLong) nextLong += longLineEvery;
    written += writeSync(file, toLine(index, cwd, isLong ? 10 * megabyte : 20_000));
  }
  closeSync(file);
}

function toLine(index: number, cwd: string, length: number): string {
  const timestamp = new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
  const message = { role: 'user', content: 'quokka '.repeat(length / 7) };
  return `${JSON.stringify({ type: 'user', uuid: `u${index}`, sessionId: 's', timestamp, cwd, message })}\n`;
}

async function sync(program: Program, project: string): Promise<OperationRecord> {
  await program.post('/api/cache/sync', { project, force: false, background: true });
  for (;;) {
    const { items } = await program.get<{ items: OperationRecord[] }>(
      `/api/cache/operations?project=${project}&limit=1`,
    );
    const [operation] = items;
    if (operation?.status === 'completed') return operation;
    if (operation?.status === 'failed') throw new Error(operation.error ?? 'The sync failed');
    await setTimeout(200);
  }
}

/** Of the server's own process. */
function residentMegabytes(pid: number, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${which}:\\s+(\\d+)`, 'm').exec(status)?.[1]) / 1024;
}
