/** One push against a tracker in memory: order, counts, events, doubts, conflicts and overwriting. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { toMarkerUrl } from '../../server/features/work-items/plan/marker.ts';
import { loadPlan, savePlan, takePlan } from '../../server/features/work-items/run/plan-store.ts';
import { planOnly, refuseStalePlan } from '../../server/features/work-items/run/plan-only.ts';
import { loadResults } from '../../server/features/work-items/run/result-store.ts';
import { toRetryTree } from '../../server/features/work-items/run/retry-tree.ts';
import { SynclineEvent } from '../../shared/events/index.ts';
import type { PushSummary, SourceTree } from '../../shared/work-items.ts';
import { MemoryTracker, type Fault, type Method } from '../work-items/memory-tracker.ts';
import { markerBase, openPushRunKit, toTree, type PushRun, type PushRunKit } from './push-run-kit.ts';

let kit: PushRunKit;
beforeAll(async () => {
  kit = await openPushRunKit();
});
afterEach(() => kit.forget());
afterAll(() => kit[Symbol.asyncDispose]());

const family = ['e1', 'e1.f1', 'e1.f1.s1', 'e1.f1.s2', 'e1.f2', 'e2'];
const signal = new AbortController().signal;

/** The faults meet the calls of one method, in order. */
const failing = (method: Method, ...faults: (Fault | null)[]) => {
  let call = 0;
  return (called: Method) => (called === method ? (faults[call++] ?? null) : null);
};

const namesOf = ({ events }: PushRun) =>
  events.flatMap(({ type, data }) => ('ardoqId' in data ? [`${type} ${data.ardoqId}`] : [type]));

const terminalOf = ({ events }: PushRun) => {
  const ends = events.filter(({ type }) => type === 'sync:complete' || type === 'sync:error');
  expect(ends).toHaveLength(1);
  expect(ends[0]).toBe(events.at(-1));
  return ends[0]?.data as {
    code?: string;
    status?: string;
    outcome?: string;
    summary: PushSummary;
    deleted: number;
  };
};

test('[PU18] a tree is pushed depth first in source order, and every event says so when it is durable', async () => {
  const tracker = new MemoryTracker();

  const run = await kit.push(tracker, toTree(family));

  expect(namesOf(run)).toEqual([
    'epic:created e1',
    'feature:created e1.f1',
    'userstory:created e1.f1.s1',
    'userstory:created e1.f1.s2',
    'feature:created e1.f2',
    'epic:created e2',
    'sync:complete',
  ]);
  expect(run.phases).toEqual(['validate', 'plan', 'push', 'finalize']);
  expect(run.items.map(({ ardoqId }) => ardoqId)).toEqual(family);
});

test('[EV22] events are what the schemas say, with the topic of their push', async () => {
  const tracker = new MemoryTracker();

  const { events, syncHistoryId } = await kit.push(tracker, toTree(family));

  for (const event of events) {
    expect(event.topic).toContain(`push:${syncHistoryId}`);
    const shape = SynclineEvent.options.find((option) => option.shape.type.value === event.type)?.shape.data;
    expect(shape?.safeParse(event.data).error).toBeUndefined();
  }
});

test('[PU18] what hangs under a failed item is skipped and names it; the others go on', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', null, 'rejected') });

  const run = await kit.push(tracker, toTree(family));

  expect(namesOf(run)).toEqual([
    'epic:created e1',
    'feature:failed e1.f1',
    'userstory:skipped e1.f1.s1',
    'userstory:skipped e1.f1.s2',
    'feature:created e1.f2',
    'epic:created e2',
    'sync:complete',
  ]);
  expect(run.items[2]?.error).toContain('Item e1.f1');
  expect(terminalOf(run)).toMatchObject({ status: 'completed', outcome: 'partial' });
});

test('[PU19] the counts of the end, of the rows and of the operation are the same', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', null, 'rejected') });

  const run = await kit.push(tracker, toTree(family));

  const { summary } = terminalOf(run);
  expect(summary).toMatchObject({ total: 6, created: 3, updated: 0, unchanged: 0, failed: 1, skipped: 2 });
  expect(summary.userStories).toEqual({
    total: 2,
    created: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    skipped: 2,
  });
  expect(run.counters).toEqual({ itemsCreated: 3, itemsFailed: 1, itemsSkipped: 2 });
  expect(run.items).toHaveLength(6);
});

