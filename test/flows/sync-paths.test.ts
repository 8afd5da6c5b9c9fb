/** `POST /api/cache/sync-paths`: the disk is the truth, and only what lies inside is looked at (OP27). */
import { mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSyncKit, readIndexRows, type SyncKit } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const files = {
  'epics/EP0001-auth.md': '# Auth\n',
  'stories/US0001-login.md': '# Login\n',
  'stories/US0002-logout.md': '# Logout\n',
};

async function addSynced(settings: Record<string, unknown> = {}) {
  const project = await kit.addProject(files, settings);
  await project.sync();
  return project;
}

describe('[OP27.1] confinement', () => {
  test.each([
    ['../outside.md'],
    ['stories/../../outside.md'],
    ['/etc/passwd'],
    ['/etc/nothing-is-here.md'],
    ['/'],
    ['..'],
  ])('%s is refused, and nothing is started', async (path) => {
    const project = await addSynced();
    const before = await project.cursor();

    const { status, body } = await project.syncPaths(['stories/US0001-login.md', path]);

    expect(status).toBe(400);
    expect(body.error).toMatchObject({
      code: 'PATH_OUTSIDE_ROOTS',
      message: `Path outside allowed project roots: ${path}`,
      details: [expect.objectContaining({ path })],
    });
    expect(await project.eventsAfter(before)).toEqual([]);
  });

  test('a folder beside the project whose name begins alike is outside', async () => {
    const project = await addSynced();

    const { status } = await project.syncPaths([`${project.tree.root}2/a.md`]);

    expect(status).toBe(400);
  });

  test('a parent that is a link out of the project is outside, whether the file exists or not', async () => {
    const project = await addSynced();
    const other = await kit.addTree({ 'real.md': '# Real\n' });
    await symlink(other.root, join(project.tree.root, 'link'));

    for (const path of ['link/real.md', 'link/none.md']) {
      const { status, body } = await project.syncPaths([path]);
      expect([status, body.error.message]).toEqual([400, `Path outside allowed project roots: ${path}`]);
    }
  });

  test('all offenders are named at once', async () => {
    const project = await addSynced();

    const { body } = await project.syncPaths(['../a.md', 'epics/EP0001-auth.md', '../b.md']);

    expect(body.error.details.map((detail: { path: string }) => detail.path)).toEqual(['../a.md', '../b.md']);
  });
});

test.each([
  ['no list', {}],
  ['an empty list', { paths: [] }],
  ['a blank path', { paths: [{ path: '  ' }] }],
  ['a NUL', { paths: [{ path: 'a\0.md' }] }],
  ['a path too long', { paths: [{ path: 'a'.repeat(4097) }] }],
  ['another changeType', { paths: [{ path: 'a.md', changeType: 'renamed' }] }],
  ['too many', { paths: Array.from({ length: 1001 }, (_, n) => ({ path: `${n}.md` })) }],
])('[OP27] %s is 422', async (_what, body) => {
  const { slug } = await kit.addProject();

  const answer = await kit.server.request('POST', '/api/cache/sync-paths', { project: slug, ...body });

  expect(answer.status).toBe(422);
});

test('[OP27] the reason for an empty list is "No paths provided"', async () => {
  const project = await kit.addProject();

  const { body } = await project.syncPaths([]);

  expect(body.error.details).toEqual([{ path: 'paths', reason: 'No paths provided' }]);
});

