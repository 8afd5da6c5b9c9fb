/** Search over what is derived: features, tasks, and the prompts of sessions (SR1). */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SearchPage } from '../../shared/views/search.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;
let project: TestProject;
let home: string;
let log: string;

const progress = (task: string) => `---
type: progress
status: in_progress
tasks:
  - id: T1
    name: ${task}
    status: done
---
`;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'syncline-home-')));
  kit = await openSyncKit({ SYNCLINE_CLAUDE_HOME: home });
  project = await kit.addProject(
    {
      'docs/implementation_plans/features/quokka-feeder-v1.md':
        '---\ntitle: Quokka feeder\nstatus: draft\n---\n# Quokka feeder\n',
      '.claude/progress/quokka-feeder-v1/phase-1-progress.md': progress('Weigh the wombat'),
    },
    { paths: { docs: ['docs'], progress: ['.claude/progress'] } },
  );
  const folder = join(home, 'projects', project.tree.root.replaceAll(/[^A-Za-z0-9]/g, '-'));
  await mkdir(folder, { recursive: true });
  const record = {
    type: 'user',
    uuid: 'u1',
    sessionId: 'aaaaaaaa-0000-4000-8000-000000000001',
    timestamp: '2026-11-20T10:00:00.000Z',
    cwd: project.tree.root,
    message: { role: 'user', content: 'Please feed the numbat at dawn' },
  };
  log = join(folder, 'aaaaaaaa-0000-4000-8000-000000000001.jsonl');
  await writeFile(log, `${JSON.stringify(record)}\n`);
  await project.sync();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

async function search(q: string, kinds: string): Promise<SearchPage> {
  const query = new URLSearchParams({ q, kinds, project: project.slug });
  return SearchPage.parse(await kit.server.json(`/api/v1/search?${query.toString()}`));
}

test.each([
  ['feature', 'quokka', 'quokka-feeder-v1', 'feature'],
  ['task', 'wombat', 'T1', 'task'],
  ['session', 'numbat dawn', 'S-aaaaaaaa-0000-4000-8000-000000000001', 'session'],
])('[SR1] a %s is found by %s', async (kind, q, id, type) => {
  const { items, total } = await search(q, kind);

  expect(total).toBe(1);
  expect(items[0]).toMatchObject({ doc_id: id, type, kind, snippet: expect.stringContaining('<mark>') });
});

test('[SR1] only the kinds that were asked for are found', async () => {
  expect((await search('numbat', 'document,feature,task')).total).toBe(0);
});

test('[SR9] what a saved file no longer says is no longer found', async () => {
  await project.tree.write(
    '.claude/progress/quokka-feeder-v1/phase-1-progress.md',
    progress('Weigh the bilby'),
  );

  await project.syncPaths(['.claude/progress/quokka-feeder-v1/phase-1-progress.md']);

  expect([(await search('wombat', 'task')).total, (await search('bilby', 'task')).total]).toEqual([0, 1]);
});

test('[SR9] a session is in search as long as it is kept, and no longer', async () => {
  await rm(log, { force: true });
  await project.sync({ allowEmpty: true });
  expect((await search('numbat', 'session')).total).toBe(1);

  await kit.sql`update sessions set source_gone_at = '2001-01-01' where project_id = ${project.id}`;
  await project.sync({ allowEmpty: true });

  expect((await search('numbat', 'session')).total).toBe(0);
});