test('[HI4] a push of which every item failed has failed, and still ends with sync:complete', async () => {
  const tracker = new MemoryTracker({ fault: (method) => (method === 'create' ? 'rejected' : null) });

  const run = await kit.push(tracker, toTree(['e1', 'e2']));

  expect(terminalOf(run)).toMatchObject({ status: 'failed', outcome: 'failed' });
  expect(run.acts.map(({ action }) => action)).toEqual(['sync_failed']);
});

test('[RC10] the same tree again is unchanged and sends no write', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(family));
  const { length } = tracker.writes;

  const again = await kit.push(tracker, toTree(family));

  expect(again.items.every(({ status }) => status === 'unchanged')).toBe(true);
  expect(tracker.writes).toHaveLength(length);
  expect(again.acts).toMatchObject([{ action: 'sync_completed', details: { items_unchanged: 6 } }]);
});

test('[PL4] an update carries what changed in the source, and says which fields', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));

  const run = await kit.push(tracker, toTree(['e1'], { e1: { name: 'Renamed' } }));

  const [item] = run.items;
  expect(item).toMatchObject({ status: 'updated', changedFields: ['System.Title'] });
  expect(run.events[0]?.data).toMatchObject({ rev: 2, changedFields: ['System.Title'] });
});

test('[RC7] a lost database adopts what is there by its marker', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(family));
  await kit.forget();

  const run = await kit.push(tracker, toTree(family));

  expect(run.items.map(({ status }) => status)).toEqual(family.map(() => 'unchanged'));
  expect(tracker.live).toHaveLength(6);
});

test('[RC7] it adopts also where hyperlinks cannot be found', async () => {
  const tracker = new MemoryTracker({ hyperlinkDelay: Infinity });
  await kit.push(tracker, toTree(family));
  await kit.forget();

  await kit.push(tracker, toTree(family));

  expect(tracker.live).toHaveLength(6);
});

test('[RC5] the marker field is asked first, where there is one', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', 'stored') });

  const run = await kit.push(tracker, toTree(['e1']), { markerField: 'Custom.Source' });

  expect(run.items[0]?.status).toBe('created');
  expect(tracker.calls.slice(tracker.calls.indexOf('create') + 1)[0]).toBe('field');
  expect(tracker.live[0]?.fields['Custom.Source']).toContain('e1');
});

test('[RC4] a create whose answer was lost is looked for, adopted, and not sent again', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', 'stored') });
  kit.waits.length = 0;

  const run = await kit.push(tracker, toTree(['e1']));

  expect(run.items[0]).toMatchObject({ status: 'created', azureDevOpsId: 1 });
  expect(tracker.calls.filter((method) => method === 'create')).toHaveLength(1);
  expect(kit.waits).toEqual([1000]);
});

test('[RC4] one that is found in no way after 1, 3 and 9 seconds is made once more', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', 'not-stored') });
  kit.waits.length = 0;

  const run = await kit.push(tracker, toTree(['e1']));

  expect(run.items[0]?.status).toBe('created');
  expect(kit.waits).toEqual([1000, 3000, 9000]);
  expect(tracker.live).toHaveLength(1);
});

test('[RC4] where the look-up is impossible the item is AMBIGUOUS, and the next push looks first', async () => {
  let isBlind = true;
  const created = failing('create', 'stored');
  const tracker = new MemoryTracker({
    fault: (method, _call) => {
      if (isBlind && tracker.calls.includes('create') && ['hyperlink', 'candidates'].includes(method))
        return 'refused';
      return created(method);
    },
  });

  const run = await kit.push(tracker, toTree(['e1', 'e1.f1']));
  isBlind = false;
  const next = await kit.push(tracker, toTree(['e1', 'e1.f1']));

  expect(run.items.map(({ errorCode }) => errorCode)).toEqual(['AMBIGUOUS', 'PARENT_FAILED']);
  expect(next.items.map(({ status }) => status)).toEqual(['unchanged', 'created']);
  expect(tracker.live).toHaveLength(2);
});

test('[RC5] the first create shows that hyperlinks are not found, and people are told', async () => {
  const tracker = new MemoryTracker({ hyperlinkDelay: Infinity });

  const run = await kit.push(tracker, toTree(['e1', 'e2']));

  expect(run.events.at(-1)?.data).toMatchObject({ warnings: [{ code: 'look_up_blind' }] });
});