describe('[OP27.2] the disk is the truth', () => {
  test('whatever was said, what exists is read and what does not is removed', async () => {
    const project = await addSynced();
    await project.tree.write('stories/US0001-login.md', '# Login, edited\n');
    await project.tree.remove('stories/US0002-logout.md');
    await project.tree.write('epics/EP0002-new.md', '# New\n');

    const { status, body } = await project.syncPaths([], {
      paths: [
        { path: 'stories/US0001-login.md', changeType: 'deleted' },
        { path: 'stories/US0002-logout.md', changeType: 'modified' },
        { path: `${project.tree.root}/epics/EP0002-new.md`, changeType: 'deleted' },
      ],
    });

    expect(status).toBe(200);
    expect(body.stats).toMatchObject({ documents: 3 });
    expect(await project.paths()).toEqual([
      'epics/EP0001-auth.md',
      'epics/EP0002-new.md',
      'stories/US0001-login.md',
    ]);
    expect((await project.document('stories/US0001-login.md'))?.title).toBe('Login, edited');
    expect((await project.view()).document_count).toBe(3);
  });

  test('a folder means every file below it', async () => {
    const project = await addSynced();
    await project.tree.write('stories/deep/US0003-a.md', '# A\n');
    await project.tree.remove('stories/US0001-login.md');
    await project.tree.write('epics/EP0009-unsaid.md', '# Not asked for\n');

    await project.syncPaths(['stories']);

    expect(await project.paths()).toEqual([
      'epics/EP0001-auth.md',
      'stories/US0002-logout.md',
      'stories/deep/US0003-a.md',
    ]);
  });

  test('a folder that is gone takes its documents with it', async () => {
    const project = await addSynced();
    await project.tree.remove('stories');

    const { body } = await project.syncPaths(['stories']);

    expect(body.ignored).toEqual([]);
    expect(await project.paths()).toEqual(['epics/EP0001-auth.md']);
  });

  test('[DX11] a folder renamed, and told in two batches with the new path first, keeps its identities', async () => {
    const project = await addSynced();
    const names = ['US0001-login.md', 'US0002-logout.md'];
    const idsBelow = (folder: string) =>
      Promise.all(names.map(async (name) => (await project.document(`${folder}/${name}`))?.id));
    const before = await idsBelow('stories');
    await rename(join(project.tree.root, 'stories'), join(project.tree.root, 'tales'));

    await project.syncPaths(['tales']);
    await project.syncPaths(['stories']);

    expect(await idsBelow('tales')).toEqual(before);
    expect(await project.paths()).toEqual(['epics/EP0001-auth.md', ...names.map((name) => `tales/${name}`)]);
  });

  test('[DX11] a rename within one batch keeps identity', async () => {
    const project = await addSynced();
    const before = await project.document('stories/US0001-login.md');
    await mkdir(join(project.tree.root, 'done'));
    await rename(
      join(project.tree.root, 'stories/US0001-login.md'),
      join(project.tree.root, 'done/US0001-login.md'),
    );

    await project.syncPaths(['stories/US0001-login.md', 'done/US0001-login.md']);

    expect((await project.document('done/US0001-login.md'))?.id).toBe(before?.id);
    expect((await project.view()).document_count).toBe(3);
  });

  test('[SY13] a batch without a difference writes nothing', async () => {
    const project = await addSynced();
    await project.tree.settle(Object.keys(files));
    await project.sync();
    const rows = await readIndexRows(kit, project);
    const before = await project.cursor();

    const { body } = await project.syncPaths(Object.keys(files));

    expect(body.stats.documents).toBe(0);
    expect(await readIndexRows(kit, project)).toEqual(rows);
    const types = (await project.eventsAfter(before)).map((event) => event.type);
    expect(types.filter((type) => !type.startsWith('operation:'))).toEqual([]);
  });

  test('[SY17] a batch leaves the status of the project alone', async () => {
    const project = await addSynced();
    const before = await project.view();
    await project.tree.write('epics/EP0003-more.md', '# More\n');

    await project.syncPaths(['epics/EP0003-more.md']);

    const after = await project.view();
    expect({ ...after, document_count: 3 }).toEqual({ ...before });
    expect(after.document_count).toBe(4);
  });

  test('[LK17] a batch that closes or opens a circle of dependencies changes the number of open issues', async () => {
    const project = await addSynced();
    const counts: number[] = [];
    for (const on of ['US0002', 'none']) {
      await project.tree.write('stories/US0001-login.md', `# Login\n\n> **Depends on:** ${on}\n`);
      await project.tree.write('stories/US0002-logout.md', '# Logout\n\n> **Depends on:** US0001\n');
      await project.syncPaths(['stories/US0001-login.md', 'stories/US0002-logout.md']);
      counts.push((await project.view()).issue_count);
    }

    expect(counts).toEqual([2, 0]);
  });
});

