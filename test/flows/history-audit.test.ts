/** The audit log: acts in their order, chained, never changed (AL1 to AL6, GU12). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openHistoryKit, type HistoryKit } from './history-kit.ts';
import type { AuditAct } from '../../server/core/audit-act.ts';

let kit: HistoryKit;

beforeAll(async () => {
  kit = await openHistoryKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const toAct = (entityId: string, facts: Partial<AuditAct> = {}): AuditAct => ({
  action: 'config_created',
  entity: 'configuration',
  entityId,
  details: { z: 1, a: { y: [1.5, null, '\u0000'], x: 'é' } },
  origin: { ip: '203.0.113.9', userAgent: 'curl' },
  ...facts,
});

const listed = async (query = '') => (await kit.get(`/api/audit-logs${query}`)).body;
const verify = async () => (await kit.get('/api/audit-logs/verify')).body.data;
const allowed = (statement: string) =>
  kit.run(
    `alter table audit_logs disable trigger all; ${statement}; alter table audit_logs enable trigger all`,
  );

test('[AL2, AL4, GU12] acts stand in their order, announced, and their chain holds', async () => {
  const head = kit.journal.head();
  for (const entityId of ['a', 'b', 'c']) kit.history.record(toAct(entityId));
  kit.history.record(toAct('d', { origin: null, action: 'sync_failed', entity: 'sync', details: {} }));
  await kit.flush();

  const { data, pagination } = await listed();
  const events = await kit.journal.pageAfter(head, 100);
  expect(data.map((row: { entity_id: string; seq: number }) => [row.entity_id, row.seq])).toEqual([
    ['d', 4],
    ['c', 3],
    ['b', 2],
    ['a', 1],
  ]);
  expect(pagination).toEqual({ total: 4, limit: 50, offset: 0, has_more: false });
  expect(data[3]).toMatchObject({
    action_type: 'config_created',
    source_ip: '203.0.113.9',
    user_agent: 'curl',
    details: { z: 1, a: { y: [1.5, null, '\ufffd'], x: 'é' } },
  });
  expect(data[0]).not.toHaveProperty('source_ip');
  expect(
    events.map(({ event }) => [event.type, event.topic, (event.data as { entityId: string }).entityId]),
  ).toEqual(['a', 'b', 'c', 'd'].map((entityId) => ['audit:recorded', ['audit'], entityId]));
  expect(await verify()).toEqual({ intact: true, rows: 4, last_seq: 4 });
});

test('[AL2] the table refuses to change, delete or empty rows', async () => {
  await expect(kit.run(`update audit_logs set entity_id = 'x'`)).rejects.toThrow(/append-only/);
  await expect(kit.run('delete from audit_logs')).rejects.toThrow(/append-only/);
  await expect(kit.run('truncate audit_logs')).rejects.toThrow(/append-only/);
});

test('[AL4, HI7] acts during an outage are written in their order when the table is back', async () => {
  await kit.run('alter table audit_logs rename to audit_away');
  kit.history.record(toAct('e'));
  kit.history.record(toAct('f'));
  await kit.history.pushes.flush(40);
  const { success, data } = (await kit.get('/api/sync-history/diagnostics')).body;
  await kit.run('alter table audit_away rename to audit_logs');
  await kit.flush();

  expect(success).toBe(false);
  expect(data.services.auditLogStorage).toMatchObject({ working: false, buffered: 2 });
  expect(data.database.tables.audit_logs).toMatchObject({ exists: false, accessible: false });
  expect((await listed('?limit=2')).data.map((row: { entity_id: string }) => row.entity_id)).toEqual([
    'f',
    'e',
  ]);
  expect(await verify()).toMatchObject({ intact: true, rows: 6 });
});

test('[AL6] filters, figures and files', async () => {
  const stats = (await kit.get('/api/audit-logs/stats')).body.data;
  const csv = await kit.get('/api/audit-logs?format=csv&entity_id=A');
  const ndjson = await kit.get('/api/audit-logs?format=ndjson&limit=1');
  const wrong = await kit.get('/api/audit-logs?action_type=nonsense');
  const backwards = await kit.get('/api/audit-logs?start_date=2026-02-02&end_date=2026-02-01');

  expect((await listed('?action_type=sync_failed')).data).toHaveLength(1);
  expect(stats).toEqual({
    total_events: 6,
    events_today: 6,
    events_today_since: '2026-11-21T00:00:00.000Z',
    action_type_counts: { config_created: 5, sync_failed: 1 },
  });
  expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(csv.text.split('\r\n')).toHaveLength(3);
  expect(
    ndjson.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).entity_id),
  ).toEqual(['f', 'e', 'd', 'c', 'b', 'a']);
  expect([wrong.status, wrong.body.code]).toEqual([400, 'INVALID_PARAMETER']);
  expect(wrong.body.error).toContain('sync_started');
  expect(backwards.status).toBe(400);
});

test('[AL1] an end that is told again, because its commit was tried again, is one act', async () => {
  const end = toAct('push-1', { action: 'sync_completed', entity: 'sync', details: {} });
  kit.history.record(end);
  await kit.flush();
  kit.history.record(end);
  await kit.flush();

  expect((await listed('?entity_id=push-1')).pagination.total).toBe(1);
});

test('[GU12] two writers of one database add to one chain', async () => {
  const other = await kit.openAnother();
  for (let turn = 0; turn < 20; turn += 1) {
    kit.history.record(toAct(`one${turn}`));
    other.record(toAct(`two${turn}`));
    if (turn % 5 === 0) await Promise.all([kit.flush(), other.pushes.flush(4000)]);
  }
  await Promise.all([kit.flush(), other.pushes.flush(4000)]);

  expect(await verify()).toMatchObject({ intact: true, rows: 47 });
});

test('[GU12] a row that was changed is found', async () => {
  const [kept] = (await kit.database.client`select details from audit_logs where seq = 2`) as unknown as [
    { details: unknown },
  ];
  await allowed(`update audit_logs set details = '{}' where seq = 2`);
  const found = await verify();
  await allowed(`update audit_logs set details = '${JSON.stringify(kept.details)}' where seq = 2`);

  expect(found).toMatchObject({ intact: false, fault: { seq: 2, reason: 'row 2 was changed' } });
  expect(await verify()).toMatchObject({ intact: true });
});

test('[GU12] rows that were cut off at the end are missed by who wrote them', async () => {
  kit.history.record(toAct('last'));
  await kit.flush();
  await allowed('delete from audit_logs where seq > 45');

  const found = await verify();
  kit.history.record(toAct('after'));
  await kit.flush();

  expect(found).toMatchObject({ intact: false, fault: { seq: 46, reason: 'rows 46 to 48 are missing' } });
  // The chain goes on where it was: the gap stays visible for ever.
  expect(await verify()).toMatchObject({
    intact: false,
    last_seq: 49,
    fault: { reason: 'rows 46 to 48 are missing' },
  });
});
