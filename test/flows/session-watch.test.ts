/** Session logs as an agent writes them, indexed while it writes (WT1, SE21). */
import { appendFile, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;
let project: TestProject;
let home: string;
let folder: string;

const sessionId = 'bbbbbbbb-0000-4000-8000-000000000001';
const toLine = (index: number, text: string, cwd = project.tree.root) =>
  `${JSON.stringify({
    type: 'user',
    uuid: `u${index}`,
    sessionId,
    timestamp: `2026-11-20T10:00:${String(index).padStart(2, '0')}.000Z`,
    cwd,
    message: { role: 'user', content: text },
  })}\n`;

beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'syncline-home-')));
  kit = await openSyncKit({ SYNCLINE_CLAUDE_HOME: home, SYNCLINE_WATCH: 'true' });
  project = await kit.addProject({ 'a.md': '# A\n' });
  await project.sync();
  await until('it is watched', async () => {
    const { watch } = await kit.server.json<{ watch: { running: boolean } }>(
      `/api/cache/status?project=${project.slug}`,
    );
    return watch.running;
  });
  folder = join(home, 'projects', project.tree.root.replaceAll(/[^A-Za-z0-9]/g, '-'));
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
  await rm(home, { recursive: true, force: true });
});

const listSessions = async () =>
  (
    await kit.server.json<{ items: { id: string; title: string }[] }>(
      `/api/v1/projects/${project.slug}/sessions`,
    )
  ).items;

test('[WT1] a log in a folder that appears later becomes a session, and grows with its file', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${sessionId}.jsonl`), toLine(1, 'Feed the quokka'));
  await until('the session is there', async () => (await listSessions()).length === 1);

  await appendFile(join(folder, `${sessionId}.jsonl`), toLine(2, 'And the wombat'));
  await until('the line is read', async () => {
    const page = await kit.server.json<{ items: unknown[] }>(
      `/api/v1/projects/${project.slug}/sessions/S-${sessionId}/records?after=0`,
    );
    return page.items.length === 1;
  });

  const { items } = await kit.server.json<{ items: { trigger: string; metadata: { paths: string[] } }[] }>(
    `/api/cache/operations?project=${project.slug}&kind=sync_changed_files`,
  );
  expect(items[0]).toMatchObject({
    trigger: 'watcher',
    metadata: { paths: [join(folder, `${sessionId}.jsonl`)] },
  });
});

test('[SE2] logs of other folders start nothing', async () => {
  const other = join(home, 'projects', '-somewhere-else');
  const before = await project.cursor();
  await mkdir(other, { recursive: true });
  await writeFile(
    join(other, 'cccccccc-0000-4000-8000-000000000001.jsonl'),
    toLine(1, 'Elsewhere', '/somewhere/else'),
  );
  // A change of our own comes after theirs, so that theirs has been looked at once ours is in.
  await appendFile(join(folder, `${sessionId}.jsonl`), toLine(3, 'And the bilby'));

  await project.untilEvent('sessions:changed', before);

  expect((await listSessions()).map(({ id }) => id)).toEqual([`S-${sessionId}`]);
});
