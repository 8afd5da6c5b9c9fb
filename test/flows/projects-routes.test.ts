/** `/api/v1/projects`: registering, changing and removing (PJ). */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Project } from '../../shared/views/project.ts';
import { openSyncKit, type SyncKit } from './sync-kit.ts';

let kit: SyncKit;

beforeAll(async () => {
  kit = await openSyncKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const send = async (method: string, path: string, body?: unknown) => {
  const answer = await kit.server.request(method, path, body);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: text === '' ? null : JSON.parse(text) };
};
const create = (body: unknown) => send('POST', '/api/v1/projects', body);

test('[PJ1] a new project has every key of the contract, with its defaults', async () => {
  const tree = await kit.addTree();

  const { status, headers, body } = await create({ name: '  Key: Check ', sdlc_path: `${tree.root}/` });

  expect(status).toBe(201);
  expect(headers.get('location')).toBe('/api/v1/projects/key-check');
  expect(body).toEqual({
    slug: 'key-check',
    name: 'Key: Check',
    sdlc_path: tree.root,
    source_type: 'local',
    repo_url: null,
    repo_branch: 'main',
    repo_path: 'sdlc-studio',
    masked_token: null,
    connection_id: null,
    sync_status: 'never_synced',
    sync_error: null,
    schema_version: null,
    profile: null,
    last_synced_at: null,
    auto_sync: false,
    last_synced_commit_sha: null,
    document_count: 0,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    id: expect.stringMatching(/^.{1,64}$/),
    updated_at: body.created_at,
    watch: false,
    active: expect.any(Boolean),
    paths: { docs: ['.'], progress: [], sessions: [] },
    last_operation_id: null,
    issue_count: 0,
    sync_counts: null,
  });
});

test.each([
  ['no body', {}, ['name']],
  ['no path', { name: 'A' }, ['sdlc_path']],
  ['an empty path', { name: 'A', sdlc_path: '' }, ['sdlc_path']],
  ['a relative path', { name: 'A', sdlc_path: 'docs' }, ['sdlc_path']],
  ['a home path', { name: 'A', sdlc_path: '~/docs' }, ['sdlc_path']],
  ['a number for a name', { name: 5, sdlc_path: '/tmp' }, ['name']],
  ['no letter', { name: '!!!', sdlc_path: '/tmp' }, ['name']],
  ['github without address', { name: 'A', source_type: 'github' }, ['repo_url']],
  [
    'github, watched',
    { name: 'A', source_type: 'github', repo_url: 'https://github.com/a/b', watch: true },
    ['watch'],
  ],
  ['two at once', { name: '', sdlc_path: 'x', auto_sync: 'yes' }, ['auto_sync', 'name', 'sdlc_path']],
])('[PJ2, GR4] %s is 422 and names every field', async (_what, body, fields) => {
  const answer = await create(body);

  expect(answer.status).toBe(422);
  expect(answer.body.error.code).toBe('VALIDATION_ERROR');
  const named = new Set(answer.body.error.details.map((detail: { path: string }) => detail.path));
  expect([...named].toSorted()).toEqual(fields);
});

test.each([
  ['/nonexistent', 'Path does not exist: /nonexistent'],
  ['/etc/hostname', 'Path is not a directory: /etc/hostname'],
  ['/proc', 'Path may not be registered: /proc'],
])('[PJ5] %s is 400', async (path, message) => {
  const { status, body } = await create({ name: 'Nowhere', sdlc_path: path });

  expect([status, body.error.code, body.error.message]).toEqual([400, 'PATH_NOT_FOUND', message]);
});

test('[PJ4] of many creates of one slug at once exactly one is 201', async () => {
  const tree = await kit.addTree();

  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => create({ name: n % 2 ? 'Twice' : 'TWICE', sdlc_path: tree.root })),
  );

  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
  const refused = answers.find(({ status }) => status === 409);
  expect(refused?.body.error).toMatchObject({ code: 'CONFLICT', message: 'Project slug already exists' });
});

test('[PJ2] a list is ordered by creation; reading is exact and case-sensitive', async () => {
  const first = await kit.addProject();
  const second = await kit.addProject();

  const list = (await send('GET', '/api/v1/projects')).body as Project[];
  const slugs = list.map((project): string => project.slug);
  expect(slugs.indexOf(first.slug)).toBeLessThan(slugs.indexOf(second.slug));
  expect((await send('GET', `/api/v1/projects/${first.slug.toUpperCase()}`)).status).toBe(404);
});

test.each([
  ['GET', '/api/v1/projects/none'],
  ['PUT', '/api/v1/projects/none'],
  ['DELETE', '/api/v1/projects/none'],
  ['POST', '/api/v1/projects/none/sync'],
  ['GET', '/api/v1/projects/none/documents'],
  ['GET', '/api/v1/projects/none/documents/epic/x'],
  ['GET', '/api/v1/projects/none/tree'],
])('[PJ2] %s %s is 404 Project not found', async (method, path) => {
  const { status, body } = await send(method, path, method === 'PUT' ? { name: 'X' } : undefined);

  expect([status, body.error.code, body.error.message]).toEqual([404, 'NOT_FOUND', 'Project not found']);
});

