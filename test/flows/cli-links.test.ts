/** `syncline links` and `syncline search`: the audit's worked example, unresolved references, a rebuild, hits (AU7, AU16). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleLinks, exampleVerdicts } from '../links/audit-example.ts';
import { runSyncline } from '../support/terminal.ts';
import { openSyncKit, type SyncKit, type TestProject } from './sync-kit.ts';

let kit: SyncKit;
let project: TestProject;

beforeAll(async () => {
  kit = await openSyncKit();
  project = await kit.addProject({
    'epics/EP0001-auth.md': '# Auth\n\n> **Status:** Done\n',
    'stories/US0001-login.md':
      '# Login <now>\n\n> **Epic:** EP0001\n> **Depends on:** US0404\n\nSee [this](gone.md).\n',
  });
  await project.sync();
  for (const { featureId, sessionId, confidence, metadata, fanout } of exampleLinks) {
    await addLink(featureId, sessionId, 'session_evidence', Number(confidence), metadata);
    for (let other = 1; other < fanout; other += 1) {
      await addLink(`other-${other}`, sessionId, 'task_frontmatter', 1, {});
    }
  }
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function addLink(
  feature: string,
  session: string,
  strategy: string,
  confidence: number,
  metadata: unknown,
) {
  const id = `LK-${feature}-${session}`;
  await kit.sql`
    insert into links (id, project_id, source_type, source_id, target_type, target_id, link_type, origin, strategy,
      confidence, metadata)
    values (${id}, ${project.id}, 'feature', ${feature}, 'session', ${session}, 'related', 'auto', ${strategy},
      ${confidence}, ${kit.sql.json(metadata as never)})`;
}

const run = (...words: string[]) => runSyncline(kit.server.url, ...words);

test('[AU7, AU16] the audit prints the worked example', async () => {
  const { code, out } = await run('links', 'audit', '--project', project.slug);

  expect(code).toBe(0);
  expect(out.slice(0, 11)).toEqual([
    `DB: ${kit.server.url}`,
    `Project filter: ${project.slug}`,
    'Analyzed links: 7',
    'Suspects: 4 (showing 4)',
    '',
    '01 feature=alpha-feature-v1 session=S-1 conf=0.800 fanout=20 share=0.420',
    '    reason=high_fanout(20);primary_like_command_path_mismatch;primary_like_title_path_mismatch',
    '    title=Quick Feature - unrelated',
    '    signal=command_args_path path=docs/features/unrelated-v1.md',
    '    commands=/dev:quick-feature',
    '',
  ]);
  expect(out.filter((line) => /^\d\d /.test(line)).map((line) => line.split(' ')[2])).toEqual([
    'session=S-1',
    'session=S-5',
    'session=S-7',
    'session=S-3',
  ]);
});

test('[AU7] --json is the answer of the server with what was asked', async () => {
  const { code, out } = await run('links', 'audit', '--project', project.slug, '--json', '--limit', '2');

  const audit = JSON.parse(out.join('\n')) as { suspects: unknown[] };
  expect(code).toBe(0);
  expect(audit).toMatchObject({
    db: kit.server.url,
    project_filter: project.slug,
    row_count: 7,
    total_suspects: 4,
    suspect_count: 2,
    next_offset: 2,
  });
  expect(audit.suspects).toMatchObject(exampleVerdicts.slice(0, 2));
});

test.each([
  [['--fail-on-suspects'], 3],
  [['--fail-on-suspects', '--feature', 'nobody'], 0],
  [['--feature', 'beta-v2', '--severity', 'medium'], 0],
  [['--primary-floor', '1.5'], 2],
  [['--fanout-floor', '0'], 2],
  [['--severity', 'grave'], 2],
  [['--bogus'], 2],
  [['--project', 'nobody'], 1],
])('[AU7] audit %j ends with %i', async (words, code) => {
  expect((await run('links', 'audit', '--project', project.slug, ...words)).code).toBe(code);
});

test('[AU1] what leads nowhere is listed with its reason', async () => {
  const { out } = await run('links', 'unresolved', '--project', project.slug);

  expect(out).toEqual([
    'stories/US0001-login.md: Depends on: US0404: no_match',
    expect.stringMatching(/^stories\/US0001-login\.md: .*gone\.md: no_match$/),
  ]);
});

test('[LK24] a link is shown with how it came about', async () => {
  const [row] = await kit.sql<{ id: string }[]>`
    select id from links where project_id = ${project.id} and link_type = 'epic'`;

  const { code, out } = await run('links', 'show', row!.id);

  expect(code).toBe(0);
  expect(out[1]).toContain('epic, declared, header_edge');
  expect(out[2]).toBe('confidence 1, from 1');
});

test('[LK18] a rebuild takes away what nothing speaks for', async () => {
  const { code, out } = await run('links', 'rebuild', '--project', project.slug);

  expect([code, out.at(-1)]).toEqual([
    0,
    expect.stringMatching(/^rebuild_links completed in \d+ ms: 1 links?$/),
  ]);
  expect((await run('links', 'audit', '--project', project.slug)).out[2]).toBe('Analyzed links: 0');
});

test('[SR3] search prints hits with their passages, as they are written', async () => {
  const { code, out, err } = await run('search', 'login', '--project', project.slug);

  expect(code).toBe(0);
  expect(out).toEqual([
    `${project.slug}  story US0001-login: Login <now>`,
    '    stories/US0001-login.md',
    expect.stringContaining('*Login* <now>'),
  ]);
  expect(err).toEqual(['1 found']);
});

test.each([
  [['links'], 'Not an action of links: (none)'],
  [['links', 'dance'], 'Not an action of links: dance'],
  [['links', 'show'], 'Missing: the id of a link'],
  [['search'], 'Missing: what to search for'],
  [['search', 'a', '--limit', '51'], '--per_page: must be from 1 to 50'],
])('the words %j end with 2, and say what is wrong', async (words, message) => {
  const { code, err } = await run(...words);

  expect([code, err[0]]).toEqual([2, expect.stringContaining(message)]);
});