test('[RC6] of two work items made by a late answer the later goes to the recycle bin', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', 'stored'), hyperlinkDelay: 9, queryDelay: 9 });

  const run = await kit.push(tracker, toTree(['e1']));

  expect(tracker.live.map(({ id }) => id)).toEqual([1]);
  expect(run.events.at(-1)?.data).toMatchObject({
    warnings: expect.arrayContaining([expect.objectContaining({ code: 'duplicate_removed', ardoqId: 'e1' })]),
  });
  const again = await kit.push(tracker, toTree(['e1']));
  expect(again.items).toMatchObject([{ status: 'unchanged', azureDevOpsId: 1 }]);
});

test('[RC7] a stale revision is read and planned again', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  tracker.options = { fault: failing('update', 'stale', 'stale', 'stale') };

  const run = await kit.push(tracker, toTree(['e1'], { e1: { name: 'Renamed' } }));

  expect(run.items[0]?.status).toBe('updated');
  expect(tracker.live[0]?.fields['System.Title']).toBe('Renamed');
});

test('[RC7] one that keeps changing is a REV_CONFLICT after the third time', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  tracker.options = { fault: (method) => (method === 'update' ? 'stale' : null) };

  const run = await kit.push(tracker, toTree(['e1'], { e1: { name: 'Renamed' } }));

  expect(run.items[0]).toMatchObject({ status: 'failed', errorCode: 'REV_CONFLICT' });
  expect(tracker.calls.filter((method) => method === 'update')).toHaveLength(4);
});

test.each(['stored', 'not-stored'] as const)(
  '[RC7] an update whose answer was lost (%s) takes effect once',
  async (fault) => {
    const tracker = new MemoryTracker();
    await kit.push(tracker, toTree(['e1']));
    tracker.options = { fault: failing('update', fault) };

    const run = await kit.push(tracker, toTree(['e1'], { e1: { name: 'Renamed' } }));

    expect(run.items[0]?.status).toBe('updated');
    expect(tracker.live[0]).toMatchObject({ rev: 2, fields: { 'System.Title': 'Renamed' } });
  },
);

test('[PU22] rejected credentials end the push: the rest is skipped, and nothing more is sent', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', null, 'auth') });

  const run = await kit.push(tracker, toTree(['e1', 'e2', 'e3']));

  expect(run.items.map(({ status }) => status)).toEqual(['created', 'failed', 'skipped']);
  expect(terminalOf(run)).toMatchObject({ code: 'UPSTREAM_AUTH_FAILED', summary: { total: 3 } });
  expect(tracker.calls.at(-1)).toBe('create');
  expect(run.ends).toMatchObject([
    { status: 'failed', outcome: 'partial', errorCode: 'UPSTREAM_AUTH_FAILED' },
  ]);
  expect(run.acts).toMatchObject([{ action: 'sync_failed', details: { code: 'UPSTREAM_AUTH_FAILED' } }]);
});

test('[PU22] a project that is gone ends the push', async () => {
  const tracker = new MemoryTracker();

  const run = await kit.push(tracker, toTree(['e1']), { arm: () => void (tracker.isProjectGone = true) });

  expect(terminalOf(run)).toMatchObject({ code: 'UPSTREAM_NOT_FOUND', summary: { total: 1, skipped: 1 } });
});

test('[PU20] after a cancel the call on its way is finished, nothing more is sent, and the rest is skipped', async () => {
  const tracker = new MemoryTracker();
  let sent = 0;

  const run = await kit.push(tracker, toTree(family), {
    arm({ cancel }) {
      tracker.options = {
        fault(method) {
          if (method === 'create' && (sent += 1) === 2) cancel();
          return null;
        },
      };
    },
  });

  expect(tracker.writes).toEqual(['create Item e1', 'create Item e1.f1']);
  expect(run.items.map(({ status }) => status)).toEqual([
    'created',
    'created',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ]);
  expect(terminalOf(run)).toMatchObject({ code: 'CANCELLED', summary: { total: 6, created: 2, skipped: 4 } });
  expect(run.acts).toMatchObject([{ action: 'sync_cancelled', details: { phase: 'push' } }]);
});

