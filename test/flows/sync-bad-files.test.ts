/** Bad files: an issue each, and never a reason to lose what is good (SY12, IX1). */
import { execFileSync } from 'node:child_process';
import { chmod, symlink, truncate } from 'node:fs/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { asNobody } from '../support/temp-tree.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit({ SYNCLINE_MAX_DOCUMENT_BYTES: '1024' });
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const good = { 'good.md': '# Good\n', 'other.md': '# Other\n' };

const notUtf8 = Buffer.from([0x23, 0x20, 0x41, 0xff, 0x0a]);

/** Every way to run the same look at the disk. */
const ways: [string, (project: TestProject) => Promise<unknown>][] = [
  ['a full sync', (project) => project.sync()],
  ['a batch of the file', (project) => project.syncPaths(['good.md'])],
  ['a batch of its folder', (project) => project.syncPaths(['.'])],
];

describe.each(ways)('in %s', (_way, look) => {
  test.each([
    ['INVALID_UTF8', notUtf8, /UTF-8/],
    ['TOO_LARGE', `# Big\n${'x'.repeat(2000)}`, /limit of 1024/],
    ['YAML_ERROR', '---\nstatus: [open\n---\n# New text\n', /./],
  ])(
    '[IX1] %s keeps the earlier version, and ends when the file is good again',
    async (code, bytes, reason) => {
      const project = await kit.addProject(good);
      await project.sync();
      const before = await project.document('good.md');

      await project.tree.write('good.md', bytes);
      await look(project);

      expect(await project.document('good.md')).toEqual(before);
      expect(await project.openIssues()).toMatchObject([
        { path: 'good.md', code, severity: 'error', message: expect.stringMatching(reason) },
      ]);
      expect(await project.view()).toMatchObject({
        sync_status: 'synced',
        document_count: 2,
        issue_count: 1,
      });

      await project.tree.write('good.md', '# Good again\n');
      await look(project);
      expect((await project.document('good.md'))?.title).toBe('Good again');
      expect(await project.openIssues()).toEqual([]);
      expect((await project.view()).issue_count).toBe(0);
    },
  );

  test('[IX1] an issue ends with its file', async () => {
    const project = await kit.addProject(good);
    await project.tree.write('good.md', notUtf8);
    await look(project);
    expect(await project.openIssues()).toHaveLength(1);

    await project.tree.remove('good.md');
    await look(project);

    expect(await project.openIssues()).toEqual([]);
    expect((await project.view()).issue_count).toBe(0);
    const stamps =
      await kit.sql`select 1 from file_stamps where project_id = ${project.id} and file_path = 'good.md'`;
    expect(stamps).toHaveLength(0);
  });
});

test('[IX2] broken front matter of a new file is indexed as text without metadata', async () => {
  const project = await kit.addProject({ ...good, 'new.md': '---\nstatus: [open\n---\n# Broken but here\n' });

  await project.sync();

  expect(await project.document('new.md')).toMatchObject({
    title: 'Broken but here',
    metadata: null,
    status: null,
  });
  expect((await project.view()).sync_counts).toMatchObject({ added: 2, failed: 1 });
});

test('[SY12] sync_error names five files and counts the others', async () => {
  const project = await kit.addProject(good);
  for (const n of [1, 2, 3, 4, 5, 6, 7]) await project.tree.write(`bad${n}.md`, notUtf8);

  await project.sync();

  const { sync_error, sync_status, sync_counts, issue_count } = await project.view();
  expect(sync_error).toMatch(
    /^7 file\(s\) could not be indexed: bad1\.md \(.+\); bad2\.md .+; bad5\.md \(.+\); and 2 more$/,
  );
  expect(sync_error).not.toContain('bad6.md');
  expect({ sync_status, failed: sync_counts?.failed, issue_count }).toEqual({
    sync_status: 'synced',
    failed: 7,
    issue_count: 7,
  });
});

test('[SY12] a file still bad and unread counts as failed each time', async () => {
  const project = await kit.addProject(good);
  await project.tree.write('bad.md', notUtf8);
  await project.tree.settle(['bad.md', ...Object.keys(good)]);
  await project.sync();

  await project.sync();

  expect(await project.view()).toMatchObject({
    sync_error: expect.stringContaining('1 file(s) could not be indexed: bad.md'),
    sync_counts: { added: 0, updated: 0, removed: 0, unchanged: 2, failed: 1 },
  });
});

