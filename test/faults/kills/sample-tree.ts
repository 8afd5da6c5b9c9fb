/** A small project in which every phase of a sync has something to do: documents, plans, sessions, a git history. */
import { appendFile, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createVoice, toLines } from '../../flows/sessions-logs.ts';
import { createTree, type TestTree } from '../../support/tree.ts';

export interface SampleTree extends TestTree {
  /** For `SYNCLINE_CLAUDE_HOME`. */
  readonly claudeHome: string;
  /** Changes, adds and removes some files, sometimes commits, and lets a session go on; answers the paths. */
  change(pick: (below: number) => number): Promise<{ path: string; changeType: 'modified' | 'deleted' }[]>;
}

const demo = join(import.meta.dirname, '../../../server/demo-project');
const planPath = 'docs/project_plans/implementation_plans/features/tide-forecast-v1.md';

export async function createSampleTree(stories: number): Promise<SampleTree> {
  const tree = await createTree();
  const home = await createTree();
  for (const name of await readdir(demo)) {
    if (name !== 'sessions') await cp(join(demo, name), join(tree.root, name), { recursive: true });
  }
  for (let n = 0; n < stories; n += 1) await tree.write(pathOf(n), textOf(n, 0));
  tree.git('init', '-q', '--initial-branch=main');
  commit(tree);
  const logs = await Promise.all([1, 2, 3].map((n) => writeSession(tree.root, home.root, n)));

  let version = 0;
  let last = stories;
  return {
    ...tree,
    claudeHome: home.root,
    async change(pick) {
      version += 1;
      const modified = [...new Set(Array.from({ length: 2 + pick(9) }, () => pathOf(pick(stories))))];
      for (const path of modified) await tree.write(path, textOf(numberIn(path), version));
      const changes = modified.map((path) => ({ path, changeType: 'modified' as 'modified' | 'deleted' }));
      if (pick(3) === 0) {
        const path = pathOf((last += 1));
        await tree.write(path, textOf(last, version));
        changes.push({ path, changeType: 'modified' });
      }
      if (pick(3) === 0 && last > stories) {
        const path = pathOf(stories + 1 + pick(last - stories));
        await tree.remove(path);
        changes.push({ path, changeType: 'deleted' });
      }
      if (pick(4) === 0) commit(tree);
      const voice = createVoice(tree.root, `later-${version}`);
      await appendFile(logs[pick(3)] ?? '', toLines([voice.says(`v${version}`, `Version ${version}`)]));
      return changes;
    },
    async [Symbol.asyncDispose]() {
      await tree[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

const pathOf = (n: number) => `sdlc-studio/stories/US${1000 + n}-story.md`;
const numberIn = (path: string) => Number(/US(\d+)-/.exec(path)?.[1]) - 1000;

/** Later versions name other documents, so that links come and go. */
const textOf = (n: number, version: number) =>
  [
    `# US${1000 + n}: Story ${n}, version ${version}`,
    '',
    `> **Status:** ${version % 2 === 0 ? 'Draft' : 'Done'}`,
    `> **Epic:** EP000${1 + (n % 2)}`,
    `> **Depends On:** US${1000 + ((n + 1 + version) % 40)}`,
    '',
    `See [the plan](../../${planPath}) and US${1000 + ((n + 7 * version) % 40)}.`,
    '',
  ].join('\n');

function commit(tree: TestTree): void {
  tree.git('add', '--all');
  tree.git('commit', '-q', '--allow-empty', '-m', 'More of it');
}

async function writeSession(root: string, home: string, n: number): Promise<string> {
  const id = `00000000-0000-4000-8000-00000000000${n}`;
  const voice = createVoice(root, id);
  const records = [
    voice.user(`/dev:execute-phase 1 ${planPath}`),
    ...voice.calls(`r${n}`, 'Read', { file_path: join(root, planPath) }, '# Tide forecast'),
    voice.says(`s${n}`, 'Done with it.'),
  ];
  const path = join(home, 'projects', root.replaceAll(/[^A-Za-z0-9]/g, '-'), `${id}.jsonl`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, toLines(records));
  return path;
}