test('[RC9] a crash leaves no item unaccounted for', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', null, 'kill-after') });

  const run = await kit.push(tracker, toTree(family));

  expect(terminalOf(run)).toMatchObject({
    code: 'INTERRUPTED',
    summary: { total: 6, created: 1, skipped: 5 },
  });
  const next = await kit.push(tracker, toTree(family));
  expect(next.items.map(({ status }) => status).slice(0, 3)).toEqual(['unchanged', 'unchanged', 'created']);
  expect(tracker.live).toHaveLength(6);
});

test('[RC8] while the database is away nothing is sent; then the push goes on', async () => {
  const tracker = new MemoryTracker();
  let lost = 3;
  const sentWhileAway: number[] = [];

  const run = await kit.push(tracker, toTree(['e1', 'e2', 'e3', 'e4']), {
    onCommit(count) {
      if (count < 4 || lost === 0) return;
      lost -= 1;
      sentWhileAway.push(tracker.writes.length);
      throw Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' });
    },
  });

  expect(new Set(sentWhileAway).size).toBeLessThanOrEqual(2);
  expect(terminalOf(run)).toMatchObject({ summary: { total: 4, created: 4 } });
  expect(run.said).toContain('Waiting for the database');
});

test('[RC8] a database that stays away ends the push', async () => {
  const tracker = new MemoryTracker();
  let isOver = false;

  const run = await kit.push(tracker, toTree(['e1', 'e2', 'e3', 'e4']), {
    onCommit(count) {
      if (count < 3 || isOver) return;
      if (kit.waits.reduce((sum, ms) => sum + ms, 0) > 600_000) isOver = true;
      throw Object.assign(new Error('gone'), { code: 'CONNECTION_CLOSED' });
    },
  });

  expect(terminalOf(run)).toMatchObject({ code: 'DATABASE_UNAVAILABLE', summary: { total: 4 } });
  expect(tracker.writes.length).toBeLessThan(4);
});

test('[AZ22] siblings run side by side, their events in source order', async () => {
  const tracker = new MemoryTracker();
  const ids = ['e1', ...Array.from({ length: 9 }, (_none, index) => `e1.f${index}`)];

  const run = await kit.push(tracker, toTree(ids), { concurrency: 4 });

  expect(run.items.map(({ ardoqId }) => ardoqId)).toEqual(ids);
  expect(tracker.live).toHaveLength(10);
});

test('[AZ14] siblings are made by one batch, and one whose answer is lost is looked for item by item', async () => {
  const tracker = new MemoryTracker({ fault: failing('batch', 'stored') });
  const ids = ['e1', ...Array.from({ length: 60 }, (_none, index) => `e1.f${index}`)];

  const run = await kit.push(tracker, toTree(ids), { useBatch: true });

  expect(tracker.calls.filter((method) => method === 'batch' || method === 'create')).toEqual([
    'create',
    'batch',
    'batch',
  ]);
  expect(run.items.map(({ status }) => status)).toEqual(ids.map(() => 'created'));
  expect(tracker.live).toHaveLength(61);
});

test('[AZ14] a batch that is refused as a whole is sent item by item', async () => {
  const tracker = new MemoryTracker({ fault: failing('batch', 'rejected') });

  const run = await kit.push(tracker, toTree(['e1', 'e1.f1', 'e1.f2']), { useBatch: true });

  expect(run.items.map(({ status }) => status)).toEqual(['created', 'created', 'created']);
});

const overwriting = { overwrite: { scope: 'owned', destroy: false } } as const;

test('[PU31] overwriting deletes our own items of this source, known or marked, and nobody else’s', async () => {
  const tracker = new MemoryTracker();
  const bug = tracker.seed('Bug', 'By hand');
  const marked = tracker.seed('Epic', 'Of a lost ledger', [
    {
      rel: 'Hyperlink',
      url: toMarkerUrl(markerBase, 'ardoq', '', 'gone'),
      attributes: { comment: 'syncline' },
    },
  ]);
  const other = tracker.seed('Epic', 'Of other documents', [
    {
      rel: 'Hyperlink',
      url: toMarkerUrl(markerBase, 'documents', 'p_1', 'EP-1'),
      attributes: { comment: 'syncline' },
    },
  ]);
  await kit.push(tracker, toTree(['e1', 'e1.f1']));

  const run = await kit.push(tracker, toTree(['e1', 'e1.f1']), overwriting);

  const live = tracker.live.map(({ id }) => id);
  expect(live).toContain(bug);
  expect(live).toContain(other);
  expect(live).not.toContain(marked);
  expect(live).toHaveLength(4);
  expect(namesOf(run)).toEqual([
    'overwrite:started',
    'overwrite:deleting',
    'overwrite:progress',
    'overwrite:deleted',
    'epic:created e1',
    'feature:created e1.f1',
    'sync:complete',
  ]);
  expect(terminalOf(run)).toMatchObject({ deleted: 3 });
  expect(run.ends).toMatchObject([{ deleted: 3 }]);
});

