/** B15: a push of 1,000 work items to a service that takes 20 ms to answer, against the same calls in a bare loop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPackageRoot } from '../server/platform/package-root.ts';
import { createBare, type BareItem } from './floors/bare-creates.ts';
import { summarise, timed } from './measure.ts';
import { startProgram, type Program } from './program.ts';
import type { BenchResult } from './result.ts';

const latencyMs = 20;
const runs = 3;
const shape = { epics: 10, features: 9, stories: 10 };

interface Node {
  readonly _id: string;
  readonly name: string;
  readonly type: 'Epic' | 'Feature' | 'User Story';
  readonly children?: readonly Node[];
}

export async function run(): Promise<BenchResult[]> {
  const fake = await startFake();
  await using program = await startProgram({ SYNCLINE_ALLOWED_UPSTREAM_HOSTS: new URL(fake.url).host });
  await program.post('/api/azure-devops/configurations', {
    name: 'Bench',
    organization: 'contoso',
    patToken: 'fake-pat',
    apiHost: fake.url,
    setActive: true,
  });
  const [floor, single, batched]: [number[], number[], number[]] = [[], [], []];
  for (let turn = 0; turn < runs; turn += 1) {
    const bare = toBare(createTree(`floor${turn}`));
    floor.push(await timed(() => createBare(`${fake.url}/contoso`, 'Fabrikam', bare)));
    single.push(await timed(() => push(program, createTree(`single${turn}`), false)));
    batched.push(await timed(() => push(program, createTree(`batch${turn}`), true)));
  }
  fake.stop();
  const count = toBare(createTree('x')).length;
  const what = `${count} work items pushed at ${latencyMs} ms a call`;
  return [
    { id: 'B15', what, ours: summarise(single), floor: summarise(floor), target: 1 / 0.9 },
    {
      id: 'B15',
      what: `${what}, by $batch`,
      ours: summarise(batched),
      floor: summarise(floor),
      target: 1 / 5,
    },
  ];
}

/** Waited for by its stream, as a client does. */
async function push(program: Program, epics: readonly Node[], useBatch: boolean): Promise<void> {
  const answer = await fetch(`${program.url}/api/azure-devops/projects/Fabrikam/workitems`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ epics, useBatch }),
  });
  const text = await answer.text();
  if (!text.includes('"outcome":"succeeded"')) throw new Error(`A push failed: ${text.slice(-500)}`);
}

function createTree(name: string): Node[] {
  const range = (count: number) => Array.from({ length: count }, (_, at) => at);
  return range(shape.epics).map((e) => ({
    _id: `${name}-${e}`,
    name: `Epic ${name} ${e}`,
    type: 'Epic',
    children: range(shape.features).map((f) => ({
      _id: `${name}-${e}-${f}`,
      name: `Feature ${name} ${e} ${f}`,
      type: 'Feature',
      children: range(shape.stories).map((s) => ({
        _id: `${name}-${e}-${f}-${s}`,
        name: `Story ${name} ${e} ${f} ${s}`,
        type: 'User Story',
      })),
    })),
  }));
}

const toBare = (nodes: readonly Node[], parentId: string | null = null): BareItem[] =>
  nodes.flatMap(({ _id: id, name: title, type, children = [] }) => [
    { id, parentId, type, title },
    ...toBare(children, id),
  ]);

/** In a process of its own, so that it shares no event loop with whoever measures. */
async function startFake(): Promise<{ url: string; stop: () => void }> {
  const main = join(findPackageRoot(), 'test/support/fake-upstream/main.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--latency', String(latencyMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { url: (JSON.parse(line) as { url: string }).url, stop: () => void child.kill('SIGTERM') };
}
