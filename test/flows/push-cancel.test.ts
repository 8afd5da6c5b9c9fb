/** Cancelling a push on the wire, wherever it is: stable answers, one end, nothing more sent, everything accounted for (PU20). */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultRule } from '../support/fake-upstream/faults.ts';
import { until } from '../support/until.ts';
import { createTree, openPushKit, toFrames, type Frame, type PushKit } from './push-kit.ts';
import { beginPush, expectOneTruth, readEnded, readOperation, type Started } from './push-watch.ts';

const slowMs = 600;

let kit: PushKit;
let projects = 0;

beforeAll(async () => {
  kit = await openPushKit({ settings: { SYNCLINE_PUSH_LOOK_UP_WAITS_S: '0.05,0.1,0.2' } });
});

afterEach(() => {
  kit.fake.clearFaults();
  kit.fake.clearRequests();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const epics = createTree(2, 1, 1);

function addProject(): string {
  const name = `Stopped ${(projects += 1)}`;
  kit.fake.seed({ projects: [{ name }] });
  return name;
}

const cancel = async (id: string) => {
  const answer = await kit.server.request('POST', `/api/sync-history/${id}/cancel`);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

const slowCall = () =>
  until('the slow call is on its way', () => kit.fake.requests().find(({ fault }) => fault === 'slow'));

const isWithin = async (phase: string, { operationId }: Started) =>
  await until(`phase ${phase}`, async () => (await readOperation(kit, operationId)).phase === phase);

/** Cancels twice, waits for the end, and checks all that holds of any cancelled push. */
async function expectCancelled(push: Started, phase: string): Promise<Frame[]> {
  const { operationId, syncHistoryId } = push;
  const cancelling = { success: true, data: { syncHistoryId, operationId, status: 'cancelling' } };

  const first = await cancel(syncHistoryId);
  const second = await cancel(syncHistoryId);
  const frames = await readEnded(kit, syncHistoryId);
  const after = await cancel(syncHistoryId);

  expect(first).toEqual({ status: 202, body: cancelling });
  // It may have ended meanwhile.
  expect([202, 200]).toContain(second.status);
  if (second.status === 202) expect(second.body).toEqual(cancelling);
  expect(after).toEqual({
    status: 200,
    body: { success: true, data: { syncHistoryId, operationId, status: 'cancelled' } },
  });

  expect(frames.filter(({ event }) => event === 'sync:error' || event === 'sync:complete')).toHaveLength(1);
  expect(frames.at(-1)).toMatchObject({ event: 'sync:error', data: { code: 'CANCELLED', syncHistoryId } });
  const record = await kit.history(syncHistoryId);
  expect(record).toMatchObject({
    status: 'cancelled',
    error_code: 'CANCELLED',
    completed_at: expect.any(String),
  });
  const skipped = (await kit.items(syncHistoryId)).filter(({ status }) => status === 'skipped');
  expect(new Set(skipped.map(({ error_message }) => error_message))).toEqual(
    new Set(skipped.length === 0 ? [] : ['cancelled']),
  );
  expect(await readOperation(kit, operationId)).toMatchObject({ status: 'cancelled' });

  const actsOf = async (action: string) =>
    (await kit.audit(action)).filter(({ entity_id }) => entity_id === syncHistoryId);
  expect(await actsOf('sync_cancelled')).toMatchObject([{ details: { phase } }]);
  expect([...(await actsOf('sync_failed')), ...(await actsOf('sync_completed'))]).toEqual([]);
  expect(
    (await kit.audit('operation_cancelled')).filter(({ entity_id }) => entity_id === operationId),
  ).toEqual([]);
  await expectOneTruth(kit, syncHistoryId, frames);
  return frames;
}

const endedMs = (frames: readonly Frame[]) => Date.parse(String(frames.at(-1)?.data.timestamp));

const seedOwned = async (project: string) => {
  const before = await beginPush(kit, { epics, project });
  await readEnded(kit, before.syncHistoryId);
};

test.each<{ phase: string; fault: FaultRule['match']; query?: string; created: number }>([
  { phase: 'validate', fault: { kind: 'types' }, created: 0 },
  { phase: 'plan', fault: { kind: 'artifact-query' }, created: 0 },
  { phase: 'overwrite', fault: { kind: 'delete' }, query: '?overwrite=true', created: 0 },
  { phase: 'push', fault: { kind: 'create', nth: 2 }, created: 2 },
])(
  '[PU20] a push cancelled in its phase $phase finishes the call on its way, and ends within two seconds',
  async ({ phase, fault, query = '', created }) => {
    const project = addProject();
    if (query !== '') await seedOwned(project);
    kit.fake.clearRequests();
    kit.fake.addFault({ match: fault!, action: { kind: 'slow', ms: slowMs } });

    const push = await beginPush(kit, { epics, project, query });
    const slow = await slowCall();
    await isWithin(phase, push);
    const frames = await expectCancelled(push, phase);

    expect(endedMs(frames) - (slow.atMs + slowMs)).toBeLessThan(2000);
    const later = kit.fake.requests().filter(({ seq, isWrite }) => seq > slow.seq && isWrite);
    expect(later).toEqual([]);
    expect(frames.at(-1)?.data.summary).toMatchObject({ total: 6, created, skipped: 6 - created });
    const live = kit.fake.items().filter((item) => item.project === project && !item.isDeleted);
    expect(live).toHaveLength(created);
  },
);

test('[PU20, PU33] the chunk that is being deleted is finished and counted, the next is not begun', async () => {
  const project = addProject();
  kit.fake.seed({ many: { count: 450, project } });
  kit.fake.addFault({ match: { kind: 'delete', nth: 2 }, action: { kind: 'slow', ms: slowMs } });
  const query = `?overwrite=true&scope=project&confirm=${encodeURIComponent(project)}`;

  const push = await beginPush(kit, { epics, project, query });
  await slowCall();
  const frames = await expectCancelled(push, 'overwrite');

  expect(frames.at(-1)?.data).toMatchObject({ deleted: 400 });
  expect(await kit.history(push.syncHistoryId)).toMatchObject({ deletion_count: 400, items_skipped: 6 });
  expect(frames.filter(({ event }) => event === 'overwrite:error')).toEqual([]);
  expect(kit.fake.items().filter((item) => item.project === project && !item.isDeleted)).toHaveLength(50);
});

test('[PU20] a push cancelled while it looks once more at what was in doubt has no item left to skip', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create' }, action: { kind: '500-after-commit' } });
  kit.fake.addFault({ match: { kind: 'read' }, action: { kind: 'slow', ms: slowMs }, count: 100 });

  const push = await beginPush(kit, { epics, project });
  await isWithin('finalize', push);
  const frames = await expectCancelled(push, 'finalize');

  expect(frames.at(-1)?.data.summary).toMatchObject({ total: 6, created: 6, skipped: 0 });
  expect(await kit.history(push.syncHistoryId)).toMatchObject({ outcome: 'partial' });
});

test('[PU20, PU17] one that waits behind another ends at once, and the other goes on', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create' }, action: { kind: 'slow', ms: 3000 } });
  const running = await beginPush(kit, { epics, project });
  await slowCall();
  const queued = await beginPush(kit, { epics, project });
  expect(await kit.history(queued.syncHistoryId)).toMatchObject({ status: 'pending' });

  const beganMs = Date.now();
  const frames = await expectCancelled(queued, 'queued');

  expect(endedMs(frames) - beganMs).toBeLessThan(2000);
  expect((await readOperation(kit, running.operationId)).status).toBe('running');
  expect(frames[0]?.data).toMatchObject({ queued: true, position: 1 });
  expect(frames.at(-1)?.data.summary).toMatchObject({ total: 6, skipped: 6 });
  const others = await readEnded(kit, running.syncHistoryId);
  expect(others.at(-1)).toMatchObject({ event: 'sync:complete', data: { summary: { created: 6 } } });
});

test('[PU20, EV25] the stream of a push that waits ends with sync:error and is closed', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create' }, action: { kind: 'slow', ms: slowMs } });
  const running = await beginPush(kit, { epics, project });
  await slowCall();

  const streaming = await kit.server.request(
    'POST',
    `/api/azure-devops/projects/${encodeURIComponent(project)}/workitems`,
    { epics },
  );
  const [head, whole] = streaming.body!.tee();
  const { value } = await head.getReader().read();
  const [started] = toFrames(new TextDecoder().decode(value));
  const answer = await cancel(String(started?.data.syncHistoryId));
  const frames = toFrames(await new Response(whole).text());

  expect(answer.status).toBe(202);
  expect(frames.at(-1)).toMatchObject({ event: 'sync:error', data: { code: 'CANCELLED' } });
  await readEnded(kit, running.syncHistoryId);
});