test('[EV22] where there is nothing to delete, it says so and goes on', async () => {
  const tracker = new MemoryTracker();

  const run = await kit.push(tracker, toTree(['e1']), overwriting);

  expect(namesOf(run)).toEqual([
    'overwrite:started',
    'overwrite:no-items',
    'epic:created e1',
    'sync:complete',
  ]);
});

test('[PU34] a deletion that fails stops the push before anything is created', async () => {
  const tracker = new MemoryTracker();
  tracker.seed('Test Case', 'Refused');

  const run = await kit.push(tracker, toTree(['e1']), { overwrite: { scope: 'project', destroy: false } });

  expect(namesOf(run)).toEqual([
    'overwrite:started',
    'overwrite:deleting',
    'overwrite:progress',
    'overwrite:error',
    'epic:skipped e1',
    'sync:error',
  ]);
  expect(terminalOf(run).code).toBe('OVERWRITE_FAILED');
  expect(run.ends).toMatchObject([{ status: 'failed', errorCode: 'OVERWRITE_FAILED' }]);
  expect(tracker.writes).toEqual([]);
});

test('[PU33] a deletion whose answer was lost is counted by what is gone', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(family));
  tracker.options = { fault: failing('delete', 'stored') };

  const run = await kit.push(tracker, toTree(family), overwriting);

  expect(terminalOf(run)).toMatchObject({ deleted: 6, summary: { created: 6 } });
});

test('[PU35] a push that is cut off in the middle of deleting creates afresh next time', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(family));
  tracker.options = { fault: failing('delete', 'kill-after') };
  await kit.push(tracker, toTree(family), overwriting);
  tracker.options = {};

  const run = await kit.push(tracker, toTree(family));

  expect(run.items.map(({ status }) => status)).toEqual(family.map(() => 'created'));
});

test('[PU30] nothing is deleted when the plan cannot be made', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  tracker.options = { fault: failing('hyperlink', 'refused') };

  const run = await kit.push(tracker, toTree(['e1', 'e2']), overwriting);

  expect(terminalOf(run).code).toBe('UPSTREAM_ERROR');
  expect(tracker.live).toHaveLength(1);
});

test('[PU21] a retry pushes what failed and what was skipped because of it, and links to what is there', async () => {
  const tracker = new MemoryTracker({ fault: failing('create', null, 'rejected') });
  const tree = toTree(family);
  const first = await kit.push(tracker, tree);
  const retry = toRetryTree(tree, await loadResults(kit.database.db, first.syncHistoryId), 'failed');
  tracker.options = {};

  const run = await kit.push(tracker, retry.tree, { ...retry, retryOf: first.syncHistoryId, only: 'failed' });

  expect(retry.chosen).toEqual(['e1.f1', 'e1.f1.s1', 'e1.f1.s2']);
  expect(run.items.map(({ ardoqId, status }) => `${ardoqId} ${status}`)).toEqual([
    'e1.f1 created',
    'e1.f1.s1 created',
    'e1.f1.s2 created',
  ]);
  expect(terminalOf(run).summary.total).toBe(3);
  expect(tracker.live).toHaveLength(6);
});

test('[PL7] a blocked item fails with its reason, and its descendants are skipped', async () => {
  const tracker = new MemoryTracker();
  const tree = toTree(['e1', 'e1.f1']);
  const items = tree.items.map((item, index) => (index === 0 ? { ...item, blocked: 'Used twice.' } : item));

  const run = await kit.push(tracker, { ...tree, items });

  expect(run.items).toMatchObject([
    { status: 'failed', errorCode: 'BLOCKED', error: 'Used twice.' },
    { status: 'skipped', errorCode: 'PARENT_FAILED' },
  ]);
});

