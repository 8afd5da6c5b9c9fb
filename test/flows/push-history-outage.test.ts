/** History that cannot be written or read never fails a push, and knows everything afterwards (HI7, HI9, AL4). */
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { until } from '../support/until.ts';
import { createTree, openPushKit, type PushKit } from './push-kit.ts';
import { beginPush, expectOneTruth, isEnd, pushTo, readEnded, readOperation } from './push-watch.ts';

interface Line {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

const lines = vi.hoisted((): Line[] => []);

// The log is written to the process's own stderr, which a test cannot read.
vi.mock('../../server/platform/logger.ts', async (original) => {
  const note = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void lines.push({ level, fields, message });
  const createLogger = () => ({
    error: note('error'),
    warn: note('warn'),
    info: note('info'),
    debug() {},
  });
  return { ...(await original<object>()), createLogger };
});

let kit: PushKit;
let sql: postgres.Sql;
let projects = 0;

beforeAll(async () => {
  kit = await openPushKit();
  sql = postgres(kit.server.databaseUrl, { max: 1, onnotice: () => undefined });
});

afterEach(async () => {
  await bringBack();
  kit.fake.clearFaults();
  kit.fake.clearRequests();
  lines.length = 0;
});

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await kit[Symbol.asyncDispose]();
});

const tables = ['sync_history_items', 'sync_history', 'audit_logs'];
const hide = () => sql.unsafe(tables.map((name) => `alter table ${name} rename to ${name}_away;`).join('\n'));
const bringBack = () =>
  sql.unsafe(tables.map((name) => `alter table if exists ${name}_away rename to ${name};`).join('\n'));

/** All that was written before is lost. */
const recreateEmpty = () =>
  sql.unsafe(`
    create table sync_history (like sync_history_away including all);
    create table sync_history_items (like sync_history_items_away including all,
      foreign key (sync_history_id) references sync_history (id) on delete cascade);
    drop table sync_history_items_away, sync_history_away;
    alter table audit_logs_away rename to audit_logs`);

const epics = createTree(2, 2, 2);

function addProject(): string {
  const name = `Forgetful ${(projects += 1)}`;
  kit.fake.seed({ projects: [{ name }] });
  return name;
}

const get = async (path: string) => {
  const answer = await kit.server.request('GET', path);
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as { success: boolean; code?: string; data: Record<string, unknown> },
  };
};

/** A push whose fifth create takes long enough for something to happen meanwhile. */
async function beginSlowPush(slowMs = 500) {
  const match = { kind: 'create', nth: 5 } as const;
  kit.fake.addFault({ match, action: { kind: 'slow', ms: slowMs } });
  const push = await beginPush(kit, { epics, project: addProject() });
  await until('the slow call is on its way', () => kit.fake.requests().find(({ fault }) => fault === 'slow'));
  return push;
}

const writtenRecord = (id: string) =>
  until(`the record of ${id} is written`, async () => {
    const { status, headers, body } = await get(`/api/sync-history/${id}`);
    return (
      status === 200 && !headers.has('sync-history') && body.data.completed_at !== undefined && body.data
    );
  });

const writtenActs = (id: string) =>
  until(`the end of ${id} is in the audit log`, async () => {
    const acts = await actionsOf(id);
    return acts.length > 1 && acts;
  });

const actionsOf = async (id: string) => {
  const all = ['sync_started', 'sync_completed', 'sync_failed', 'sync_cancelled'].map((action) =>
    kit.audit(action),
  );
  return (await Promise.all(all))
    .flat()
    .filter(({ entity_id }) => entity_id === id)
    .map(({ action_type }) => action_type);
};

