/** What `freshness` calls fresh is there: a save goes through watcher, index and journal before the answer. */
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { laneOf } from '../../server/features/projects/sync-starter.ts';
import type { Freshness } from '../../shared/views/freshness.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit({ SYNCLINE_RECONCILE_INTERVAL_S: '0' });
});
afterAll(() => kit[Symbol.asyncDispose]());

async function addWatched(files: Record<string, string> = { 'docs/a.md': '# A\n' }): Promise<TestProject> {
  const before = (await kit.server.json<{ head: string }>('/api/events?limit=1')).head;
  const project = await kit.register(await kit.addTree(files), { watch: true });
  await project.untilEvent('watch:ready', before);
  await project.sync();
  return project;
}

const ask = ({ slug }: TestProject, wait: number) =>
  kit.server.json<Freshness>(`/api/v1/projects/${slug}/freshness?wait=${wait}`);

const seqOf = (id: string | null) => Number(/-(\d+)$/.exec(id ?? '')?.[1]);

test('a save is in the index at the head that the answer names', async () => {
  const project = await addWatched();
  const before = await project.cursor();

  await project.tree.write('docs/a.md', '# A, saved\n');
  const freshness = await ask(project, 20);

  expect(freshness).toMatchObject({ fresh: true, proof: 'sentinel', reason: null, watch: 'watching' });
  expect((await project.document('docs/a.md'))?.title).toBe('A, saved');
  const told = (await project.eventsAfter(before)).find(({ type }) => type === 'documents:changed');
  expect(told?.seq).toBeLessThanOrEqual(seqOf(freshness.head));
});

/** One of a few files and folders, so that saves meet: written anew, changed, or taken away. */
const save = fc.record({
  path: fc.constantFrom('docs/a.md', 'docs/b.md', 'docs/deep/c.md', 'docs/deep/er/d.md'),
  title: fc.option(fc.integer({ min: 0, max: 999 }), { freq: 3 }),
});

test('whatever is saved before the question is in the answer, however the saves meet', async () => {
  const project = await addWatched();
  const disk = new Map([['docs/a.md', 'A']]);

  await fc.assert(
    fc.asyncProperty(fc.array(save, { minLength: 1, maxLength: 8 }), async (saves) => {
      for (const { path, title } of saves) {
        if (title === null) await project.tree.remove(path);
        else await project.tree.write(path, `# Title ${title}\n`);
        if (title === null) disk.delete(path);
        else disk.set(path, `Title ${title}`);
      }
      // An emptied tree halts the watch (F5), which is another story.
      await project.tree.write('docs/always.md', '# Always\n');
      disk.set('docs/always.md', 'Always');

      const freshness = await ask(project, 20);
      const rows = await kit.sql<{ file_path: string; title: string }[]>`
        select file_path, title from documents where project_id = ${project.id}`;

      expect(freshness).toMatchObject({ fresh: true });
      expect(new Map(rows.map((row) => [row.file_path, row.title]))).toEqual(disk);
    }),
    { numRuns: 8 },
  );
});

test('while a save cannot be written to the index, nothing is called fresh', async () => {
  const project = await addWatched();
  const early = await ask(project, 20);

  const late = await kit.sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${laneOf(project.id)}, 0))`;
    await project.tree.write('docs/a.md', '# A, held up\n');
    return await ask(project, 1);
  });

  expect(early.fresh).toBe(true);
  expect(late).toMatchObject({ fresh: false, as_of: early.as_of, head: early.head, proof: early.proof });
  expect(late.reason).toMatch(/on (its|their) way into the index/);
  expect(late.waited_ms).toBeGreaterThanOrEqual(990);

  expect(await ask(project, 20)).toMatchObject({ fresh: true, reason: null });
  expect((await project.document('docs/a.md'))?.title).toBe('A, held up');
});

test('[F5] a watch that has lost its folder proves nothing, and says why', async () => {
  const project = await addWatched();

  await rename(project.tree.root, `${project.tree.root}-away`);
  const freshness = await ask(project, 20);

  await rename(`${project.tree.root}-away`, project.tree.root);

  expect(freshness.fresh).toBe(false);
  expect(freshness.reason).toMatch(/folder|gone|missing|not/);
  expect(await project.paths()).toEqual(['docs/a.md']);
});

test('a project that is not watched is compared with the disk, and left as it is', async () => {
  const project = await kit.addProject({ 'docs/a.md': '# A\n' });
  expect(await ask(project, 20)).toMatchObject({ fresh: false, as_of: null, head: null, watch: 'off' });
  await project.sync();
  expect(await ask(project, 20)).toMatchObject({ fresh: true, proof: 'walk' });

  await project.tree.write('docs/b.md', '# B\n');
  const freshness = await ask(project, 20);

  expect(freshness).toMatchObject({ fresh: false, proof: 'walk' });
  expect(freshness.reason).toContain('1 file differs');
  expect(await project.paths()).toEqual(['docs/a.md']);
});

test('a question that does not wait gets the newest proof, and no claim beyond it', async () => {
  const project = await addWatched();
  const proven = await ask(project, 20);

  const { fresh, as_of, head } = await ask(project, 0);

  expect({ fresh, as_of, head }).toEqual({ fresh: false, as_of: proven.as_of, head: proven.head });
});

test('however often it is asked, nothing stays in the folder, and no event tells of it', async () => {
  const project = await addWatched();
  await ask(project, 20);
  const before = await project.cursor();

  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(project, 20)));

  expect(answers.every(({ fresh, proof }) => fresh && proof === 'sentinel')).toBe(true);
  expect(await readdir(join(project.tree.root, 'docs'))).toEqual(['a.md']);
  expect(await project.eventsAfter(before)).toEqual([]);
});

test.each(['-1', '26', 'x', '1.5'])('[GR4] a wait of %s is refused', async (wait) => {
  const { slug } = await kit.addProject();

  expect((await kit.server.request('GET', `/api/v1/projects/${slug}/freshness?wait=${wait}`)).status).toBe(
    422,
  );
});

test('a project that is not there is not found', async () => {
  expect((await kit.server.request('GET', '/api/v1/projects/nobody/freshness')).status).toBe(404);
});
