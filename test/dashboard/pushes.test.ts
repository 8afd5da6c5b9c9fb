import { expect, test } from 'vitest';
import {
  readItemFilters,
  readPushFilters,
  toPaging,
  writeFilters,
} from '../../client/dashboard/pages/pushes/push-filters.ts';
import {
  foldItems,
  foldPush,
  foldPushList,
  type ItemPage,
  type ShownPush,
} from '../../client/dashboard/pages/pushes/push-folds.ts';
import { counterColumns, SyncRecord } from '../../shared/views/history.ts';
import { at, event } from './build.ts';

const id = '0199aaaa-0000-7000-8000-000000000001';
const other = '0199aaaa-0000-7000-8000-000000000002';

const record = (over: Partial<SyncRecord> = {}): SyncRecord =>
  SyncRecord.parse({
    ...Object.fromEntries(counterColumns.map((column) => [column, 0])),
    id,
    source_type: 'request',
    target_type: 'azure-devops',
    project_name: 'Atlas',
    status: 'pending',
    overwrite_mode: false,
    total_items: 3,
    deletion_count: 0,
    created_at: at,
    updated_at: at,
    ...over,
  });

const shown = (over: Partial<SyncRecord> = {}): ShownPush => ({ record: record(over), overwrite: null });
const told = (ardoqId: string, syncHistoryId = id) => ({
  timestamp: at,
  syncHistoryId,
  ardoqId,
  name: ardoqId,
  parentArdoqId: null,
});
const placed = { azureDevOpsId: 7, azureDevOpsUrl: 'https://dev.azure.com/o/p/_workitems/edit/7' };
const created = (ardoqId: string, of = id) => event('epic:created', { ...told(ardoqId, of), ...placed });
const failed = event('userstory:failed', { ...told('s'), error: 'No title', code: 'FIELD_REJECTED' });
const written = (entityId: string) =>
  event('audit:recorded', { id: 'a', actionType: 'sync_completed', entityType: 'sync', entityId });

test('an item of the push is counted in all and by type, and shows that it runs', () => {
  const after = [created('e'), failed].reduce((push, one) => foldPush(id)(push, one) as ShownPush, shown());

  expect(after.record).toMatchObject({
    status: 'in_progress',
    items_created: 1,
    epics_created: 1,
    items_failed: 1,
    user_stories_failed: 1,
  });
});

test('items of another push, and what trails behind an end, change nothing', () => {
  const running = shown();
  const ended = shown({ status: 'completed', completed_at: at });

  expect(foldPush(id)(running, created('e', other))).toBe(running);
  expect(foldPush(id)(ended, created('e'))).toBe(ended);
});

test('a push is read again when its rows are written, and only then', () => {
  expect(foldPush(id)(shown(), written(id))).toBe('reload');
  expect(foldPush(id)(shown(), written(other))).toEqual(shown());
});

test('an overwrite tells how far it is', () => {
  const progress = {
    message: 'Deleted 200',
    deleted: 200,
    total: 450,
    currentChunk: 1,
    totalChunks: 3,
    failed: [],
  };

  const after = foldPush(id)(
    shown(),
    event('overwrite:progress', { timestamp: at, syncHistoryId: id, ...progress }),
  );

  expect(after).toMatchObject({ overwrite: { deleted: 200, total: 450 } });
});

test('items enter at the top of the first page, once, when they pass the filter', () => {
  const all = readItemFilters(new URLSearchParams());
  const onlyFailed = readItemFilters(new URLSearchParams({ status: 'failed' }));
  const empty: ItemPage = { items: [], total: 0 };
  const walk = (filters: typeof all) =>
    [created('e'), failed, created('e')].reduce(
      (page, one) => foldItems(id, filters)(page, one) as ItemPage,
      empty,
    );

  expect(walk(all).items.map(({ ardoq_id: ardoqId }) => ardoqId)).toEqual(['s', 'e']);
  expect(walk(all).total).toBe(2);
  expect(walk(onlyFailed).items).toMatchObject([
    { ardoq_id: 's', error_message: 'No title', error_code: 'FIELD_REJECTED' },
  ]);
});

test('on a later page only the number of items grows', () => {
  const page = foldItems(id, readItemFilters(new URLSearchParams({ page: '2' })))(
    { items: [], total: 60 },
    created('e'),
  );

  expect(page).toEqual({ items: [], total: 61 });
});

test('the list moves the row of a push that runs, and is read again when one begins or ends', () => {
  const list = { records: [record({ id: other }), record()], total: 2 };

  expect(foldPushList(list, created('e'))).toMatchObject({
    records: [{ items_created: 0 }, { items_created: 1 }],
  });
  expect(foldPushList(list, written('whatever'))).toBe('reload');
});

test.each([
  ['', { status: '', page: 1 }, ''],
  ['status=failed&page=3', { status: 'failed', page: 3 }, 'status=failed&page=3'],
  ['status=nonsense&page=-1', { status: '', page: 1 }, ''],
])('the address "%s" is read, and written without what is not chosen', (address, filters, back) => {
  expect(readPushFilters(new URLSearchParams(address))).toEqual(filters);
  expect(writeFilters(readPushFilters(new URLSearchParams(address))).toString()).toBe(back);
});

test('the third page begins after a hundred rows', () => {
  expect(toPaging({ page: 3 })).toEqual({ limit: '50', offset: '100' });
});