test('[AL1] a push that is cancelled as an operation is one act too: sync_cancelled', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create' }, action: { kind: 'slow', ms: slowMs } });
  const { operationId, syncHistoryId } = await beginPush(kit, { epics, project });
  await slowCall();

  const answer = await kit.server.request('POST', `/api/cache/operations/${operationId}/cancel`);
  const frames = await readEnded(kit, syncHistoryId);

  expect(answer.status).toBe(202);
  expect(frames.at(-1)?.data).toMatchObject({ code: 'CANCELLED' });
  const acts = [...(await kit.audit('sync_cancelled')), ...(await kit.audit('operation_cancelled'))];
  const ofPush = acts.filter(({ entity_id }) => entity_id === syncHistoryId || entity_id === operationId);
  expect(ofPush.map(({ action_type }) => action_type)).toEqual(['sync_cancelled']);
  await expectOneTruth(kit, syncHistoryId, frames);
});

test('[PU20] what has ended otherwise cannot be cancelled, what never was is not found', async () => {
  const push = await beginPush(kit, { epics, project: addProject() });
  await readEnded(kit, push.syncHistoryId);

  const ended = await cancel(push.syncHistoryId);
  const unknown = await cancel('01890000-0000-7000-8000-000000000000');
  const malformed = await cancel('not-a-uuid');

  expect(ended).toMatchObject({ status: 409, body: { success: false, code: 'ALREADY_FINISHED' } });
  expect(unknown).toMatchObject({ status: 404, body: { success: false, code: 'NOT_FOUND' } });
  expect(malformed).toMatchObject({ status: 400, body: { success: false, code: 'INVALID_ID' } });
  expect(await kit.history(push.syncHistoryId)).toMatchObject({ status: 'completed' });
});

test('[RC10, PU21] what was cancelled is finished by the next push, each item once', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create', nth: 3 }, action: { kind: 'slow', ms: slowMs } });
  const push = await beginPush(kit, { epics, project });
  await slowCall();
  await expectCancelled(push, 'push');

  const next = await beginPush(kit, { epics, project });
  const frames = await readEnded(kit, next.syncHistoryId);

  expect(frames.at(-1)?.data.summary).toMatchObject({ total: 6, created: 3, unchanged: 3 });
  expect(kit.fake.items().filter((item) => item.project === project)).toHaveLength(6);
});

// Last, since the service's wish to wait outlives the push.
test('[PU20] a wait that the service asked for is cut at once', async () => {
  const project = addProject();
  kit.fake.addFault({ match: { kind: 'create', nth: 2 }, action: { kind: '429', retryAfterS: 30 } });

  const push = await beginPush(kit, { epics, project });
  await until('it is refused', () => kit.fake.requests().find(({ status }) => status === 429));
  const beganMs = Date.now();
  const frames = await expectCancelled(push, 'push');

  expect(endedMs(frames) - beganMs).toBeLessThan(2000);
  expect(frames.at(-1)?.data.summary).toMatchObject({ total: 6, created: 1, skipped: 5 });
});
