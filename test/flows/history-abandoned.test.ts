/** Records that were left behind by a process that died get their end at the next start (RC9). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { History } from '../../server/features/history/history.ts';
import { createOperationId } from '../../server/core/operation-id.ts';
import { openHistoryKit, type HistoryKit } from './history-kit.ts';

let kit: HistoryKit;
let next: History;

beforeAll(async () => {
  kit = await openHistoryKit();
  next = await kit.openAnother();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function addOperation(status: string, syncHistoryId: string, error: string | null = null) {
  const id = createOperationId(kit.clock.time);
  await kit.database.client`
    insert into operations (id, kind, lane, trigger, actor, status, phase, message, progress, counters, stats, metadata,
      options, queued_at, updated_at, finished_at, error)
    values (${id}, 'push_work_items', 'push:o:p', 'api', '{}', ${status}, 'push', '', '{}', '{}', '{}', '{}',
      ${JSON.stringify({ syncHistoryId })}, now(), now(), ${status === 'running' ? null : new Date(kit.clock.time).toISOString()}, ${error})`;
  return id;
}

const newId = () => createOperationId(kit.clock.time).slice(3);
const readRecord = async (id: string) => (await kit.get(`/api/sync-history/${id}`)).body.data;

async function settle(): Promise<number> {
  const settled = await next.settleAbandoned();
  await next.pushes.flush(4000);
  return settled;
}

test('[RC9] the journal knows how it ended, and which rows were never written', async () => {
  const id = newId();
  await kit.begin({ id, operationId: await addOperation('failed', id), totalItems: 3 });
  await kit.items(id, [{ ardoqId: 'a' }]);
  await kit.flush();
  await kit.items(id, [{ ardoqId: 'b' }, { ardoqId: 'c', status: 'skipped' }], { isHeard: false });
  await kit.end(id, { error: 'Interrupted', errorCode: 'INTERRUPTED' }, { isHeard: false });

  expect(await settle()).toBe(1);
  expect(await readRecord(id)).toMatchObject({
    status: 'failed',
    error_code: 'INTERRUPTED',
    items_created: 2,
    items_skipped: 1,
  });
  expect(await settle()).toBe(0);
});

test('[RC9] what the journal has forgotten is told by the operation', async () => {
  const id = newId();
  await kit.begin({ id, operationId: await addOperation('cancelled', id, 'Cancelled') });
  await kit.flush();

  expect(await settle()).toBe(1);
  expect(await readRecord(id)).toMatchObject({ status: 'cancelled', error_code: 'CANCELLED' });
});

test('[RC9, HI7] a record whose first row was never written is made from the journal', async () => {
  const id = newId();
  const operationId = await addOperation('completed', id);
  const record = {
    sourceType: 'ardoq' as const,
    sourceConfigId: 'config-1',
    targetConfigId: 'azdo-config-2',
    projectName: 'Lost',
    overwriteMode: true,
    retryOf: null,
    planId: null,
    idempotencyKey: null,
  };
  const timestamp = '2026-11-21T09:00:00.000Z';
  const data = { syncHistoryId: id, timestamp, operationId, total: 0, queued: false, record };
  await kit.journal.append([
    { type: 'sync:started', data, projectId: null, operationId, topic: [`push:${id}`] },
  ]);

  expect(await settle()).toBe(1);
  expect(await readRecord(id)).toMatchObject({
    status: 'completed',
    project_name: 'Lost',
    overwrite_mode: true,
    created_at: timestamp,
  });
});

test('[RC9] a push that still runs is left alone', async () => {
  const id = newId();
  await kit.begin({ id, operationId: await addOperation('running', id) });
  await kit.flush();

  expect(await settle()).toBe(0);
  expect(await readRecord(id)).toMatchObject({ status: 'pending' });
});
