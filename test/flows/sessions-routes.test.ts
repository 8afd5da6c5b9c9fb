/** What is answered about sessions (DR1). */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openJournal } from '../../server/core/journal.ts';
import { projects } from '../../server/db/tables/projects.ts';
import { readPriceTable } from '../../server/features/sessions/prices.ts';
import { mountSessions } from '../../server/features/sessions/sessions-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { SessionDetail, SessionPage, SessionRecordPage } from '../../shared/views/session.ts';
import { AppError } from '../../shared/failure.ts';
import { codexLog, createVoice } from './sessions-logs.ts';
import { openSessions, type SessionsKit, type TestProject } from './sessions-kit.ts';

let kit: SessionsKit;
let project: TestProject;
let app: Hono<HttpEnv>;
let now = new Date();
const linked = new Map<string, string[]>([['lamps-v1', ['S-aaa']]]);

beforeAll(async () => {
  kit = await openSessions();
  const clock = { now: () => now, monotonicMs: () => 0 };
  app = new Hono<HttpEnv>({ strict: false });
  app.onError(createErrorHandler({ error: fail, warn: fail, info() {}, debug() {} }));
  mountSessions(
    { app, db: kit.db, journal: await openJournal(kit.db, clock), maxBodyBytes: 1000 },
    {
      clock,
      prices: readPriceTable(),
      findByFeature: async (_tx, _id, feature) => linked.get(feature) ?? [],
      async findProject(tx, slug) {
        const [row] = await tx.select({ id: projects.id }).from(projects).where(eq(projects.slug, slug));
        if (row === undefined) throw new AppError('NOT_FOUND', 'Project not found');
        return row;
      },
    },
  );
  project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [
    voice.user('/dev:execute-phase 1 docs/lamps.md'),
    voice.says('1', 'On it', 1_000_000),
    ...voice.calls('2', 'Edit', { file_path: join(project.root, 'src/lamp.ts') }, 'done'),
    ...voice.calls('3', 'Bash', { command: 'git commit -m x' }, '[main abc1234] x\n'),
    voice.says('4', 'Done'),
  ]);
  const child = createVoice(project.root, 'aaa', { isSidechain: true, agentId: 'x' });
  project.write('aaa/subagents/agent-x.jsonl', [
    child.user('Look'),
    child.says('1', 'On it', 1_000_000),
    child.says('9', 'Seen'),
  ]);
  project.write(
    join(project.homes.codex, 'sessions/2026/05/02/rollout-1-abc.jsonl'),
    codexLog('abc', project.root),
  );
  await project.sync();
});
afterAll(async () => kit[Symbol.asyncDispose]());

const fail = (fields: object): void => {
  throw new Error(JSON.stringify(fields));
};

const get = async (path: string): Promise<{ status: number; body: unknown }> => {
  const response = await app.request(`/api/v1/projects/${project.slug}/sessions${path}`);
  return { status: response.status, body: await response.json() };
};
const list = async (query: string): Promise<SessionPage> => SessionPage.parse((await get(query)).body);

test('[DR1] sessions are listed with the last active first', async () => {
  const { items, total, next_cursor } = await list('');

  expect(items.map(({ id }) => id)).toEqual(['S-rollout-1-abc', 'S-aaa', 'S-aaa:x']);
  expect({ total, next_cursor }).toEqual({ total: 3, next_cursor: null });
});

test('[SE9] figures of a session include its subagents, each message once', async () => {
  const { items } = await list('');
  const byId = new Map(items.map((item) => [item.id, item]));

  expect(byId.get('S-aaa')).toMatchObject({
    outputTokens: 1_000_020,
    messages: 5,
    subagents: 1,
    costComplete: true,
  });
  expect(byId.get('S-aaa:x')).toMatchObject({
    outputTokens: 1_000_005,
    messages: 2,
    parentSessionId: 'S-aaa',
    parentMissing: false,
  });
  expect(byId.get('S-aaa')?.cost).toBeCloseTo(25 + (20 * 25 + 50 * 5 + 500 * 0.5) / 1e6);
});

