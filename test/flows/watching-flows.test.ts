/** A watched project follows its folder: every way in which files change, as a person or a program changes them. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit({ SYNCLINE_RECONCILE_INTERVAL_S: '0' });
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const files = {
  'epics/EP0001-auth.md': '# Auth\n',
  'stories/US0001-login.md': '# Login\n',
  'stories/US0002-logout.md': '# Logout\n',
};

async function addWatched({ hasGit = false } = {}): Promise<TestProject> {
  const before = (await kit.server.json<{ head: string }>('/api/events?limit=1')).head;
  const tree = await kit.addTree(files);
  if (hasGit) {
    tree.git('init', '-q', '-b', 'main');
    commitAll(tree.git);
  }
  const project = await kit.register(tree, { watch: true });
  await project.untilEvent('watch:ready', before);
  await project.sync();
  return project;
}

const commitAll = (git: TestProject['tree']['git']) => {
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'all');
};

const untilTitle = (project: TestProject, path: string, title: string) =>
  until(`${path} is "${title}"`, async () => (await project.document(path))?.title === title);

const untilPaths = (project: TestProject, paths: readonly string[]) =>
  until(
    `the paths are ${paths.join(', ')}`,
    async () => JSON.stringify(await project.paths()) === JSON.stringify(paths),
  );

const without = (path: string) => Object.keys(files).filter((other) => other !== path);

describe('[WT2] in a watched folder', () => {
  test('a save, a new file and a deletion are followed, each as a batch of the watcher', async () => {
    const project = await addWatched();
    const before = await project.cursor();

    await project.tree.write('stories/US0001-login.md', '# Login, saved\n');
    await untilTitle(project, 'stories/US0001-login.md', 'Login, saved');
    await project.tree.write('stories/deep/er/US0003-new.md', '# New\n');
    await untilTitle(project, 'stories/deep/er/US0003-new.md', 'New');
    await project.tree.remove('stories/US0002-logout.md');
    await untilPaths(project, [
      'epics/EP0001-auth.md',
      'stories/US0001-login.md',
      'stories/deep/er/US0003-new.md',
    ]);

    const batches = (await project.eventsAfter(before)).flatMap((event) =>
      event.type === 'operation:completed' ? [event.data.operation] : [],
    );
    expect(batches.length).toBeGreaterThanOrEqual(3);
    for (const { kind, trigger } of batches) {
      expect([kind, trigger]).toEqual(['sync_changed_files', 'watcher']);
    }
    expect((await project.view()).sync_status).toBe('synced');
  });

  test('[WT4] an atomic save is one update that never takes the document away', async () => {
    const project = await addWatched();
    const path = join(project.tree.root, 'stories/US0001-login.md');
    const { id } = (await project.document('stories/US0001-login.md')) ?? {};
    const before = await project.cursor();

    await writeFile(`${path}.tmp`, '# Login, atomically\n');
    await rename(`${path}.tmp`, path);
    await untilTitle(project, 'stories/US0001-login.md', 'Login, atomically');
    await rename(path, `${path}~`);
    await writeFile(path, '# Login, with a backup\n');
    await untilTitle(project, 'stories/US0001-login.md', 'Login, with a backup');

    expect((await project.document('stories/US0001-login.md'))?.id).toBe(id);
    const removed = (await project.eventsAfter(before)).flatMap((event) =>
      event.type === 'documents:changed' ? event.data.removed : [],
    );
    expect(removed).toEqual([]);
  });

  test('[DX11] a renamed file and a renamed folder keep their identities', async () => {
    const project = await addWatched();
    const ids = await Promise.all(Object.keys(files).map(async (path) => (await project.document(path))?.id));

    await rename(
      join(project.tree.root, 'epics/EP0001-auth.md'),
      join(project.tree.root, 'epics/EP0001-authentication.md'),
    );
    await rename(join(project.tree.root, 'stories'), join(project.tree.root, 'done'));

    const moved = ['done/US0001-login.md', 'done/US0002-logout.md', 'epics/EP0001-authentication.md'];
    await untilPaths(project, moved);
    const kept = await Promise.all(moved.map(async (path) => (await project.document(path))?.id));
    expect(kept.toSorted()).toEqual(ids.toSorted());
    expect((await project.view()).document_count).toBe(3);
  });

  test('[SY17, WT11] an emptied folder halts the watch and leaves the index whole; its return resumes it', async () => {
    const project = await addWatched();
    const before = await project.cursor();
    await project.tree.remove('epics');
    await project.tree.remove('stories');

    const state = () =>
      kit.server.json<{ watch: { state: string } }>(`/api/cache/status?project=${project.slug}`);
    await until('a refused batch or a halt is told', async () => {
      const failed = (await project.eventsAfter(before)).some((event) => event.type === 'operation:failed');
      return failed || (await state()).watch.state === 'halted';
    });

    expect(await project.paths()).toEqual(Object.keys(files));
    await project.tree.write('epics/EP0001-auth.md', '# Auth is back\n');
    await untilTitle(project, 'epics/EP0001-auth.md', 'Auth is back');
  });
});

describe('in a repository', () => {
  test('[WT2] the checkout of another commit is followed', async () => {
    const project = await addWatched({ hasGit: true });
    const { git } = project.tree;
    git('switch', '-q', '-c', 'other');
    await project.tree.write('stories/US0001-login.md', '# Login on a branch\n');
    await project.tree.write('stories/US0009-only.md', '# Only here\n');
    await rm(join(project.tree.root, 'epics/EP0001-auth.md'));
    commitAll(git);
    const branch = ['stories/US0001-login.md', 'stories/US0002-logout.md', 'stories/US0009-only.md'];
    await untilPaths(project, branch);

    git('checkout', '-q', 'main');
    await untilPaths(project, Object.keys(files));
    await untilTitle(project, 'stories/US0001-login.md', 'Login');

    git('checkout', '-q', 'other');
    await untilPaths(project, branch);
    await untilTitle(project, 'stories/US0001-login.md', 'Login on a branch');
  });

  test('[GD5] a commit that changes no file gives it the date of the commit', async () => {
    const project = await addWatched({ hasGit: true });
    await project.tree.write('stories/US0001-login.md', '# Login, to be committed\n');
    await untilTitle(project, 'stories/US0001-login.md', 'Login, to be committed');
    project.tree.git('add', '-A');

    project.tree.git('-c', 'core.editor=true', 'commit', '-q', '-m', 'later');
    const at = Number(project.tree.git('log', '-1', '--format=%ct').trim()) * 1000;

    await until('the date is that of the commit', async () => {
      const row = await project.document('stories/US0001-login.md');
      return (row?.file_date as Date | undefined)?.getTime() === at;
    });
  });
});

describe('[PJ11] switched off', () => {
  test('[WT8, WT9] nothing is followed, and switching on repairs what was missed', async () => {
    const project = await addWatched();
    await project.put({ watch: false });
    await until('the watch is off', async () => {
      const { watch } = await kit.server.json<{ watch: { state: string } }>(
        `/api/cache/status?project=${project.slug}`,
      );
      return watch.state === 'off';
    });
    await project.tree.write('stories/US0001-login.md', '# Login, unseen\n');
    await project.tree.write('new.md', '# New, unseen\n');
    await project.tree.remove('epics/EP0001-auth.md');
    const before = await project.cursor();

    await project.put({ watch: true });
    const { data } = await project.untilEvent('reconcile:completed', before);

    expect(data).toMatchObject({ reason: expect.any(String), repaired: 3 });
    expect(await project.paths()).toEqual(['new.md', ...without('epics/EP0001-auth.md')]);
    expect((await project.document('stories/US0001-login.md'))?.title).toBe('Login, unseen');
    const repairs = (await project.eventsAfter(before)).flatMap((event) =>
      event.type === 'operation:completed' ? [event.data.operation] : [],
    );
    expect(repairs).toMatchObject([{ trigger: 'reconcile', stats: { repaired: 3 } }]);
  });

  test('[WT9] with nothing missed there is no operation, only the event', async () => {
    const project = await addWatched();
    await project.tree.settle(Object.keys(files));
    await project.sync();
    // What the watcher has heard of the files until now has been looked at.
    await kit.server.json(`/api/v1/projects/${project.slug}/freshness?wait=10`);
    await project.put({ watch: false });
    const before = await project.cursor();

    await project.put({ watch: true });
    const { data } = await project.untilEvent('reconcile:completed', before);

    expect(data.repaired).toBe(0);
    const types = (await project.eventsAfter(before)).map((event) => event.type);
    expect(types.filter((type) => type.startsWith('operation:'))).toEqual([]);
  });

  test('[WT9, DX16] what a pass finds emptied is not removed', async () => {
    const project = await addWatched();
    await project.put({ watch: false });
    for (const folder of ['epics', 'stories']) await project.tree.remove(folder);
    const before = await project.cursor();

    await project.put({ watch: true });
    await until('the watch has looked', async () => {
      const { watch } = await kit.server.json<{ watch: { state: string } }>(
        `/api/cache/status?project=${project.slug}`,
      );
      const failed = (await project.eventsAfter(before)).some((event) => event.type === 'operation:failed');
      return failed || watch.state === 'halted' || watch.state === 'watching';
    });

    expect(await project.paths()).toEqual(Object.keys(files));
  });
});