test('[DX4, DX5] links, pipes and folders named like files are notices: not counted, no sync_error', async () => {
  const project = await kit.addProject(good);
  await symlink('/etc/passwd', join(project.tree.root, 'out.md'));
  await symlink(project.tree.root, join(project.tree.root, 'loop'));
  execFileSync('mkfifo', [join(project.tree.root, 'pipe.md')]);

  await project.sync();

  expect(await project.paths()).toEqual(Object.keys(good));
  expect(await project.view()).toMatchObject({
    sync_error: null,
    issue_count: 0,
    sync_counts: { failed: 0 },
  });
  expect((await project.openIssues()).map(({ path, code, severity }) => [path, code, severity])).toEqual([
    ['loop', 'SYMLINK_SKIPPED', 'notice'],
    ['out.md', 'SYMLINK_SKIPPED', 'notice'],
    ['pipe.md', 'NOT_A_FILE', 'notice'],
  ]);
});

test.each([
  ['out of the project, in a full sync', '/etc/hostname', (project: TestProject) => project.sync()],
  ['inside, in a batch', 'other.md', (project: TestProject) => project.syncPaths(['good.md'])],
])('[DX4] a file that becomes a link is gone, and its target is not read: %s', async (_how, target, look) => {
  const project = await kit.addProject(good);
  await project.sync();
  await project.tree.remove('good.md');
  await symlink(target, join(project.tree.root, 'good.md'));

  await look(project);

  expect(await project.paths()).toEqual(['other.md']);
});

test('[DX5] a name that is not UTF-8 is one issue, however often it is looked at', async () => {
  const project = await kit.addProject(good);
  const name = Buffer.concat([
    Buffer.from(`${project.tree.root}/caf`),
    Buffer.from([0xe9]),
    Buffer.from('.md'),
  ]);
  writeFileSync(name, '# Café\n');
  await project.sync();

  for (const _time of [1, 2]) await project.syncPaths(['.']);
  await project.sync();

  expect(await project.openIssues()).toMatchObject([{ path: String.raw`caf\xE9.md`, code: 'PATH_ENCODING' }]);
  const all = await kit.sql`select 1 from issues where project_id = ${project.id}`;
  expect(all).toHaveLength(1);
  expect((await project.view()).sync_counts).toMatchObject({ unchanged: 2, failed: 1 });
});

describe('as a user for whom forbidden is forbidden', () => {
  test('[IX1] an unreadable file keeps its row; readable again, it is indexed', async () => {
    const project = await kit.addProject(good);
    await chmod(project.tree.root, 0o755);
    await project.sync();
    await project.tree.write('good.md', '# Secret\n');
    await chmod(join(project.tree.root, 'good.md'), 0o600);

    await asNobody(() => project.sync());
    expect((await project.document('good.md'))?.title).toBe('Good');
    expect(await project.openIssues()).toMatchObject([{ path: 'good.md', code: 'UNREADABLE' }]);
    expect((await project.view()).sync_counts).toMatchObject({ removed: 0, failed: 1 });

    await chmod(join(project.tree.root, 'good.md'), 0o644);
    await asNobody(() => project.sync());
    expect((await project.document('good.md'))?.title).toBe('Secret');
    expect(await project.openIssues()).toEqual([]);
  });

  test.each([
    ['not listable', 0o600, 'UNREADABLE_DIR', 'inner'],
    ['listable, but not searchable', 0o644, 'UNREADABLE', 'inner/a.md'],
  ])(
    '[DX15] below a folder that is %s nothing is removed, and the issue ends with the cause',
    async (_how, mode, code, path) => {
      const project = await kit.addProject({ ...good, 'inner/a.md': '# A\n' });
      await chmod(project.tree.root, 0o755);
      await project.tree.settle(['good.md', 'other.md', 'inner/a.md']);
      await project.sync();
      await chmod(join(project.tree.root, 'inner'), mode);
      await project.tree.remove('good.md');

      await asNobody(() => project.sync());
      expect(await project.paths()).toEqual(['inner/a.md', 'other.md']);
      expect(await project.openIssues()).toMatchObject([{ path, code }]);

      await chmod(join(project.tree.root, 'inner'), 0o755);
      await asNobody(() => project.sync());
      expect(await project.openIssues()).toEqual([]);
      expect(await project.view()).toMatchObject({ issue_count: 0, sync_error: null });
    },
  );
});

test('[SY12] a file cut short between stat and read costs nothing but itself', async () => {
  const project = await kit.addProject({ ...good, 'big.md': `# Big\n${'x'.repeat(900)}` });
  await project.sync();

  await truncate(join(project.tree.root, 'big.md'), 0);
  await project.sync();

  expect(await project.document('big.md')).toMatchObject({ title: 'big', size_bytes: 0 });
});
