/** Full syncs: what they write, what they leave alone, and what they never delete. */
import { mkdir, rename, rm, symlink, utimes } from 'node:fs/promises';
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

const three = {
  'epics/EP0001-auth.md': '# Auth\n> **Status:** Draft\n',
  'stories/US0001-login.md': '# Login\n> **Status:** Done\n> **Epic:** EP0001\n',
  'stories/US0002-logout.md': '# Logout\n> **Status:** Draft\n> **Epic:** EP0001\n',
};

describe('a first sync', () => {
  test('[SY8] indexes the tree and settles the project with its counts', async () => {
    const project = await kit.addProject(three);

    await project.sync();

    expect(await project.paths()).toEqual(Object.keys(three));
    expect(await project.view()).toMatchObject({
      sync_status: 'synced',
      sync_error: null,
      document_count: 3,
      issue_count: 0,
      last_synced_at: expect.stringMatching(/Z$/),
      sync_counts: { added: 3, updated: 0, removed: 0, unchanged: 0, failed: 0 },
    });
  });

  test('[SY9] a root without documents ends synced and empty', async () => {
    const project = await kit.addProject();

    const { status } = await project.sync();

    expect(status).toBe(200);
    expect(await project.view()).toMatchObject({ sync_status: 'synced', document_count: 0 });
  });

  test('[SY17] one status event leads in, one leads out, and there is one terminal event', async () => {
    const project = await kit.addProject(three);
    const before = await project.cursor();

    await project.sync();

    const types = (await project.eventsAfter(before)).map((event) => event.type);
    expect(types.filter((type) => type === 'project:status')).toHaveLength(2);
    expect(types.filter((type) => type === 'sync:complete' || type === 'sync:error')).toHaveLength(1);
    expect(types.filter((type) => type === 'operation:completed')).toHaveLength(1);
  });
});

describe('[SY13] a sync of a tree at rest', () => {
  test.each([
    ['in a plain folder', false],
    ['in a git repository', true],
  ])('writes nothing but its operation, %s', async (_where, hasGit) => {
    const project = await kit.addProject({
      ...three,
      'bad.md': '---\na: [\n---\n# Bad\n',
      'warn.md': '---\ncreated: 2026-02-30\n---\n# W\n',
    });
    if (hasGit) {
      project.tree.git('init', '-q');
      project.tree.git('add', '-A');
      project.tree.git('commit', '-qm', 'all');
    }
    await project.tree.settle([...Object.keys(three), 'bad.md', 'warn.md']);
    await project.sync();
    const rows = await readIndexRows(kit, project);
    const before = await project.cursor();

    await project.sync();

    expect(await readIndexRows(kit, project)).toEqual(rows);
    const foreign = (await project.eventsAfter(before))
      .map((event) => event.type)
      .filter((type) => !type.startsWith('operation:'));
    expect(foreign).toEqual(['project:status', 'sync:started', 'project:status', 'sync:complete']);
    expect((await project.view()).sync_counts).toEqual({
      added: 0,
      updated: 0,
      removed: 0,
      unchanged: 4,
      failed: 1,
    });
  });

  test('also after a restart, when nothing is remembered', async () => {
    const project = await kit.addProject(three);
    await project.tree.settle(Object.keys(three));
    await project.sync();
    const rows = await readIndexRows(kit, project);
    await kit.server.restart();
    const before = await project.cursor();

    await project.sync();

    const { git: _git, ...after } = await readIndexRows(kit, project);
    const { git: _before, ...expected } = rows;
    expect(after).toEqual(expected);
    const types = (await project.eventsAfter(before)).map((event) => event.type);
    expect(types).not.toContain('documents:changed');
  });

  test('[OP26] force reads every file again and writes none of the rows that come out equal', async () => {
    const project = await kit.addProject(three);
    await project.tree.settle(Object.keys(three));
    await project.sync();
    const rows = await readIndexRows(kit, project);

    const { body } = await project.sync({ force: true });

    const { documents, projects } = await readIndexRows(kit, project);
    expect(documents).toEqual(rows.documents);
    expect(projects).toEqual(rows.projects);
    expect(body.stats).toMatchObject({ documents_skipped: 3, documents_synced: 0 });
  });

  test('[DX8] a touched file costs a new stamp and no new row', async () => {
    const project = await kit.addProject(three);
    project.tree.git('init', '-q');
    project.tree.git('add', '-A');
    project.tree.git('commit', '-qm', 'all');
    await project.sync();
    const [path = ''] = Object.keys(three);
    const before = await readIndexRows(kit, project);

    await utimes(join(project.tree.root, path), new Date(), new Date(Date.now() - 60_000));
    await project.sync();

    const after = await readIndexRows(kit, project);
    expect(after.documents).toEqual(before.documents);
    expect(after.projects).toEqual(before.projects);
    expect(after.stamps).not.toEqual(before.stamps);
    expect((await project.view()).sync_counts).toMatchObject({ updated: 0, unchanged: 3 });
  });
});

