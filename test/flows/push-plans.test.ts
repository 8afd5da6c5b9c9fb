/** Looking before a push leaps: plans, and doing exactly what one said (PL1 to PL6). */
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { PlanView, PushStarted } from '../../shared/views/push.ts';
import { until } from '../support/until.ts';
import {
  countTypes,
  createTree,
  openPushKit,
  project,
  readRun,
  typesOf,
  type PushKit,
  type TreeNode,
} from './push-kit.ts';

let kit: PushKit;
let sql: postgres.Sql;

beforeAll(async () => {
  kit = await openPushKit();
  sql = postgres(kit.server.databaseUrl, { max: 1, onnotice: () => undefined });
});

afterEach(() => kit.fake.clearFaults());

afterAll(async () => {
  await sql.end({ timeout: 1 });
  await kit[Symbol.asyncDispose]();
});

interface Failed {
  readonly success: false;
  readonly error: string;
  readonly code: string;
  readonly details: unknown;
}

let named = 0;

/** One epic with a feature and two stories that no other test has. */
function family(): { epics: TreeNode[]; story: TreeNode; other: TreeNode } {
  const name = `family${(named += 1)}`;
  const story: TreeNode = { _id: `${name}-s1`, name: `Story 1 of ${name}`, type: 'User Story' };
  const other: TreeNode = { _id: `${name}-s2`, name: `Story 2 of ${name}`, type: 'User Story' };
  const feature: TreeNode = { _id: `${name}-f`, name, type: 'Feature', children: [story, other] };
  return { epics: [{ _id: `${name}-e`, name, type: 'Epic', children: [feature] }], story, other };
}

const at = (rest = '', adoProject = project) =>
  `/api/azure-devops/projects/${encodeURIComponent(adoProject)}/workitems${rest}`;

async function plan(epics: readonly TreeNode[], query = ''): Promise<PlanView> {
  const answer = await kit.server.request('POST', at(`/plan${query}`), { epics });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { data: PlanView }).data;
}

const apply = (planId: string, adoProject = project) =>
  kit.server.request('POST', at('', adoProject), { planId });

const refusal = async (answer: Response) => [answer.status, (await answer.json()) as Failed] as const;

const actionsOf = ({ items }: PlanView) =>
  Object.fromEntries(items.map((item) => [item.ardoqId, item.action]));

test('[PL1, PL2] a plan says what would be done to each item and why, and leaves the target as it was', async () => {
  const { epics, story, other } = family();
  await kit.push(epics);
  story.name = 'Another title';
  epics.push({ _id: `${other._id}-new`, name: 'New', type: 'Epic' });
  kit.fake.seed({ items: [{ type: 'Bug', title: 'In the bin', isDeleted: true }] });
  const before = kit.fake.snapshot();
  kit.fake.clearRequests();

  const view = await plan(epics);

  expect(kit.fake.snapshot()).toBe(before);
  expect(kit.fake.requests().filter(({ isWrite }) => isWrite)).toEqual([]);
  expect(view.target).toMatchObject({ organization: 'contoso', projectName: project });
  expect(view.summary).toMatchObject({
    total: 5,
    create: 1,
    update: 1,
    unchanged: 3,
    delete: 0,
    blocked: 0,
    epics: { total: 2, create: 1, unchanged: 1 },
    features: { total: 1, unchanged: 1 },
    userStories: { total: 2, update: 1, unchanged: 1 },
  });
  expect(view.items.find(({ action }) => action === 'update')).toMatchObject({
    ardoqId: story._id,
    azureDevOpsId: expect.any(Number) as number,
    changes: [expect.objectContaining({ field: 'System.Title', to: 'Another title' })],
  });
  expect(view.items.every(({ reason }) => reason !== '')).toBe(true);
  expect(Date.parse(view.expiresAt) - Date.now()).toBeGreaterThan(29 * 60_000);
});

test('[PL1, AL1] a plan is shown again as it was made, and its making is in the audit log', async () => {
  const view = await plan(family().epics);

  const again = await kit.server.request('GET', at(`/plan/${view.planId}`));

  expect(await again.json()).toEqual({ success: true, data: view });
  const row = await until('the audit row', async () =>
    (await kit.audit('push_planned')).find(({ entity_id: id }) => id === view.planId),
  );
  expect(row).toMatchObject({
    entity_type: 'plan',
    details: { plan_id: view.planId, project_name: project, summary: { create: 4 } },
  });
});

