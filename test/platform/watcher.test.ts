/** Watching a tree: one suite for each way of watching it. */
import { utimesSync, watch, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Disposer } from '../../server/platform/disposer.ts';
import { watchFolders } from '../../server/platform/folder-watch.ts';
import {
  watchTree,
  watchWithChokidar,
  type OpenSource,
  type WatchTreeOptions,
} from '../../server/platform/watcher.ts';

vi.setConfig({ testTimeout: 30_000 });

let folder: string;
let opened: Disposer;

beforeEach(async () => {
  opened = new Disposer();
  folder = await realpath(await mkdtemp(join(tmpdir(), 'syncline-watch-')));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
});
afterEach(() => opened[Symbol.asyncDispose]());

const markdownOnly: WatchTreeOptions['isIgnored'] = (path, kind) =>
  kind === 'folder' ? path.endsWith('node_modules') : !path.endsWith('.md');

/** Everything told, and a wait for a certain telling. */
async function watchHere(options: Partial<WatchTreeOptions> = {}) {
  const tree = opened.use(
    watchTree({ entries: [folder], isIgnored: markdownOnly, pollMs: null, lookMs: 20, ...options }),
  );
  const told: string[] = [];
  tree.changes$.subscribe(({ path, change }) => told.push(`${change} ${path.slice(folder.length + 1)}`));
  const entries: string[] = [];
  tree.entries$.subscribe(({ path, change }) => entries.push(`${change} ${path.slice(folder.length + 1)}`));
  await tree.ready;
  const heard = (line: string) => expect.poll(() => told, { timeout: 10_000 }).toContain(line);
  return { tree, told, entries, heard };
}

const write = async (path: string, text = 'text') => {
  await mkdir(join(folder, path, '..'), { recursive: true });
  await writeFile(join(folder, path), text);
};

const sources: [string, OpenSource][] = [
  ['a watch for each folder', watchFolders],
  ['chokidar, native', (options) => watchWithChokidar(options)],
  ['chokidar, polling', (options) => watchWithChokidar(options, 20)],
];

describe.each(sources)('with %s', (_, openSource) => {
  test('[WT2] files that are there at the start are not told; what happens to them is', async () => {
    await write('old.md');
    await write('gone.md');
    const { told, heard } = await watchHere({ openSource });

    await write('old.md', 'longer text');
    await write('docs/new.md');
    await rm(join(folder, 'gone.md'));

    await heard('modified old.md');
    await heard('added docs/new.md');
    await heard('deleted gone.md');
    expect(told).not.toContain('added old.md');
  });

  test('[WT2] ignored files and all below ignored folders make no change', async () => {
    const { told, heard } = await watchHere({ openSource });

    await write('node_modules/a/readme.md');
    await write('program.ts');
    await write('last.md');

    await heard('added last.md');
    expect(told.filter((line) => !line.endsWith('last.md'))).toEqual([]);
  });

  test('[WT2] a folder that goes or comes stands for everything below it', async () => {
    await write('plans/deep/a.md');
    await write('plans/b.md');
    const { heard } = await watchHere({ openSource });

    await rename(join(folder, 'plans'), join(folder, 'moved'));

    await heard('deleted plans/deep/a.md');
    await heard('deleted plans/b.md');
    await heard('added moved/deep/a.md');
    await heard('added moved/b.md');
  });

  test('[WT2] a folder that came is watched like the others', async () => {
    const { heard } = await watchHere({ openSource });
    await write('one/two/three/a.md');
    await heard('added one/two/three/a.md');

    await write('one/two/three/a.md', 'longer text');

    await heard('modified one/two/three/a.md');
  });

  test('[WT4] a file that is replaced by a rename is heard of', async () => {
    await write('plan.md', 'before');
    const { heard } = await watchHere({ openSource });

    await write('plan.md.tmp', 'after, and longer');
    await rename(join(folder, 'plan.md.tmp'), join(folder, 'plan.md'));

    await heard('modified plan.md');
  });

  test('[WT1] an entry that appears later is watched, with what it brings', async () => {
    const later = join(folder, 'logs');
    const { tree, entries, heard } = await watchHere({ openSource, entries: [later] });
    expect(tree.missing()).toEqual([later]);

    await write('logs/a.md');
    await heard('added logs/a.md');
    await write('logs/b.md');
    await heard('added logs/b.md');

    expect(entries).toEqual(['appeared logs']);
    expect(tree.missing()).toEqual([]);
  });

  test('[WT11] an entry that is replaced by a link counts as gone', async () => {
    await write('docs/a.md');
    await write('elsewhere/a.md');
    const { tree, entries } = await watchHere({ openSource, entries: [join(folder, 'docs')] });

    await rename(join(folder, 'docs'), join(folder, 'aside'));
    await symlink(join(folder, 'elsewhere'), join(folder, 'docs'));

    await expect.poll(() => entries).toEqual(['vanished docs']);
    expect(tree.missing()).toEqual([join(folder, 'docs')]);
  });

  test('[DX4] nothing behind a link is watched', async () => {
    await write('outside/a.md');
    await mkdir(join(folder, 'docs'));
    await symlink(join(folder, 'outside'), join(folder, 'docs/link'));
    const { told, heard } = await watchHere({ openSource, entries: [join(folder, 'docs')] });

    await write('outside/a.md', 'longer text');
    await write('docs/last.md');

    await heard('added docs/last.md');
    expect(told.filter((line) => line.includes('a.md'))).toEqual([]);
  });

  test('[DX1] a file below two entries is told once', async () => {
    await mkdir(join(folder, 'docs/progress'), { recursive: true });
    const entries = [join(folder, 'docs'), join(folder, 'docs/progress')];
    const { told, heard } = await watchHere({ openSource, entries });

    await write('docs/progress/a.md');
    await heard('added docs/progress/a.md');
    await write('docs/last.md');
    await heard('added docs/last.md');

    expect(told.filter((line) => line === 'added docs/progress/a.md')).toHaveLength(1);
  });

  test('after closing nothing is told, and closing twice is harmless', async () => {
    const { tree, told } = await watchHere({ openSource });

    await tree[Symbol.asyncDispose]();
    await tree[Symbol.asyncDispose]();
    await write('late.md');

    await using other = watchTree({ entries: [folder], isIgnored: markdownOnly, pollMs: null });
    await other.ready;
    expect(told).toEqual([]);
  });
});