const request = (tree: SourceTree) => ({
  tree,
  connectionId: 'c1',
  projectName: 'Fabrikam',
  overwrite: null,
  fieldMappingConfigId: null,
  processTemplateName: null,
});

async function storePlan(tracker: MemoryTracker, tree: SourceTree, id: string) {
  const planned = await planOnly(kit.parts(tracker), request(tree), { validateOnly: false, signal });
  const { plan, organization, project } = planned;
  const [createdAt, expiresAt] = [new Date(), new Date(Date.now() + 60_000)];
  await savePlan(kit.database.db, {
    id,
    request: request(tree),
    plan,
    organization,
    project,
    createdAt,
    expiresAt,
  });
  return await loadPlan(kit.database.db, id);
}

test('[PL5] a plan is applied as it was made, once', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  const tree = toTree(['e1', 'e2'], { e1: { name: 'Renamed' } });
  const stored = await storePlan(tracker, tree, 'plan-1');

  await refuseStalePlan(kit.parts(tracker), stored, { signal });
  const run = await kit.push(tracker, tree, { planId: 'plan-1' });

  expect(run.items.map(({ status }) => status)).toEqual(['updated', 'created']);
  const take = () =>
    kit.database.db.transaction((tx) =>
      takePlan(tx, 'plan-1', { at: new Date(), syncHistoryId: run.syncHistoryId }),
    );
  await take();
  await expect(take()).rejects.toMatchObject({ code: 'PLAN_APPLIED' });
});

test('[PL5] a plan that is not true any more is refused with what differs', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  const stored = await storePlan(tracker, toTree(['e1', 'e2'], { e1: { name: 'Renamed' } }), 'plan-2');
  tracker.edit(1, { 'System.Title': 'By hand' });

  const refusal = refuseStalePlan(kit.parts(tracker), stored, { signal });

  await expect(refusal).rejects.toMatchObject({
    code: 'PLAN_STALE',
    details: [{ ardoqId: 'e1', azureDevOpsId: 1, planned: 1, actual: 2 }],
  });
});

test('[PL5] an item that drifts after that check fails alone', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  const tree = toTree(['e1', 'e2'], { e1: { name: 'Renamed' } });
  await storePlan(tracker, tree, 'plan-3');
  tracker.edit(1, { 'System.Title': 'By hand' });

  const run = await kit.push(tracker, tree, { planId: 'plan-3' });

  expect(run.items).toMatchObject([{ status: 'failed', errorCode: 'REV_CONFLICT' }, { status: 'created' }]);
});

test('[PL2] planning writes nothing, there or here', async () => {
  const tracker = new MemoryTracker();
  await kit.push(tracker, toTree(['e1']));
  const before = JSON.stringify(tracker.live);

  const planned = await planOnly(kit.parts(tracker), request(toTree(family)), { validateOnly: true, signal });

  expect(planned.plan.items.map(({ action }) => action)).toEqual([
    'unchanged',
    ...family.slice(1).map(() => 'create'),
  ]);
  expect(JSON.stringify(tracker.live)).toBe(before);
  const ledger = await kit.database.client`select source_id from work_item_ledger`;
  expect(ledger).toHaveLength(1);
});

test('[PL6] what the rules of the service refuse is blocked in a validating plan', async () => {
  const tracker = new MemoryTracker({ fault: failing('probe', 'rejected') });

  const { plan } = await planOnly(kit.parts(tracker), request(toTree(['e1', 'e2'])), {
    validateOnly: true,
    signal,
  });

  expect(plan.items.map(({ action }) => action)).toEqual(['blocked', 'create']);
});

test('[B15] a new item costs one call and one commit, an unchanged one neither', async () => {
  const tracker = new MemoryTracker();
  const tree = toTree(Array.from({ length: 30 }, (_none, index) => `e${index}`));
  let commits = 0;
  const onCommit = (count: number) => void (commits = count);
  await kit.push(tracker, tree, { onCommit });
  const created = commits;
  const before = tracker.calls.length;

  await kit.push(tracker, tree, { onCommit });

  expect(tracker.calls.slice(0, before).filter((method) => method === 'create')).toHaveLength(30);
  expect(created).toBeLessThanOrEqual(30 + 3);
  expect(tracker.calls.slice(before)).toEqual(['project', 'read']);
  expect(commits).toBe(1);
});