test('[PL5] applying does exactly what the plan says, and says which plan it was', async () => {
  const { epics, story } = family();
  await kit.push(epics);
  story.name = 'Planned title';
  const view = await plan(epics);
  kit.fake.clearRequests();

  const run = await readRun(await apply(view.planId));

  expect(run.status).toBe(200);
  expect(run.summary).toMatchObject({ total: 4, created: 0, updated: 1, unchanged: 3 });
  const updated = run.frames.find(({ event }) => event === 'userstory:updated');
  expect(updated?.data).toMatchObject({ ardoqId: story._id, changedFields: ['System.Title'] });
  expect(kit.fake.requests().filter(({ isWrite }) => isWrite)).toHaveLength(1);
  expect(await kit.history(run.historyId)).toMatchObject({ plan_id: view.planId, items_updated: 1 });
});

test('[PL5] a plan is applied once', async () => {
  const view = await plan(family().epics);
  await readRun(await apply(view.planId));
  const before = kit.fake.snapshot();

  const again = await refusal(await apply(view.planId));

  expect(again).toEqual([409, expect.objectContaining({ success: false, code: 'PLAN_APPLIED' })]);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL5] of two who apply one plan at the same moment, one does', async () => {
  const view = await plan(family().epics);

  const answers = await Promise.all([apply(view.planId), apply(view.planId)]);

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  expect(bodies.filter((body) => body.includes('PLAN_APPLIED'))).toHaveLength(1);
  expect(bodies.filter((body) => body.includes('event: sync:complete'))).toHaveLength(1);
});

test('[PL5] an unknown plan is 404, one of another project 400, an expired one 410', async () => {
  kit.fake.seed({ projects: [{ name: 'Elsewhere', process: 'Agile' }] });
  const view = await plan(family().epics);
  const before = kit.fake.snapshot();

  const unknown = await refusal(await apply('no-such-plan'));
  const elsewhere = await refusal(await apply(view.planId, 'Elsewhere'));
  await sql`update push_plans set expires_at = now() - interval '1 second' where id = ${view.planId}`;
  const expired = await refusal(await apply(view.planId));

  expect(unknown).toEqual([404, expect.objectContaining({ code: 'PLAN_NOT_FOUND' })]);
  expect(elsewhere).toEqual([
    400,
    expect.objectContaining({
      code: 'VALIDATION_FAILED',
      details: [expect.objectContaining({ path: 'planId' })],
    }),
  ]);
  expect(expired).toEqual([410, expect.objectContaining({ code: 'PLAN_EXPIRED' })]);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL5] a plan of the same project is applied under its name in any case, and under its id', async () => {
  const first = await plan(family().epics);
  const second = await plan(family().epics);

  const byCase = await readRun(await apply(first.planId, project.toUpperCase()));
  const byId = await readRun(await apply(second.planId, second.target.projectId));

  expect([byCase.summary.created, byId.summary.created]).toEqual([4, 4]);
});

test('[PL5] a plan that somebody overtook is stale: each difference is told and nothing is written', async () => {
  const { epics, story, other } = family();
  const pushed = await kit.push(epics);
  story.name = 'Planned title';
  const view = await plan(epics);
  const idOf = ({ _id }: TreeNode) =>
    Number(pushed.frames.find(({ data }) => data.ardoqId === _id)?.data.azureDevOpsId);
  kit.fake.touch(idOf(other), { 'System.Title': 'Changed by hand' });
  const before = kit.fake.snapshot();

  const answer = await refusal(await apply(view.planId));

  expect(answer).toEqual([
    409,
    expect.objectContaining({
      code: 'PLAN_STALE',
      details: [
        expect.objectContaining({
          ardoqId: other._id,
          azureDevOpsId: idOf(other),
          planned: expect.anything() as unknown,
          actual: expect.anything() as unknown,
        }),
      ],
    }),
  ]);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL5] a plan to create what another push has created meanwhile is stale', async () => {
  const { epics } = family();
  const view = await plan(epics);
  await kit.push(epics);
  const before = kit.fake.snapshot();

  const [status, body] = await refusal(await apply(view.planId));

  expect([status, body.code]).toEqual([409, 'PLAN_STALE']);
  expect((body.details as { ardoqId: string }[]).map(({ ardoqId }) => ardoqId)).toContain(epics[0]?._id);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL3] what was deleted in the target is created again, and the plan says why', async () => {
  const { epics, story } = family();
  const pushed = await kit.push(epics);
  const id = Number(pushed.frames.find(({ data }) => data.ardoqId === story._id)?.data.azureDevOpsId);
  const gone = await fetch(`${kit.fake.url}/contoso/${project}/_apis/wit/workitems/${id}?api-version=7.1`, {
    method: 'DELETE',
    headers: { authorization: `Basic ${btoa(':fake-pat')}` },
  });
  expect(gone.ok).toBe(true);

  const view = await plan(epics);

  expect(view.items.find(({ ardoqId }) => ardoqId === story._id)).toMatchObject({
    action: 'create',
    reason: 'deleted_in_target',
  });
  expect(view.summary).toMatchObject({ create: 1, unchanged: 3 });
});