test('[F7] a rewrite of equal size whose mtime is set back is heard of', async () => {
  const path = join(folder, 'plan.md');
  const at = new Date('2026-01-01');
  // Both in one turn of the event loop: nobody sees the time in between.
  const rewrite = (text: string) => (writeFileSync(path, text), utimesSync(path, at, at));
  rewrite('one');
  const { told } = await watchHere({ openSource: watchFolders });
  rewrite('two');
  await expect.poll(() => told).toEqual(['modified plan.md']);

  rewrite('six');

  await expect.poll(() => told).toEqual(['modified plan.md', 'modified plan.md']);
});

test('[F6] a watch for each folder misses none of 1,200 files written at once', async () => {
  const { told } = await watchHere({ openSource: watchFolders });
  const paths = Array.from({ length: 1200 }, (_, n) => `d${n % 60}/e${n % 7}/f${n}.md`);

  for (const path of paths) await write(path);

  const added = () => new Set(told.filter((line) => line.startsWith('added ')));
  await expect.poll(() => added().size, { timeout: 20_000 }).toBe(1200);
});

test('[F3] after a recheck everything is watched that came while notifications were lost', async () => {
  await write('gone.md');
  await write('docs/old/a.md');
  await write('docs/lost/a.md');
  let isDeaf = false;
  const { tree, told, heard } = await watchHere({
    openSource: (options) =>
      watchFolders(options, (path, hear) => watch(path, (event, name) => isDeaf || hear(event, name))),
  });
  isDeaf = true;
  await rm(join(folder, 'gone.md'));
  await rename(join(folder, 'docs/old'), join(folder, 'docs/new'));
  await mkdir(join(folder, 'docs/old'));
  await write('docs/old/b.md');
  await rm(join(folder, 'docs/lost'), { recursive: true });
  expect(told).toEqual([]);

  isDeaf = false;
  await tree.recheck();

  expect(told).toEqual([]);
  await write('docs/new/a.md', 'longer text');
  await write('docs/old/b.md', 'longer text');
  await write('docs/lost/a.md', 'back again');
  await write('gone.md', 'back again');
  await heard('added gone.md');
  await heard('added docs/lost/a.md');
  await heard('modified docs/new/a.md');
  await heard('modified docs/old/b.md');
});

test.each([
  ['ENOSPC', 'fs.inotify.max_user_watches'],
  ['EMFILE', 'ulimit -n'],
])('[F4] %s is told as a limit, with the remedy %s', async (code, remedy) => {
  const tree = opened.use(
    watchTree({
      entries: [folder],
      isIgnored: markdownOnly,
      pollMs: null,
      openSource: (options) =>
        watchFolders(options, () => {
          throw Object.assign(new Error('no more'), { code });
        }),
    }),
  );

  const failure = await firstValueFrom(tree.errors$);

  expect(failure).toMatchObject({ kind: 'limit', remedy: expect.stringContaining(remedy) as string });
});

test('[WT10] polling goes on without any native watch', async () => {
  await write('a.md');
  const { tree, heard } = await watchHere({ pollMs: 20 });
  const raw = firstValueFrom(tree.raw$.pipe(filter(() => true)));

  await write('a.md', 'longer text');

  await heard('modified a.md');
  await raw;
});