test.each([
  ['?agent=codex', ['S-rollout-1-abc']],
  ['?agent=claude,codex&model=gpt-5-codex', ['S-rollout-1-abc']],
  ['?parent=S-aaa', ['S-aaa:x']],
  ['?parent=none', ['S-rollout-1-abc', 'S-aaa']],
  ['?feature=lamps-v1', ['S-aaa']],
  ['?feature=nothing', []],
  ['?since=2026-05-01T00:00:00Z', ['S-rollout-1-abc']],
  ['?until=2026-03-01T00:00:00%2B01:00', ['S-aaa', 'S-aaa:x']],
  ['?since=0000-01-01T00:00:00Z&until=9999-01-01T00:00:00Z&agent=codex', ['S-rollout-1-abc']],
])('[DR1] %s selects', async (query, ids) => {
  const { items, total } = await list(query);

  expect(items.map(({ id }) => id)).toEqual(ids);
  expect(total).toBe(ids.length);
});

test('[DR1] pages follow one another without a gap or a repeat', async () => {
  const first = await list('?limit=2');
  const second = await list(`?limit=2&cursor=${first.next_cursor}`);

  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([
    'S-rollout-1-abc',
    'S-aaa',
    'S-aaa:x',
  ]);
  expect(second.next_cursor).toBeNull();
});

test.each([
  ['?limit=501', 422],
  ['?cursor=nonsense', 422],
  [`?cursor=${Buffer.from('{"after":["x","y"],"filter":""}').toString('base64url')}`, 422],
  ['?status=sleeping', 422],
  ['?since=yesterday', 422],
  ['/S-nobody', 404],
  ['/S-nobody/records', 404],
  ['/S-aaa/records?after=-1', 422],
  ['/S-aaa/records?cursor=x', 422],
])('%s is refused with %i', async (path, status) => {
  expect((await get(path)).status).toBe(status);
});

test('[SE17] a session is at work while its log is young and its turn has not ended, and no longer', async () => {
  const voice = createVoice(project.root, 'live');
  const file = project.write('live.jsonl', [voice.user('Wait')]);
  await project.sync();
  const status = async () =>
    (await list('?until=2026-03-01T00:00:00Z')).items.find(({ id }) => id === 'S-live')?.status;

  now = new Date();
  expect(await status()).toBe('active');
  now = new Date(Date.now() + 601_000);
  expect(await status()).toBe('completed');
  expect((await list('?status=active')).items).toEqual([]);
  now = new Date();
  utimesSync(file, now, new Date(Date.now() - 601_000));
  await project.sync();
  expect(await status()).toBe('completed');
});

test('[DR1] one session tells its usage by model, files, commands, commits and subagents', async () => {
  const detail = SessionDetail.parse((await get('/S-aaa')).body);

  expect(detail).toMatchObject({
    id: 'S-aaa',
    title: expect.stringContaining('Execute Phase 1') as unknown,
    usage: [{ model: 'claude-opus-4-6', messages: 4, outputTokens: 1_000_015 }],
    files: expect.arrayContaining([
      expect.objectContaining({ path: 'src/lamp.ts', action: 'update', outcome: 'done' }),
    ]) as unknown,
    commands: [{ name: '/dev:execute-phase', args: '1 docs/lamps.md' }],
    commits: [{ hash: 'abc1234', source: 'created', verified: null }],
    children: [{ id: 'S-aaa:x' }],
    branches: ['main'],
  });
});

test('[LK14] what was done up to each commit is told, the rest as provisional', async () => {
  const { commitWindows, usage } = SessionDetail.parse((await get('/S-aaa')).body);

  expect(commitWindows).toMatchObject([
    { hash: 'abc1234', provisional: false, commands: 1, tools: 2, files: 1 },
    { hash: null, provisional: true, tools: 0, files: 0 },
  ]);
  const tokens = usage.reduce((sum, one) => sum + one.totalTokens, 0);
  expect(commitWindows.reduce((sum, one) => sum + one.tokens, 0)).toBe(tokens);
});

test('[DR1] a transcript is read page by page', async () => {
  const first = SessionRecordPage.parse((await get('/S-aaa/records?limit=4')).body);
  const second = SessionRecordPage.parse(
    (await get(`/S-aaa/records?limit=500&after=${first.next_cursor}`)).body,
  );

  expect(first.items.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  expect(first.total).toBe(7);
  expect(second.items.map(({ index }) => index)).toEqual([4, 5, 6]);
  expect(second.next_cursor).toBeNull();
  expect(second.items.at(-1)?.blocks).toEqual([{ kind: 'text', text: 'Done', truncated: false }]);
});