describe('[PJ8] PUT', () => {
  test.each([
    ['nothing', {}],
    ['only unknown fields', { slug: 'other', colour: 'red' }],
    ['only nulls', { name: null, watch: null, sdlc_path: null }],
  ])('%s is 422', async (_what, body) => {
    const project = await kit.addProject();

    expect((await project.put(body)).status).toBe(422);
  });

  test('an explicit null detects paths again, purges the token, detaches the connection', async () => {
    const project = await kit.addProject(
      { 'one/a.md': 'x' },
      { paths: { docs: ['one'] }, access_token: 'secret-1234' },
    );
    expect((await project.view()).masked_token).toBe('****1234');

    expect((await project.put({ paths: null })).body.paths.docs).toEqual(['.']);
    expect((await project.put({ access_token: null })).body.masked_token).toBeNull();
    expect((await project.put({ connection_id: null })).status).toBe(200);
  });

  test('a rename keeps the slug and does not need the folder', async () => {
    const project = await kit.addProject();
    await rm(project.tree.root, { recursive: true });

    const { status, body } = await project.put({ name: 'Quite another' });

    expect([status, body.name, body.slug]).toEqual([200, 'Quite another', project.slug]);
  });

  test.each([
    ['another source without its address', { name: 'New', source_type: 'github' }, 422],
    ['a path that is not there', { name: 'New', sdlc_path: '/nonexistent' }, 400],
    ['an entry that is not there', { name: 'New', paths: { docs: ['none'] } }, 400],
    ['an entry outside', { name: 'New', paths: { docs: ['../..'] } }, 400],
    ['logs outside an agent home', { name: 'New', paths: { sessions: ['/tmp'] } }, 400],
    ['an unknown connection', { name: 'New', connection_id: 7 }, 404],
    ['a bad name', { name: '!!!', watch: true }, 422],
  ])('[PJ7] refused, changes nothing: %s', async (_what, body, expected) => {
    const project = await kit.addProject({ 'a.md': 'x' });
    const before = await project.view();
    const cursor = await project.cursor();

    expect((await project.put(body)).status).toBe(expected);

    expect(await project.view()).toEqual(before);
    expect(await project.eventsAfter(cursor)).toEqual([]);
  });

  test('to github clears the path and the watch; back requires a path', async () => {
    const project = await kit.addProject({ 'a.md': 'x' }, { watch: true });

    const away = await project.put({ source_type: 'github', repo_url: 'https://github.com/a/b' });
    expect(away.body).toMatchObject({
      sdlc_path: null,
      source_type: 'github',
      watch: false,
      repo_url: 'https://github.com/a/b',
    });
    expect((await project.put({ source_type: 'local' })).status).toBe(422);
    const back = await project.put({ source_type: 'local', sdlc_path: project.tree.root });
    expect(back.body).toMatchObject({ sdlc_path: project.tree.root, repo_url: 'https://github.com/a/b' });
  });
});

test.each([
  ['', null],
  ['abcd', '****'],
  ['abcde', '****bcde'],
])('[PJ9] a token %j is shown as %s and nowhere else', async (token, masked) => {
  const cursor = (await kit.server.json<{ head: string }>('/api/events?limit=1')).head;
  const project = await kit.addProject({}, { access_token: token });

  expect((await project.view()).masked_token).toBe(masked);
  if (token !== '') {
    expect(JSON.stringify(await project.eventsAfter(cursor))).not.toContain(token);
    const [row] = await kit.sql`select row_to_json(p)::text as text from projects p where id = ${project.id}`;
    expect(row?.text).not.toContain(`"${token}"`);
  }
});

describe('[PJ10] paths', () => {
  test('in a git top folder the known trees are detected, elsewhere the root', async () => {
    const files = { 'sdlc-studio/a.md': 'x', 'docs/project_plans/b.md': 'x', '.claude/progress/c.md': 'x' };
    const tree = await kit.addTree(files);
    const plain = await (await kit.register(tree)).view();
    tree.git('init', '-q');
    const repository = await (await kit.register(tree)).view();

    expect(plain.paths).toEqual({ docs: ['.'], progress: ['.claude/progress'], sessions: [] });
    expect(repository.paths).toEqual({
      docs: ['sdlc-studio', 'docs/project_plans'],
      progress: ['.claude/progress'],
      sessions: [],
    });
  });

  test('an explicit list replaces that list only, and a file under two entries is indexed once', async () => {
    const project = await kit.addProject(
      { 'one/deep/a.md': '# A\n', '.claude/progress/p.md': '# P\n' },
      { paths: { docs: ['one', 'one/deep/'] } },
    );

    await project.sync();

    expect((await project.view()).paths).toMatchObject({
      docs: ['one', 'one/deep'],
      progress: ['.claude/progress'],
    });
    expect(await project.paths()).toEqual(['.claude/progress/p.md', 'one/deep/a.md']);
    expect((await project.document('one/deep/a.md'))?.entry).toBe('one/deep');
  });
});