test('[PL6] validateOnly asks the service itself: what its rules refuse is blocked, nothing is stored', async () => {
  const { epics, story } = family();
  const mapping = await kit.server.request('POST', '/api/field-mapping/configs', {
    name: `Bad states ${named}`,
    projectId: 'any-project',
    projectName: project,
    mappings: [
      { ardoqField: 'name', azureDevOpsField: 'System.Title', workItemType: 'epic' },
      { ardoqField: 'name', azureDevOpsField: 'System.Title', workItemType: 'feature' },
      { ardoqField: 'name', azureDevOpsField: 'System.Title', workItemType: 'user_story' },
      { ardoqField: 'area', azureDevOpsField: 'System.AreaPath', workItemType: 'user_story' },
    ],
  });
  const { data } = (await mapping.json()) as { data: { id: string } };
  story.area = `${project}\\No\\Such\\Area`;
  const before = kit.fake.snapshot();
  const ask = async (query: string) => {
    const answer = await kit.server.request('POST', at(`/plan${query}`), {
      epics,
      fieldMappingConfigId: data.id,
    });
    return ((await answer.json()) as { data: PlanView }).data;
  };

  const trusting = await ask('');
  const probed = await ask('?validateOnly=true');

  expect(actionsOf(trusting)[story._id]).toBe('create');
  const blocked = probed.items.filter(({ action }) => action === 'blocked');
  expect(blocked).toEqual([expect.objectContaining({ ardoqId: story._id })]);
  expect(blocked[0]?.reason).toMatch(/area/i);
  expect(probed.summary).toMatchObject({ total: 4, create: 3, blocked: 1 });
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL1, PU36] a plan with overwrite lists what would be deleted, and a bug of other people is not in it', async () => {
  const { epics } = family();
  await kit.push(epics);
  const [bug] = kit.fake.seed({ items: [{ type: 'Bug', title: 'By hand' }] }).items;
  const before = kit.fake.snapshot();

  const view = await plan(epics, '?overwrite=true');

  const deleted = view.items
    .filter(({ action }) => action === 'delete')
    .map(({ azureDevOpsId }) => azureDevOpsId);
  expect(view.summary.delete).toBe(deleted.length);
  expect(deleted.length).toBeGreaterThanOrEqual(4);
  expect(deleted).not.toContain(bug);
  expect(kit.fake.snapshot()).toBe(before);
});

test('[PL1] a plan takes no lane and waits for none: it is made while a push of the target runs', async () => {
  const { epics, story } = family();
  kit.fake.addFault({ match: { kind: 'create', title: story.name }, action: { kind: 'slow', ms: 1500 } });
  const answer = await kit.send({ epics }, '', { prefer: 'respond-async' });
  const { data } = (await answer.json()) as { data: PushStarted };
  const statusOf = async () => (await kit.history(data.syncHistoryId)).status;
  await until('the push runs', async () => (await statusOf()) === 'in_progress');

  await plan(family().epics);

  expect(await statusOf()).toBe('in_progress');
  await until('its end', async () => (await statusOf()) === 'completed');
});

test('[PL7] a push without a plan does what the same plan would have said', async () => {
  const tree = createTree(1, 1, 2);

  const view = await plan(tree);
  const run = await kit.push(tree);

  expect(view.summary.create).toBe(4);
  expect(countTypes(run)).toMatchObject({ 'epic:created': 1, 'feature:created': 1, 'userstory:created': 2 });
  expect(typesOf(run)).toHaveLength(6);
});