test('[HI7, HI9] tables that go away in mid-push: it completes, memory answers, and all is there afterwards', async () => {
  const { syncHistoryId: id, operationId } = await beginSlowPush();
  await until('something of it is written', async () => (await kit.items(id)).length > 0);
  await hide();

  const frames = await readEnded(kit, id);
  expect(frames.at(-1)).toMatchObject({
    event: 'sync:complete',
    data: { status: 'completed', outcome: 'succeeded', summary: { total: 14, created: 14 } },
  });
  expect(await readOperation(kit, operationId)).toMatchObject({ status: 'completed' });

  const record = await get(`/api/sync-history/${id}`);
  expect(record.status).toBe(200);
  expect(record.headers.get('sync-history')).toBe('buffered');
  expect(record.body.data).toMatchObject({
    id,
    status: 'completed',
    outcome: 'succeeded',
    total_items: 14,
    items_created: 14,
    user_stories_created: 8,
  });
  for (const path of [
    '/api/sync-history',
    '/api/sync-history/stats',
    `/api/sync-history/${id}/items`,
    '/api/audit-logs',
    '/api/audit-logs/stats',
  ]) {
    const { status, headers, body } = await get(path);
    expect([path, status, body.success, body.code]).toEqual([path, 503, false, 'HISTORY_UNAVAILABLE']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
  const diagnostics = await get('/api/sync-history/diagnostics');
  expect([diagnostics.status, diagnostics.body.success]).toEqual([200, false]);

  const missed = lines.filter(({ message }) => message === 'History could not be written');
  expect(missed.length).toBeGreaterThan(0);
  expect(missed.at(-1)).toMatchObject({
    level: 'warn',
    fields: { syncHistoryIds: [id], buffered: expect.any(Number) },
  });
  expect(Number(missed.at(-1)?.fields.buffered)).toBeGreaterThan(0);
  expect(lines.some(({ message }) => message === 'The audit log could not be written')).toBe(true);

  await bringBack();
  await writtenRecord(id);
  await expectOneTruth(kit, id, frames);
  expect(await writtenActs(id)).toEqual(['sync_started', 'sync_completed']);
  expect(lines.some(({ message }) => message === 'History is written again')).toBe(true);
  await until('all is well', async () => (await get('/api/sync-history/diagnostics')).body.success);
  expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
});

test('[HI7] a push accepted while the tables are away has its id, its stream and later its history', async () => {
  await hide();
  const run = await pushTo(kit, { epics, project: addProject() });

  expect(run.frames[0]).toMatchObject({ event: 'sync:started', data: { syncHistoryId: run.historyId } });
  expect(run.summary).toMatchObject({ total: 14, created: 14 });
  expect((await get(`/api/sync-history/${run.historyId}`)).headers.get('sync-history')).toBe('buffered');

  await bringBack();
  await writtenRecord(run.historyId);
  await expectOneTruth(kit, run.historyId, run.frames);
  expect(await writtenActs(run.historyId)).toEqual(['sync_started', 'sync_completed']);
});

test('[HI7] tables that are dropped and made anew in mid-push hold the whole push afterwards', async () => {
  const { syncHistoryId: id } = await beginSlowPush();
  await until('something of it is written', async () => (await kit.items(id)).length > 0);
  await hide();
  await until('it was missed', () => lines.some(({ message }) => message === 'History could not be written'));
  await recreateEmpty();

  const frames = await readEnded(kit, id);
  await writtenRecord(id);

  expect(frames.at(-1)).toMatchObject({ event: 'sync:complete', data: { summary: { created: 14 } } });
  await expectOneTruth(kit, id, frames);
  expect((await kit.items(id)).map(({ ardoq_id }) => ardoq_id).sort()).toEqual(
    frames.flatMap(({ data }) => (data.ardoqId as string) ?? []).sort(),
  );
});

test('[HI7, PU20] a push can be cancelled and followed while the tables are away', async () => {
  const { syncHistoryId: id } = await beginSlowPush();
  await hide();

  const answer = await kit.server.request('POST', `/api/sync-history/${id}/cancel`);
  const frames = await readEnded(kit, id);
  const again = await kit.server.request('POST', `/api/sync-history/${id}/cancel`);

  expect([answer.status, again.status]).toEqual([202, 200]);
  expect(frames.filter(isEnd)).toMatchObject([{ event: 'sync:error', data: { code: 'CANCELLED' } }]);
  expect((await get(`/api/sync-history/${id}`)).body.data).toMatchObject({ status: 'cancelled' });

  await bringBack();
  expect(await writtenRecord(id)).toMatchObject({ status: 'cancelled', items_skipped: 9, items_created: 5 });
  await expectOneTruth(kit, id, frames);
  expect(await writtenActs(id)).toEqual(['sync_started', 'sync_cancelled']);
});

test('[HI7, PU19] two pushes in one outage are both right afterwards', async () => {
  await hide();
  const [first, second] = await Promise.all(
    [addProject(), addProject()].map((project) => pushTo(kit, { epics, project })),
  );
  await bringBack();

  for (const { historyId, frames } of [first!, second!]) {
    await writtenRecord(historyId);
    await expectOneTruth(kit, historyId, frames);
  }
  const { data } = (await get('/api/sync-history')).body as unknown as { data: { id: string }[] };
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining([first!.historyId, second!.historyId]));
});

test('[HI7, PU20] a push that only waits for its history to be written is cancelled at once', async () => {
  await hide();
  const { syncHistoryId: id, operationId } = await beginPush(kit, { epics, project: addProject() });
  await until(
    'it is in its last phase',
    async () => (await readOperation(kit, operationId)).phase === 'finalize',
  );
  const askedMs = Date.now();

  await kit.server.request('POST', `/api/sync-history/${id}/cancel`);
  const frames = await readEnded(kit, id);

  expect(frames.at(-1)).toMatchObject({ event: 'sync:error', data: { code: 'CANCELLED' } });
  expect(Date.parse(String(frames.at(-1)?.data.timestamp)) - askedMs).toBeLessThan(2000);
});