test('[PJ12] the first is active, another takes its place in one step, and deleting it leaves none', async () => {
  await using own = await openSyncKit();
  const [first, second] = [await own.addProject(), await own.addProject()];
  expect([(await first.view()).active, (await second.view()).active]).toEqual([true, false]);
  const before = await second.cursor();

  await second.put({ active: true });

  expect([(await first.view()).active, (await second.view()).active]).toEqual([false, true]);
  const told = [...(await first.eventsAfter(before)), ...(await second.eventsAfter(before))];
  expect(told.map((event) => event.type)).toEqual(['project:changed', 'project:changed']);
  await own.server.request('DELETE', `/api/v1/projects/${second.slug}`);
  const third = await own.addProject();
  expect([(await first.view()).active, (await third.view()).active]).toEqual([false, false]);
  const { status } = await own.server.request('GET', '/api/cache/status');
  expect(status).toBe(200);
});

test('[PJ12] of many that are registered or made active at once exactly one is active', async () => {
  await using own = await openSyncKit();
  const trees = await Promise.all(Array.from({ length: 6 }, () => own.addTree()));
  const register = ({ root }: { root: string }, at: number) =>
    own.server.request('POST', '/api/v1/projects', { name: `At Once ${at}`, sdlc_path: root, watch: false });

  const answers = await Promise.all(trees.map(register));
  expect(answers.map(({ status }) => status)).toEqual(trees.map(() => 201));
  const slugs = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Project).slug));
  const changed = await Promise.all(
    slugs.map((slug) => own.server.request('PUT', `/api/v1/projects/${slug}`, { active: true })),
  );

  expect(changed.map(({ status }) => status)).toEqual(slugs.map(() => 200));
  expect(await own.sql`select 1 from projects where active`).toHaveLength(1);
});

test('[PJ13] deleting takes everything of the project but its history', async () => {
  const project = await kit.addProject({ 'a.md': '# A\n', 'bad.md': '---\n[\n---\n' });
  const { body } = await project.sync();

  const { status, body: nothing } = await send('DELETE', `/api/v1/projects/${project.slug}`);

  expect([status, nothing]).toEqual([204, null]);
  for (const table of ['documents', 'file_stamps', 'issues', 'former_documents', 'git_histories']) {
    const rows = await kit.sql`select 1 from ${kit.sql(table)} where project_id = ${project.id}`;
    expect([table, rows.length]).toEqual([table, 0]);
  }
  expect((await send('GET', `/api/cache/operations/${body.operationId}`)).body.projectSlug).toBe(
    project.slug,
  );
  expect((await send('DELETE', `/api/v1/projects/${project.slug}`)).status).toBe(404);
});

test('[PJ14] each change is told with the project as it is then', async () => {
  const before = (await kit.server.json<{ head: string }>('/api/events?limit=1')).head;
  const project = await kit.addProject();
  await project.put({ name: 'Told' });
  await send('DELETE', `/api/v1/projects/${project.slug}`);

  const events = await project.eventsAfter(before);

  expect(events.map((event) => event.type)).toEqual([
    'project:registered',
    'project:changed',
    'project:removed',
  ]);
  expect(events[1]).toMatchObject({ data: { project: { name: 'Told' } }, projectId: project.id });
});

test('[PJ6] a base is asked at creation, at a change, and at every sync', async () => {
  const base = await kit.addTree();
  await mkdir(join(base.root, 'in'));
  await using own = await openSyncKit({ SYNCLINE_ALLOWED_PROJECT_BASE: base.root });
  const outside = await own.addTree({ 'a.md': '# A\n' });
  const refused = await own.server.request('POST', '/api/v1/projects', {
    name: 'Out',
    sdlc_path: outside.root,
  });
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { error: { message: 'Path is outside the allowed base' } },
  ]);

  const project = await own.register({ ...base, root: join(base.root, 'in') });
  expect((await project.put({ sdlc_path: outside.root })).status).toBe(400);
  await own.sql`update projects set sdlc_path = ${outside.root} where id = ${project.id}`;
  const { body } = await project.sync();

  expect(body.error.details.errorCode).toBe('source_outside_base');
  expect(await project.view()).toMatchObject({
    sync_status: 'error',
    sync_error: 'Path is outside the allowed base',
  });
});

test('[GR9] one Idempotency-Key makes one project', async () => {
  const tree = await kit.addTree();
  const make = (name: string) =>
    kit.server.request(
      'POST',
      '/api/v1/projects',
      { name, sdlc_path: tree.root },
      { 'idempotency-key': 'once-1' },
    );

  const [first, second, other] = [await make('Once'), await make('Once'), await make('Not once')];

  expect([first.status, second.status, other.status]).toEqual([201, 201, 422]);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(await second.json()).toEqual(await first.json());
});
