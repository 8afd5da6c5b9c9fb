/** The routes of history over a database of their own (HI9 to HI11). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SyncRecord, SyncRecordItem } from '../../shared/views/history.ts';
import { openHistoryKit, type HistoryKit } from './history-kit.ts';

let kit: HistoryKit;
let ids: string[];

beforeAll(async () => {
  kit = await openHistoryKit();
  const atlas = await kit.begin({ projectName: 'Atlas 100%', totalItems: 3, sourceConfigId: '=cmd()' });
  await kit.items(atlas, [
    { ardoqId: 'e1', name: '=HYPERLINK("http://evil")' },
    { ardoqId: 'f1', type: 'feature', status: 'failed' },
    { ardoqId: 's1', type: 'user_story', status: 'skipped' },
  ]);
  await kit.end(atlas, { outcome: 'partial', at: new Date(kit.clock.time + 1000) });
  const borealis = await kit.begin({
    projectName: 'Borealis',
    totalItems: 1,
    sourceType: 'ardoq',
    retryOf: atlas,
  });
  await kit.items(borealis, [{ ardoqId: 'e1', status: 'updated' }]);
  await kit.end(borealis, { at: new Date(kit.clock.time + 2000) });
  const cygnus = await kit.begin({ projectName: "Cygn'us", sourceType: 'documents' });
  await kit.end(cygnus, {
    status: 'cancelled',
    outcome: 'failed',
    error: 'Cancelled',
    errorCode: 'CANCELLED',
  });
  ids = [atlas, borealis, cygnus];
  await kit.flush();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const namesOf = (body: { data: { project_name: string }[] }) =>
  body.data.map((record) => record.project_name);

test('[HI9, PU1, PU3] records come newest first, without what is null, with the paging that was used', async () => {
  const { status, body, headers } = await kit.get('/api/sync-history?limit=1000&offset=-4');
  const page = await kit.get('/api/sync-history?limit=0&offset=1');

  expect(status).toBe(200);
  expect(namesOf(body)).toEqual(["Cygn'us", 'Borealis', 'Atlas 100%']);
  expect(body.pagination).toEqual({ total: 3, limit: 100, offset: 0, has_more: false });
  expect(page.body.pagination).toEqual({ total: 3, limit: 1, offset: 1, has_more: true });
  expect(namesOf(page.body)).toEqual(['Borealis']);
  expect(headers.get('etag')).toMatch(/^W\//);
  expect(headers.get('sync-head')).toMatch(/-\d+$/);
  for (const record of body.data) {
    expect(SyncRecord.strict().parse(record)).toEqual(record);
    expect(Object.values(record)).not.toContain(null);
  }
});

test.each<[query: string, names: string[]]>([
  ['status=completed', ['Borealis', 'Atlas 100%']],
  ['outcome=partial', ['Atlas 100%']],
  ['source_type=documents', ["Cygn'us"]],
  ['target_type=azure-devops&status=cancelled', ["Cygn'us"]],
  ['project_name=%25', ['Atlas 100%']],
  ['project_name=_', []],
  ['project_name=ATLAS', ['Atlas 100%']],
  ["project_name=n'u", ["Cygn'us"]],
  ['status=&outcome=&project_name=&start_date=&whatever=1', ["Cygn'us", 'Borealis', 'Atlas 100%']],
  ['start_date=2026-11-21&end_date=2026-11-21', ["Cygn'us", 'Borealis', 'Atlas 100%']],
  ['end_date=2026-11-20', []],
  ['start_date=2026-11-22', []],
])('[PU4] the filter %s finds %j', async (query, names) => {
  const { status, body } = await kit.get(`/api/sync-history?${query}`);

  expect([status, namesOf(body)]).toEqual([200, names]);
});

test('[HI9] a record names what it is a retry of, and is found by it', async () => {
  const { body } = await kit.get(`/api/sync-history?retry_of=${ids[0]}`);

  expect(body.data).toMatchObject([{ id: ids[1], retry_of: ids[0] }]);
});

test.each<[path: string, status: number, code: string]>([
  ['?status=done', 400, 'INVALID_PARAMETER'],
  ['?limit=ten', 400, 'INVALID_PARAMETER'],
  ['?start_date=2026-02-02&end_date=2026-02-01', 400, 'INVALID_PARAMETER'],
  ['?start_date=yesterday', 400, 'INVALID_PARAMETER'],
  ['?format=xml', 400, 'INVALID_PARAMETER'],
  ['/not-a-uuid', 400, 'INVALID_ID'],
  ['/not-a-uuid/items', 400, 'INVALID_ID'],
  ['/0199aaaa-0000-7000-8000-000000000000', 404, 'NOT_FOUND'],
  ['/0199aaaa-0000-7000-8000-000000000000/items', 404, 'NOT_FOUND'],
])('[PU2, PU4] %s is refused with %d %s', async (path, status, code) => {
  const answer = await kit.get(`/api/sync-history${path}`);

  expect([answer.status, answer.body.success, answer.body.code]).toEqual([status, false, code]);
});

test('[HI10] stats are those of the rows of the period', async () => {
  const all = (await kit.get('/api/sync-history/stats')).body.data;
  const none = (await kit.get('/api/sync-history/stats?end_date=2020-01-01')).body.data;
  const durations = (await kit.get('/api/sync-history?status=completed')).body.data.map(
    (record: { duration_ms: number }) => record.duration_ms,
  );

  expect(all).toEqual({
    total_syncs: 3,
    completed_syncs: 2,
    failed_syncs: 0,
    cancelled_syncs: 1,
    partial_syncs: 1,
    success_rate: 66.67,
    average_duration_ms: Math.round((durations[0] + durations[1]) / 2),
    total_items_created: 1,
    total_items_failed: 1,
    total_items_updated: 1,
    total_items_unchanged: 0,
    total_items_skipped: 1,
  });
  expect(none).toMatchObject({ total_syncs: 0, success_rate: 0, average_duration_ms: 0 });
});

test('[HI9, HI3] items of a push, with filters', async () => {
  const { body } = await kit.get(`/api/sync-history/${ids[0]}/items`);
  const failed = await kit.get(
    `/api/sync-history/${ids[0]}/items?status=failed&item_type=feature&limit=9999`,
  );

  expect(body.data.map((item: { ardoq_id: string }) => item.ardoq_id)).toEqual(['s1', 'f1', 'e1']);
  expect(body.data[2]).toMatchObject({ azure_devops_id: 7, changed_by_user: { displayName: 'Ada' } });
  expect(failed.body.pagination).toEqual({ total: 1, limit: 500, offset: 0, has_more: false });
  expect(failed.body.data).toMatchObject([
    { ardoq_id: 'f1', error_message: 'because', error_code: 'FIELD_REJECTED' },
  ]);
  for (const item of body.data) expect(SyncRecordItem.strict().parse(item)).toEqual(item);
});

test('[HI11, GU5] files hold every match, and no cell is a formula', async () => {
  const csv = await kit.get('/api/sync-history?format=csv&limit=1');
  const items = await kit.get(`/api/sync-history/${ids[0]}/items?format=csv`);
  const ndjson = await kit.get(`/api/sync-history/${ids[0]}/items?format=ndjson&limit=1`);

  const [head = '', ...rows] = csv.text.trimEnd().split('\r\n');
  expect(head.split(',').slice(0, 2)).toEqual(['id', 'source_type']);
  expect(rows).toHaveLength(3);
  expect(csv.text).toContain(",'=cmd(),");
  expect(items.text).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(items.headers.get('content-disposition')).toBe('attachment; filename="sync-history-items.csv"');
  expect(ndjson.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  expect(
    ndjson.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).ardoq_id),
  ).toEqual(['s1', 'f1', 'e1']);
});

test('[HI9] diagnostics say that all is well', async () => {
  const { status, body } = await kit.get('/api/sync-history/diagnostics');

  expect(status).toBe(200);
  expect(body.success).toBe(true);
  expect(body.data.database).toMatchObject({
    connected: true,
    tables: { sync_history: { exists: true, accessible: true, error: null, count: 3 } },
  });
  expect(body.data.services.syncHistoryStorage).toEqual({ working: true, error: null, buffered: 0 });
});

test('[HI9] while the tables are away a push in memory is answered from memory, and lists say when to ask again', async () => {
  await kit.run('alter table sync_history rename to away');
  const id = await kit.begin({ projectName: 'Delphi', totalItems: 2 });
  kit.history.pushes.started(id, new Date(kit.clock.time));
  await kit.items(id, [{ ardoqId: 'e1' }]);
  const [record, written, list, items, stats, diagnostics] = await Promise.all([
    kit.get(`/api/sync-history/${id}`),
    kit.get(`/api/sync-history/${ids[0]}`),
    kit.get('/api/sync-history'),
    kit.get(`/api/sync-history/${id}/items`),
    kit.get('/api/sync-history/stats'),
    kit.get('/api/sync-history/diagnostics'),
  ]);
  await kit.run('alter table away rename to sync_history');
  await kit.end(id);
  await kit.flush();
  const later = await kit.get(`/api/sync-history/${id}`);

  expect(record.status).toBe(200);
  expect(record.headers.get('sync-history')).toBe('buffered');
  expect(record.headers.get('retry-after')).toBeNull();
  expect(record.body.data).toMatchObject({ project_name: 'Delphi', status: 'in_progress', items_created: 1 });
  expect(SyncRecord.strict().parse(record.body.data)).toEqual(record.body.data);
  for (const answer of [written, list, items, stats]) {
    expect([answer.status, answer.body.code]).toEqual([503, 'HISTORY_UNAVAILABLE']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  }
  expect([diagnostics.status, diagnostics.body.success]).toEqual([200, false]);
  expect(later.headers.get('sync-history')).toBeNull();
  expect(later.body.data).toMatchObject({ status: 'completed', items_created: 1 });
  expect(kit.log.filter(({ level }) => level === 'error')).toEqual([]);
});

test('[HI9] a push that has just been accepted is known before its row is written', async () => {
  await using slow = await openHistoryKit({ batchMs: 60_000, closeMs: 2000 });
  const id = await slow.begin({ projectName: 'Eos' });

  const { status, headers, body } = await slow.get(`/api/sync-history/${id}`);
  const items = await slow.get(`/api/sync-history/${id}/items`);

  expect([status, headers.get('sync-history'), body.data.status]).toEqual([200, 'buffered', 'pending']);
  expect([items.status, items.body.data]).toEqual([200, []]);
});

test('[HI9, F11] with the whole database away memory answers, and diagnostics still do', async () => {
  await using alone = await openHistoryKit({ closeMs: 1 });
  const id = await alone.begin({ projectName: 'Fornax' });
  await alone.database.client.end({ timeout: 1 });
  await alone.items(id, []);

  const record = await alone.get(`/api/sync-history/${id}`);
  const list = await alone.get('/api/sync-history');
  const audit = await alone.get('/api/audit-logs/stats');
  const diagnostics = await alone.get('/api/sync-history/diagnostics');

  expect([record.status, record.headers.get('sync-history')]).toEqual([200, 'buffered']);
  expect([list.status, list.body.code]).toEqual([503, 'HISTORY_UNAVAILABLE']);
  expect([audit.status, audit.body.code]).toEqual([503, 'HISTORY_UNAVAILABLE']);
  expect([diagnostics.status, diagnostics.body.data.database.connected]).toEqual([200, false]);
});
