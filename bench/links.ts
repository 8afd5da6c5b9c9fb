/** B6: all links of 20,000 documents and 1,000 sessions computed anew, and after one changed document. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure, summarise } from './measure.ts';
import type { BenchResult } from './result.ts';
import { openBenchServer, type BenchServer } from './server.ts';

const documents = 20_000;
const sessions = 1_000;
const features = 400;
const saves = 40;
const fullTargetMs = 5_000;
const savedTargetMs = 50;

export async function run(): Promise<BenchResult[]> {
  const tree = await realpath(await mkdtemp(join(tmpdir(), 'syncline-linked-')));
  const home = await realpath(await mkdtemp(join(tmpdir(), 'syncline-logs-')));
  await writeTree(tree);
  await writeLogs(home, tree);
  await using server = await openBenchServer({ SYNCLINE_CLAUDE_HOME: home });
  const project = await server.register('Linked', tree);
  await server.sync(project);
  const full = await measure(3, async () => (await server.rebuild(project)).durationMs);
  const saved = summarise(await saveOneByOne(server, project, tree));
  await rm(tree, { recursive: true, force: true });
  await rm(home, { recursive: true, force: true });
  const of = `${documents} documents and ${sessions} sessions`;
  return [
    { id: 'B6', what: `links of ${of} rebuilt`, ours: full, floor: null, target: fullTargetMs },
    {
      id: 'B6',
      what: `one document among ${of}, whole operation`,
      ours: saved,
      floor: null,
      target: savedTargetMs,
    },
  ];
}

async function saveOneByOne(server: BenchServer, project: string, tree: string): Promise<number[]> {
  const times: number[] = [];
  for (let save = 0; save < saves; save += 1) {
    const path = toPath(save * 97);
    await writeFile(join(tree, path), toText(save * 97, `Saved ${save}, now about ${toId(save + 5)}.`));
    times.push((await server.syncPath(project, path)).durationMs);
  }
  return times;
}

const toId = (number: number): string => `US${String(number % documents).padStart(5, '0')}`;
const toPath = (number: number): string =>
  `stories/part-${Math.floor(number / 100)}/${toId(number)}-story.md`;

function toText(number: number, about: string): string {
  const header = `> **Status:** Done\n> **Epic:** EP${String(number % 200).padStart(4, '0')}\n> **Depends on:** ${toId(number + 1)}`;
  const body = `${about} See ${toId(number + 7)} and [the next](${toId(number + 1)}-story.md). `.repeat(10);
  return `# Story ${number}\n\n${header}\n\n## About\n\n${body}\n`;
}

async function writeTree(root: string): Promise<void> {
  for (let part = 0; part * 100 < documents; part += 1) {
    await mkdir(join(root, `stories/part-${part}`), { recursive: true });
    const numbers = Array.from({ length: 100 }, (_, index) => part * 100 + index);
    await Promise.all(
      numbers.map((number) => writeFile(join(root, toPath(number)), toText(number, 'First.'))),
    );
  }
  await mkdir(join(root, 'implementation_plans/features'), { recursive: true });
  for (let feature = 0; feature < features; feature += 1) {
    const text = `---\ntitle: Feature ${feature}\nstatus: in_progress\nrelated: [stories/part-${feature % 200}/${toId((feature % 200) * 100)}-story.md]\n---\n# Feature ${feature}\n`;
    await writeFile(join(root, toPlan(feature)), text);
  }
}

const toPlan = (feature: number): string => `implementation_plans/features/feature-number-${feature}-v1.md`;

async function writeLogs(home: string, root: string): Promise<void> {
  const folder = join(home, 'projects', root.replaceAll(/[^A-Za-z0-9]/g, '-'));
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < sessions; index += 1) {
    const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
    const lines = Array.from({ length: 8 }, (_, line) => toRecord(id, root, index, line));
    await writeFile(join(folder, `${id}.jsonl`), `${lines.join('\n')}\n`);
  }
}

function toRecord(sessionId: string, cwd: string, index: number, line: number): string {
  const file_path = join(cwd, toPlan((index * 3 + line) % features));
  const name = line % 2 === 0 ? 'Read' : 'Write';
  const content = [{ type: 'tool_use', id: `t${line}`, name, input: { file_path, content: 'x' } }];
  const message = { id: `m${index}-${line}`, role: 'assistant', model: 'claude-sonnet-4-5', content };
  const timestamp = new Date(Date.UTC(2026, 8, 1, 9, line)).toISOString();
  return JSON.stringify({ type: 'assistant', uuid: `u${index}-${line}`, sessionId, timestamp, cwd, message });
}