describe('changes', () => {
  test('[SY13] added + updated + unchanged + failed = files seen', async () => {
    const project = await kit.addProject(three);
    await project.sync();
    await project.tree.write('stories/US0003-new.md', '# New\n');
    await project.tree.write('stories/US0001-login.md', '# Login again\n');
    await project.tree.write('bad.md', Buffer.from([0x23, 0xff, 0xfe]));
    await project.tree.remove('stories/US0002-logout.md');

    await project.sync();

    const view = await project.view();
    expect(view.sync_counts).toEqual({ added: 1, updated: 1, removed: 1, unchanged: 1, failed: 1 });
    expect(view.document_count).toBe(3);
  });

  test('[DX11] a move is one update that keeps identity and leaves nothing of the old path', async () => {
    const text = '---\ncreated: 2026-02-30\n---\n# Warned about\n';
    const project = await kit.addProject({ 'a/one.md': text, 'keep.md': '# Keep\n' });
    await project.sync();
    const before = await project.document('a/one.md');
    const cursor = await project.cursor();

    await mkdir(join(project.tree.root, 'b'));
    await rename(join(project.tree.root, 'a/one.md'), join(project.tree.root, 'b/two.md'));
    await project.sync();

    expect((await project.view()).sync_counts).toMatchObject({ added: 0, updated: 1, removed: 0 });
    expect((await project.document('b/two.md'))?.id).toBe(before?.id);
    expect(await project.paths()).toEqual(['b/two.md', 'keep.md']);
    const moved = await project.untilEvent('documents:changed', cursor);
    expect(moved.data.updated).toMatchObject([{ path: 'b/two.md', movedFrom: 'a/one.md' }]);
    expect((await project.openIssues()).map((issue) => issue.path)).toEqual(['b/two.md']);
    const stamps =
      await kit.sql`select file_path from file_stamps where project_id = ${project.id} order by 1`;
    expect(stamps.map((row) => row.file_path)).toEqual(['b/two.md', 'keep.md']);
    expect((await project.view()).issue_count).toBe(1);
  });

  test('[DX11] a path that comes back within 30 days gets its former id', async () => {
    const project = await kit.addProject(three);
    await project.sync();
    const [path = ''] = Object.keys(three);
    const before = await project.document(path);
    await project.tree.remove(path);
    await project.sync();

    await project.tree.write(path, '# Back, with other words\n');
    await project.sync();

    expect((await project.document(path))?.id).toBe(before?.id);
  });

  test('[DX10] a new .config.yaml derives every file again, also those at rest', async () => {
    const project = await kit.addProject({ 'bugs/BG0001-x.md': '# X\n> **Status:** Parked for now\n' });
    await project.tree.settle(['bugs/BG0001-x.md']);
    await project.sync();
    expect((await project.document('bugs/BG0001-x.md'))?.status).not.toBe('Parked');

    await project.tree.write('.config.yaml', 'schema_version: 2\nstatus_vocab:\n  bug: [Parked]\n');
    await project.sync();

    expect((await project.document('bugs/BG0001-x.md'))?.status).toBe('Parked');
    expect((await project.view()).schema_version).toBe('2');
  });

  test('[DX1] after a change of paths the index holds the new entries only', async () => {
    const project = await kit.addProject({ 'one/a.md': '# A\n', 'two/b.md': '# B\n' });
    await project.sync();

    await project.put({ paths: { docs: ['two'] } });
    await project.sync();

    expect(await project.paths()).toEqual(['two/b.md']);
    expect((await project.view()).document_count).toBe(1);
  });
});

describe('[SY14] nothing is deleted when the source seems to have gone', () => {
  test('an emptied root is an error, and the override removes', async () => {
    const project = await kit.addProject(three);
    await project.sync();
    for (const folder of ['epics', 'stories']) await project.tree.remove(folder);

    const refused = await project.sync();

    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'OPERATION_FAILED', details: { errorCode: 'source_emptied' } } },
    });
    expect(await project.paths()).toHaveLength(3);
    const view = await project.view();
    expect(view).toMatchObject({
      sync_status: 'error',
      sync_error: 'source returned no documents - refusing to delete existing documents',
      document_count: 3,
    });
    expect(view.last_synced_at).not.toBeNull();

    await project.sync({ allowEmpty: true });
    expect(await project.view()).toMatchObject({
      sync_status: 'synced',
      document_count: 0,
      sync_counts: { removed: 3 },
    });
  });

  test('[SY9] a vanished root is accepted, then fails by name', async () => {
    const project = await kit.addProject(three);
    await project.sync();
    const synced = (await project.view()).last_synced_at;
    await rm(project.tree.root, { recursive: true });
    const before = await project.cursor();

    const accepted = await kit.server.request(
      'POST',
      `/api/v1/projects/${project.slug}/sync?allow_empty=true`,
    );
    expect(accepted.status).toBe(202);
    await project.untilEvent(
      'sync:error',
      before,
      ({ data }) => 'errorCode' in data && data.errorCode === 'source_missing',
    );

    expect(await project.view()).toMatchObject({
      sync_status: 'error',
      sync_error: `sdlc-studio path not found: ${project.tree.root}`,
      last_synced_at: synced,
      document_count: 3,
    });
    expect(await project.paths()).toHaveLength(3);
  });

  test('a root replaced by a symlink counts as missing', async () => {
    const project = await kit.addProject(three);
    await project.sync();
    const elsewhere = await kit.addTree({ 'other.md': '# Other\n' });
    await rm(project.tree.root, { recursive: true });
    await symlink(elsewhere.root, project.tree.root);

    const { body } = await project.sync();

    expect(body.error.details.errorCode).toBe('source_missing');
    expect(await project.paths()).toEqual(Object.keys(three));
  });

  test('one entry of several that is gone stops the removal of all', async () => {
    const project = await kit.addProject(
      { 'one/a.md': '# A\n', 'one/c.md': '# C\n', 'two/b.md': '# B\n' },
      { paths: { docs: ['one', 'two'] } },
    );
    await project.sync();
    await project.tree.remove('two');
    await project.tree.remove('one/c.md');

    const { body } = await project.sync();

    expect(body.error.details.errorCode).toBe('source_missing');
    expect(await project.paths()).toEqual(['one/a.md', 'one/c.md', 'two/b.md']);
  });
});
