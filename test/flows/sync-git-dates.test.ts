/** Dates from git, end to end: what `file_date` says of tracked, changed and new files (GD4 to GD6, DC12). */
import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSyncKit, readIndexRows, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const day = (n: number) => new Date(Date.UTC(2026, 0, n, 12));

/** Everything, committed on that day of January 2026. */
function commitOn(folder: string, n: number): void {
  const at = day(n).toISOString();
  const identity = ['-c', 'user.name=T', '-c', 'user.email=t@localhost'];
  const run = (...args: string[]) =>
    execFileSync('git', [...identity, ...args], {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: at, GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z' },
    });
  run('add', '-A');
  run('commit', '-q', '--allow-empty', '-m', `day ${n}`);
}

async function addRepository(files: Record<string, string>, prefix = ''): Promise<TestProject> {
  const tree = await kit.addTree(
    Object.fromEntries(Object.entries(files).map(([path, text]) => [prefix + path, text])),
  );
  tree.git('init', '-q');
  commitOn(tree.root, 1);
  return await kit.register(tree, { sdlc_path: join(tree.root, prefix) });
}

const fileDate = async (project: TestProject, path: string) => (await project.document(path))?.file_date;
const mtimeOf = async (path: string) => new Date(Math.floor((await stat(path)).mtimeMs));

test.each([
  ['at the top', ''],
  ['in a sub-folder with a name of its own', 'plané/sub folder/'],
])('[DC12, GD2] tracked, modified, staged and new files %s of the repository', async (_where, prefix) => {
  const project = await addRepository(
    { 'clean.md': '# C\n', 'dirty.md': '# D\n', 'staged.md': '# S\n', 'späte näme.md': '# N\n' },
    prefix,
  );
  await project.tree.write(`${prefix}dirty.md`, '# Dirty\n');
  await project.tree.write(`${prefix}staged.md`, '# Staged\n');
  project.tree.git('add', `${prefix}staged.md`);
  await project.tree.write(`${prefix}deep/new.md`, '# New\n');

  await project.sync();

  expect(await fileDate(project, 'clean.md')).toEqual(day(1));
  expect(await fileDate(project, 'späte näme.md')).toEqual(day(1));
  for (const path of ['dirty.md', 'staged.md', 'deep/new.md']) {
    expect([path, await fileDate(project, path)]).toEqual([
      path,
      await mtimeOf(join(project.tree.root, prefix, path)),
    ]);
  }
});

test('[GD5] a commit refreshes dates at the next sync, without reading a file', async () => {
  const project = await addRepository({ 'a.md': '# A\n', 'b.md': '# B\n' });
  await project.tree.write('a.md', '# A again\n');
  await project.tree.settle(['a.md', 'b.md']);
  await project.sync();
  commitOn(project.tree.root, 5);

  await project.sync();

  expect(await fileDate(project, 'a.md')).toEqual(day(5));
  expect(await fileDate(project, 'b.md')).toEqual(day(1));
  expect((await project.view()).sync_counts).toMatchObject({ updated: 0, unchanged: 2 });
});

test('[GD5] a batch after a commit does not keep the next sync from dating the others', async () => {
  const project = await addRepository({ 'a.md': '# A\n', 'b.md': '# B\n' });
  await project.tree.write('a.md', '# A again\n');
  await project.tree.write('b.md', '# B again\n');
  await project.tree.settle(['a.md', 'b.md']);
  await project.sync();
  commitOn(project.tree.root, 5);

  await project.syncPaths(['a.md']);
  await project.sync();

  expect(await fileDate(project, 'b.md')).toEqual(day(5));
  const rows = await readIndexRows(kit, project);
  await project.sync();
  expect((await readIndexRows(kit, project)).documents).toEqual(rows.documents);
});

test('[GD6] a path in a batch is dirty only if git says so', async () => {
  const project = await addRepository({ 'a.md': '# A\n', 'b.md': '# B\n' });
  await project.sync();

  await project.tree.write('a.md', '# A changed\n');
  await project.syncPaths(['a.md', 'b.md']);
  expect(await fileDate(project, 'a.md')).toEqual(await mtimeOf(join(project.tree.root, 'a.md')));
  expect(await fileDate(project, 'b.md')).toEqual(day(1));

  await project.tree.write('a.md', '# A\n');
  await project.syncPaths(['a.md']);
  expect(await fileDate(project, 'a.md')).toEqual(day(1));
});

test('[GD3, DX11] a committed rename keeps the day of creation', async () => {
  const project = await addRepository({ 'a.md': '# A\n' });
  await project.sync();
  project.tree.git('mv', 'a.md', 'b.md');
  commitOn(project.tree.root, 9);

  await project.sync();

  const { dates } = (await project.document('b.md')) as { dates: { created: { value: string } } };
  expect(dates.created.value).toBe(day(1).toISOString());
  expect(await fileDate(project, 'b.md')).toEqual(day(9));
});

test('[GD4] a rewritten history is read as a whole, also by another server', async () => {
  const project = await addRepository({ 'a.md': '# A\n', 'b.md': '# B\n' });
  await project.tree.write('a.md', '# A again\n');
  commitOn(project.tree.root, 5);
  await project.sync();
  await kit.server.restart();

  project.tree.git('reset', '-q', '--soft', 'HEAD~1');
  commitOn(project.tree.root, 7);
  await project.sync();

  expect(await fileDate(project, 'a.md')).toEqual(day(7));
  const [history] = await kit.sql`select head, state from git_histories where project_id = ${project.id}`;
  expect(history).toEqual({ head: project.tree.git('rev-parse', 'HEAD').trim(), state: 'ok' });
});

test('[GD10] a folder without a repository has its files dated by themselves, until one is made', async () => {
  const project = await kit.addProject({ 'a.md': '# A\n' });
  await project.tree.settle(['a.md']);
  await project.sync();
  expect(await fileDate(project, 'a.md')).toEqual(await mtimeOf(join(project.tree.root, 'a.md')));

  project.tree.git('init', '-q');
  commitOn(project.tree.root, 3);
  await project.sync();

  expect(await fileDate(project, 'a.md')).toEqual(day(3));
});