describe('[DX16] the guard', () => {
  test.each([
    ['every document of an entry', Object.keys(files)],
    ['every folder', ['epics', 'stories']],
    ['the root itself', ['.']],
  ])('refuses to remove %s', async (_what, paths) => {
    const project = await addSynced();
    for (const folder of ['epics', 'stories']) await project.tree.remove(folder);

    const refused = await project.syncPaths(paths);

    expect(refused.status).toBe(409);
    expect(refused.body.error.details.errorCode).toBe('source_emptied');
    expect(await project.paths()).toHaveLength(3);
    expect((await project.view()).sync_status).toBe('synced');

    await project.syncPaths(paths, { allowEmpty: true });
    expect(await project.paths()).toEqual([]);
    expect((await project.view()).document_count).toBe(0);
  });

  test('a batch may empty a folder while the entry holds others', async () => {
    const project = await addSynced();
    await project.tree.remove('stories');

    const { status } = await project.syncPaths(['stories/US0001-login.md', 'stories/US0002-logout.md']);

    expect(status).toBe(200);
    expect(await project.paths()).toEqual(['epics/EP0001-auth.md']);
  });
});

test('[OP27.3] what is inside but not indexed is named with its reason, in stats and answer', async () => {
  const project = await addSynced({ paths: { docs: ['epics', 'stories'] } });
  await project.tree.write('epics/notes.txt', 'x');
  await project.tree.write('epics/_index.md', 'x');
  await project.tree.write('epics/node_modules/a.md', 'x');
  await project.tree.write('elsewhere.md', 'x');
  await symlink('EP0001-auth.md', join(project.tree.root, 'epics/link.md'));
  const asked = ['notes.txt', '_index.md', 'node_modules/a.md', 'link.md'].map((name) => `epics/${name}`);

  const { status, body } = await project.syncPaths([...asked, 'elsewhere.md']);

  expect(status).toBe(200);
  const byPath = (left: { path: string }, right: { path: string }) => left.path.localeCompare(right.path);
  expect(body.ignored.toSorted(byPath)).toEqual(
    [
      { path: 'epics/notes.txt', reason: 'suffix' },
      { path: 'epics/_index.md', reason: 'index_file' },
      { path: 'epics/node_modules/a.md', reason: 'skipped_folder' },
      { path: 'epics/link.md', reason: 'symlink' },
      { path: 'elsewhere.md', reason: 'outside_entries' },
    ].toSorted(byPath),
  );
  expect(body.stats.ignored).toEqual(body.ignored);
});

test('[OP27.4] one bad file is an issue, the others are done', async () => {
  const project = await addSynced();
  await project.tree.write('stories/US0001-login.md', Buffer.from([0xff]));
  await project.tree.write('stories/US0002-logout.md', '# Logout, edited\n');

  const { status } = await project.syncPaths(['stories/US0001-login.md', 'stories/US0002-logout.md']);

  expect(status).toBe(200);
  expect((await project.document('stories/US0001-login.md'))?.title).toBe('Login');
  expect((await project.document('stories/US0002-logout.md'))?.title).toBe('Logout, edited');
  expect((await project.openIssues()).map((issue) => issue.code)).toEqual(['INVALID_UTF8']);
});

test('[OP27.5] a dry run plans without a write', async () => {
  const project = await addSynced();
  await project.tree.write('stories/US0001-login.md', '# Edited\n');
  await project.tree.write('stories/new.md', '# New\n');
  await project.tree.remove('stories/US0002-logout.md');
  const rows = await readIndexRows(kit, project);
  const before = await project.cursor();

  const { status, body } = await project.syncPaths(
    [...Object.keys(files), 'stories/new.md', 'stories/none.md', 'stories/notes.txt'],
    { dryRun: true },
  );

  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ok', mode: 'dry-run' });
  expect(
    Object.fromEntries(body.plan.map(({ path, action }: { path: string; action: string }) => [path, action])),
  ).toEqual({
    'epics/EP0001-auth.md': 'unchanged',
    'stories/US0001-login.md': 'update',
    'stories/US0002-logout.md': 'remove',
    'stories/new.md': 'add',
    'stories/none.md': 'ignore',
    'stories/notes.txt': 'ignore',
  });
  expect(await project.eventsAfter(before)).toEqual([]);
  expect(await readIndexRows(kit, project)).toEqual(rows);
});
