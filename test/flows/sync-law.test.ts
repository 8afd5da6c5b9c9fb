/** The law of increments: however the tree came to be as it is, the index is what one look at it would give. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const path = fc.constantFrom(
  'keep/a.md',
  'keep/b.md',
  'keep/deep/c.md',
  'stories/US0001-x.md',
  'stories/US0002-y.md',
  'epics/EP0001-z.md',
);
const text = fc.constantFrom(
  '# One\n> **Status:** Draft\n',
  '# Two\n> **Status:** Done\n> **Epic:** EP0001\n',
  '---\ntitle: Three\ncreated: 2026-01-05\n---\ntext\n',
  '',
  '# One\n> **Status:** Draft\n> **Owner:** Ann\n',
);
const edit = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path, text }),
  fc.record({ kind: fc.constant('remove' as const), path }),
  fc.record({ kind: fc.constant('move' as const), path, to: path }),
  fc.record({ kind: fc.constant('commit' as const) }),
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

/** Answers the paths that the edit has touched. */
async function apply({ tree }: TestProject, change: Edit): Promise<string[]> {
  if (change.kind === 'commit') {
    tree.git('add', '-A');
    tree.git('commit', '-q', '--allow-empty', '-m', 'edits');
    return [];
  }
  if (change.kind === 'write') await tree.write(change.path, change.text);
  if (change.kind === 'remove') await tree.remove(change.path);
  if (change.kind !== 'move') return [change.path];
  if (!existsSync(join(tree.root, change.path))) return [];
  await mkdir(dirname(join(tree.root, change.to)), { recursive: true });
  await rename(join(tree.root, change.path), join(tree.root, change.to));
  return [change.path, change.to];
}

/** All that is derived from the tree; not who a row is or when it was written. */
async function readDerived({ id }: TestProject) {
  const rows = await kit.sql`select * from documents where project_id = ${id} order by file_path collate "C"`;
  return rows.map(
    ({ id: _id, project_id: _project, synced_at: _synced, updated_at: _updated, ...row }) => row,
  );
}

test.each([
  ['in a plain folder', false],
  ['in a git repository, dates after a full sync', true],
])(
  '[DX10, GD5] after any edits in batches the index equals that of a fresh project, %s',
  { timeout: 120_000 },
  async (_where, hasGit) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        async (batches) => {
          const project = await kit.addProject({ 'always.md': '# Always here\n', 'keep/a.md': '# A\n' });
          project.tree.git(...(hasGit ? ['init', '-q'] : ['--version']));
          await project.sync();

          for (const batch of batches) {
            const paths: string[] = [];
            for (const change of batch) {
              if (change.kind !== 'commit' || hasGit) paths.push(...(await apply(project, change)));
            }
            if (paths.length > 0) await project.syncPaths(paths);
          }
          // Without a watcher nobody tells a batch of a commit; a full sync finds it by itself (GD5).
          if (hasGit) await project.sync();

          const fresh = await kit.register(project.tree);
          await fresh.sync();
          expect(await readDerived(project)).toEqual(await readDerived(fresh));
          expect((await project.view()).document_count).toBe((await fresh.view()).document_count);
        },
      ),
      { numRuns: 8 },
    );
  },
);
