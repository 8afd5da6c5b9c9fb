/** History follows pushes by and by, through outages of its tables, and never says a wrong figure. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { openHistoryKit, toPushed, type HistoryKit } from './history-kit.ts';

let kit: HistoryKit;

beforeAll(async () => {
  kit = await openHistoryKit();
});

beforeEach(() => {
  kit.log.length = 0;
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const names = (count: number, prefix = 'e') =>
  Array.from({ length: count }, (_, index) => ({ ardoqId: `${prefix}${index}` }));
const errors = () => kit.log.filter(({ level }) => level === 'error');

async function readRecord(id: string) {
  const { body } = await kit.get(`/api/sync-history/${id}`);
  return body.data;
}

async function countRows(id: string): Promise<number> {
  const { body } = await kit.get(`/api/sync-history/${id}/items?limit=1`);
  return body.pagination.total;
}

const hide = async () => {
  await kit.run('alter table sync_history rename to sync_history_away');
  await kit.run('alter table sync_history_items rename to sync_history_items_away');
};

const bringBack = async () => {
  await kit.run('alter table sync_history_away rename to sync_history');
  await kit.run('alter table sync_history_items_away rename to sync_history_items');
};

const recreate = async () => {
  await kit.run(`
    create table fresh (like sync_history_away including all);
    create table fresh_items (like sync_history_items_away including all, foreign key (sync_history_id) references fresh (id));
    drop table sync_history_items_away, sync_history_away;
    alter table fresh rename to sync_history;
    alter table fresh_items rename to sync_history_items`);
};

test('[HI4, HI5, PU19] a push is pending, in progress and completed, and its counters are those of its rows', async () => {
  const id = await kit.begin({ totalItems: 5 });
  await kit.flush();
  const pending = await readRecord(id);
  kit.history.pushes.started(id, new Date(kit.clock.time + 40));
  await kit.items(id, [
    { ardoqId: 'e1' },
    { ardoqId: 'f1', type: 'feature', status: 'updated' },
    { ardoqId: 'f2', type: 'feature', status: 'failed' },
    { ardoqId: 's1', type: 'user_story', status: 'skipped' },
    { ardoqId: 's2', type: 'user_story', status: 'unchanged' },
  ]);
  await kit.flush();
  const running = await readRecord(id);
  await kit.end(id, { outcome: 'partial', deleted: 3, at: new Date(kit.clock.time + 1040) });
  await kit.flush();

  const ended = await readRecord(id);
  expect(pending).toMatchObject({
    status: 'pending',
    total_items: 5,
    items_created: 0,
    target_type: 'azure-devops',
  });
  expect(running).toMatchObject({ status: 'in_progress', items_created: 1, features_failed: 1 });
  expect(ended).toMatchObject({
    status: 'completed',
    outcome: 'partial',
    items_created: 1,
    items_updated: 1,
    items_unchanged: 1,
    items_failed: 1,
    items_skipped: 1,
    epics_created: 1,
    features_updated: 1,
    features_failed: 1,
    user_stories_skipped: 1,
    user_stories_unchanged: 1,
    epics_failed: 0,
    deletion_count: 3,
  });
  expect(ended.duration_ms).toBe(Date.parse(ended.completed_at) - Date.parse(ended.started_at));
  expect(await countRows(id)).toBe(5);
});

test('[HI5, HI7] an item told twice, and a flush repeated, make one row and one count', async () => {
  const id = await kit.begin({ totalItems: 1 });
  await kit.items(id, [{ ardoqId: 'e1' }]);
  await kit.flush();
  kit.history.pushes.item(id, toPushed({ ardoqId: 'e1' }, new Date(kit.clock.time)));
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({ items_created: 1, epics_created: 1 });
  expect(await countRows(id)).toBe(1);
});

test('[HI6] two hundred rows make one statement', async () => {
  const id = await kit.begin({ totalItems: 1000 });
  await kit.flush();
  await kit.items(id, names(1000));
  await kit.flush();

  const [{ versions }] = (await kit.database.client`
    select count(distinct xmin::text)::int as versions from sync_history_items where sync_history_id = ${id}`) as unknown as [
    { versions: number },
  ];
  expect(versions).toBeLessThanOrEqual(6);
  expect(await readRecord(id)).toMatchObject({ items_created: 1000 });
});

test('[HI3] names are cut by characters, and texts that no column takes are made storable', async () => {
  const id = await kit.begin({ totalItems: 2, projectName: `${'p'.repeat(300)}` });
  await kit.items(id, [
    { ardoqId: 'long', name: '😀'.repeat(600) },
    { ardoqId: 'odd', name: 'a\u0000b\ud800c' },
  ]);
  await kit.end(id);
  await kit.flush();

  const { body } = await kit.get(`/api/sync-history/${id}/items`);
  const named = Object.fromEntries(
    body.data.map((row: { ardoq_id: string; item_name: string }) => [row.ardoq_id, row.item_name]),
  );
  expect(named.long).toBe(`${'😀'.repeat(499)}…`);
  expect(named.odd).toBe('a\ufffdb\ufffdc');
  expect((await readRecord(id)).project_name).toHaveLength(255);
  expect(errors()).toEqual([]);
});

test('[HI7] a push that begins while the tables are away has all its rows when they are back', async () => {
  await hide();
  const id = await kit.begin({ totalItems: 3 });
  kit.history.pushes.started(id, new Date(kit.clock.time));
  await kit.items(id, names(2));
  await kit.history.pushes.flush(60);
  await kit.items(id, [{ ardoqId: 'f', type: 'feature', status: 'failed' }]);
  await kit.end(id, { outcome: 'partial' });
  const away = kit.log.map(({ fields }) => fields.syncHistoryIds).flat();
  await bringBack();
  await kit.flush();

  expect(away).toContain(id);
  expect(kit.log.at(-1)).toMatchObject({ level: 'info', message: 'History is written again' });
  expect(await readRecord(id)).toMatchObject({ status: 'completed', items_created: 2, items_failed: 1 });
  expect(await countRows(id)).toBe(3);
});

test('[HI7, PU19] tables dropped and made anew in mid-push hold the whole push afterwards', async () => {
  const id = await kit.begin({ totalItems: 30 });
  kit.history.pushes.started(id, new Date(kit.clock.time));
  await kit.items(id, names(10, 'a'));
  await kit.flush();
  await hide();
  await kit.items(id, names(10, 'b'));
  await kit.history.pushes.flush(60);
  await recreate();
  await kit.items(id, names(10, 'c'));
  await kit.end(id);
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({
    status: 'completed',
    items_created: 30,
    epics_created: 30,
    total_items: 30,
  });
  expect(await countRows(id)).toBe(30);
  expect(kit.log.map(({ level }) => level)).toContain('warn');
});

test('[HI7] rows lost with the table of items alone are made again at the end', async () => {
  const id = await kit.begin({ totalItems: 4 });
  await kit.items(id, names(3, 'a'));
  await kit.flush();
  await kit.run('truncate sync_history_items');
  await kit.items(id, [{ ardoqId: 'last' }]);
  await kit.end(id);
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({ items_created: 4 });
  expect(await countRows(id)).toBe(4);
});

test('[HI7] past the bound rows leave memory and come back from the journal', async () => {
  await using small = await openHistoryKit({ rows: 3 });
  await small.run('alter table sync_history_items rename to away');
  const id = await small.begin({ totalItems: 20 });
  await small.items(id, names(20));
  await small.history.pushes.flush(60);
  const { buffered } = small.history.health().history;
  await small.run('alter table away rename to sync_history_items');
  await small.flush();

  const { body } = await small.get(`/api/sync-history/${id}`);
  expect(buffered).toBe(3);
  expect(body.data).toMatchObject({ status: 'pending', items_created: 20 });
  expect(small.log.map(({ message }) => message)).toContain(
    'Rows of history are left to the journal: memory is full',
  );
});

test('[HI7] rows that are lost while the journal is being read are missed at the end', async () => {
  await using small = await openHistoryKit({ rows: 0, batchRows: 5 });
  await small.run(`
    create function wait_for_the_gate() returns trigger language plpgsql as $$
      begin perform pg_advisory_xact_lock_shared(7); return new; end $$;
    create trigger gate before insert on sync_history_items
      for each row when (new.ardoq_id = 'held') execute function wait_for_the_gate()`);
  const id = await small.begin({ totalItems: 6 });
  await small.items(id, names(5));
  await small.flush();
  await small.database.client.begin(async (gate) => {
    await gate`select pg_advisory_xact_lock(7)`;
    await small.items(id, [{ ardoqId: 'held' }]);
    await vi.waitFor(
      async () => {
        const waiting = await gate`select 1 from pg_locks where locktype = 'advisory' and not granted`;
        expect(waiting).toHaveLength(1);
      },
      { timeout: 10_000 },
    );
    await gate`delete from sync_history_items where sync_history_id = ${id}`;
    await small.end(id);
  });
  await small.flush();

  const { body } = await small.get(`/api/sync-history/${id}/items?limit=1`);
  expect(body.pagination.total).toBe(6);
});

test('[HI7] a push of many pages comes back from the journal whole', async () => {
  await using small = await openHistoryKit({ rows: 0 });
  const id = await small.begin({ totalItems: 2345 });
  await small.items(id, names(2345));
  await small.end(id);
  await small.flush();

  const { body } = await small.get(`/api/sync-history/${id}`);
  expect(body.data).toMatchObject({ status: 'completed', items_created: 2345 });
});

test('[HI2] a push that runs shows that it lives, also while it waits for one slow call', async () => {
  await using beating = await openHistoryKit({ heartbeatMs: 10 });
  const id = await beating.begin({ totalItems: 1 });
  beating.history.pushes.started(id, new Date(beating.clock.time));
  await beating.flush();
  beating.clock.time += 3_600_000;

  await vi.waitFor(async () => {
    const { body } = await beating.get(`/api/sync-history/${id}`);
    expect(Date.parse(body.data.updated_at)).toBeGreaterThanOrEqual(
      Date.parse(body.data.created_at) + 3_600_000,
    );
  });
});

test('[HI4] an end that the runner tells again, because its commit was tried again, is the one that counts', async () => {
  const id = await kit.begin({ totalItems: 0 });
  await kit.end(id);
  await kit.flush();
  await kit.end(id, {
    status: 'failed',
    outcome: 'failed',
    error: 'The last commit failed',
    errorCode: 'INTERNAL',
  });
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({ status: 'failed', error_code: 'INTERNAL' });
});

test('[HI5] counters that disagree with the rows are repaired at the end, and it is told', async () => {
  const id = await kit.begin({ totalItems: 2 });
  await kit.items(id, names(2));
  await kit.flush();
  await kit.run(`update sync_history set items_created = 9, epics_failed = 1 where id = '${id}'`);
  await kit.end(id);
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({ items_created: 2, epics_created: 2, epics_failed: 0 });
  const told = kit.log.find(({ message }) => message.startsWith('Counters of history'));
  expect(told?.fields).toMatchObject({ syncHistoryId: id, wrong: ['items_created', 'epics_failed'] });
});

test('[HI7] a row that can never be written is left out and does not hold up the others', async () => {
  const id = await kit.begin({ totalItems: 3 });
  const poison = {
    ...toPushed({ ardoqId: 'poison' }, new Date(kit.clock.time)),
    azureDevOpsId: 99_999_999_999,
  };
  await kit.items(id, [{ ardoqId: 'a' }]);
  kit.history.pushes.item(id, poison);
  await kit.items(id, [{ ardoqId: 'b' }]);
  await kit.flush();

  expect(await readRecord(id)).toMatchObject({ items_created: 2 });
  expect(errors().map(({ fields }) => fields.ardoqId)).toEqual(['poison']);
});

test('[HI4] an ended record keeps its end when another process says otherwise', async () => {
  const id = await kit.begin({ totalItems: 0 });
  await kit.end(id);
  await kit.flush();
  const other = await kit.openAnother();
  other.pushes.end(id, {
    status: 'failed',
    outcome: 'failed',
    error: 'late',
    errorCode: 'INTERRUPTED',
    deleted: 0,
    at: new Date(kit.clock.time),
  });
  await other.pushes.flush(4000);

  expect(await readRecord(id)).toMatchObject({ status: 'completed', outcome: 'succeeded' });
});

test('[HI4, HI8] an end that was written before its commit failed gives way to the one in the journal', async () => {
  const id = await kit.begin({ totalItems: 0 });
  await kit.flush();
  await kit.run(`update sync_history set status = 'completed', outcome = 'succeeded' where id = '${id}'`);
  const other = await kit.openAnother();
  await kit.end(id, { status: 'failed', error: 'Interrupted', errorCode: 'INTERRUPTED' }, { isHeard: false });
  other.pushes.end(id, {
    status: 'failed',
    outcome: 'failed',
    error: 'Interrupted',
    errorCode: 'INTERRUPTED',
    deleted: 0,
    at: new Date(kit.clock.time),
  });
  await other.pushes.flush(4000);

  expect(await readRecord(id)).toMatchObject({ status: 'failed', error_code: 'INTERRUPTED' });
});

test('[HI8] a record has not ended before the journal says so', async () => {
  const id = await kit.begin({ totalItems: 0 });
  const at = new Date(kit.clock.time);
  kit.history.pushes.end(id, {
    status: 'completed',
    outcome: 'succeeded',
    error: null,
    errorCode: null,
    deleted: 0,
    at,
  });
  await kit.history.pushes.flush(30);
  const [early] = await kit.database.client`select status from sync_history where id = ${id}`;
  await kit.end(id, { status: 'failed', error: 'Interrupted', errorCode: 'INTERRUPTED' }, { isHeard: false });
  await kit.flush();

  expect(early).toEqual({ status: 'pending' });
  expect(await readRecord(id)).toMatchObject({ status: 'failed', error_code: 'INTERRUPTED' });
});

test('[RC9, HI8] a process that did not see the push fills what the one that died had not written', async () => {
  const id = await kit.begin({ totalItems: 4 });
  await kit.items(id, names(1, 'written'));
  await kit.flush();
  await kit.items(id, names(2, 'unwritten'), { isHeard: false });
  const other = await kit.openAnother();
  await kit.items(id, [{ ardoqId: 'rest', status: 'skipped' }], { isHeard: false });
  other.pushes.item(id, toPushed({ ardoqId: 'rest', status: 'skipped' }, new Date(kit.clock.time)));
  await kit.end(id, { status: 'failed', error: 'Interrupted', errorCode: 'INTERRUPTED' }, { isHeard: false });
  other.pushes.end(id, {
    status: 'failed',
    outcome: 'partial',
    error: 'Interrupted',
    errorCode: 'INTERRUPTED',
    deleted: 0,
    at: new Date(kit.clock.time),
  });
  await other.pushes.flush(4000);

  expect(await readRecord(id)).toMatchObject({
    status: 'failed',
    error_code: 'INTERRUPTED',
    items_created: 3,
    items_skipped: 1,
  });
});
