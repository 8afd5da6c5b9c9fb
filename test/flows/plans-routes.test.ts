/** `/api/v1/projects/{slug}/features` and `/tasks`, over rows as operations write them (DR1). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FeatureDetail, FeatureItem, PlanTask } from '../../shared/views/plan.ts';
import { openPlans, type PlansKit } from './plans-kit.ts';

let kit: PlansKit;

const plans = 'docs/implementation_plans/features';
const progress = '.claude/progress/foo-bar-v1/phase-1-progress.md';

beforeAll(async () => {
  kit = await openPlans();
  const id = await kit.addProject('atlas');
  await kit.run(id, {
    write: {
      [`${plans}/foo-bar-v1.md`]: {
        title: 'Implementation Plan: Foo 100%',
        status: 'completed',
        category: 'lamps',
        owners: ['ann'],
        created: '2026-01-02',
      },
      'docs/PRDs/foo-bar-v1.md': { title: 'PRD', status: 'draft' },
      [progress]: {
        phase: 1,
        phase_title: 'Setup',
        status: 'active',
        started: '2026-02-03',
        tasks: [
          { id: 'A', name: 'First', status: 'done' },
          { id: 'B', name: 'Second', status: 'pending', assigned_to: 'bo' },
        ],
      },
      [`${plans}/foo-bar-v2.md`]: { title: 'Foo again' },
      [`${plans}/Zebra-plan.md`]: { title: 'Zebra', status: 'active' },
      [`${plans}/alpha-plan.md`]: { title: 'Alpha' },
    },
  });
  await kit.addProject('empty');
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const idsOf = (body: { items: { id: string }[] }) => body.items.map(({ id }) => id);

test('[DR1] features are listed by id, with the total and the keys of the contract', async () => {
  const { status, body } = await kit.get('/atlas/features');

  expect(status).toBe(200);
  expect(idsOf(body)).toEqual(['alpha-plan', 'foo-bar-v1', 'foo-bar-v2', 'zebra-plan']);
  expect(body).toMatchObject({ total: 4, next_cursor: null });
  for (const item of body.items) FeatureItem.strict().parse(item);
  expect(body.items[1]).toMatchObject({
    name: 'Foo 100%',
    baseSlug: 'foo-bar',
    status: 'done',
    conflict: true,
    conflictPhases: ['1'],
    readiness: 'done',
    coverage: 0.5,
    totalTasks: 2,
    completedTasks: 1,
    owners: ['ann'],
    startedAt: { value: '2026-02-03T00:00:00.000Z', source: 'frontmatter', precision: 'day' },
    statusEvidence: [
      { path: `${plans}/foo-bar-v1.md`, rawStatus: 'completed', canonicalStatus: 'completed' },
    ],
  });
});

test.each([
  ['status=in-progress', ['zebra-plan']],
  ['status=unheard-of', []],
  ['status=', ['alpha-plan', 'foo-bar-v1', 'foo-bar-v2', 'zebra-plan']],
  ['readiness=planning', ['alpha-plan', 'foo-bar-v2', 'zebra-plan']],
  ['category=lamps', ['foo-bar-v1']],
  ['q=FOO', ['foo-bar-v1', 'foo-bar-v2']],
  ['q=100%25', ['foo-bar-v1']],
  ['q=_', []],
  ['q=again&status=backlog', ['foo-bar-v2']],
])('[DR1] features?%s', async (query, ids) => {
  const { body } = await kit.get(`/atlas/features?${query}`);

  expect(idsOf(body)).toEqual(ids);
  expect(body.total).toBe(ids.length);
});

test('[DR1] one feature shows phases, tasks, documents, sessions, relations and its timeline', async () => {
  const session = {
    id: 'S-1',
    title: 'Work',
    confidence: 0.9,
    strategy: 'session_evidence',
    primary: true,
    weak: false,
  };
  kit.sessions.splice(0, kit.sessions.length, session, { ...session, id: 'S-2', weak: true });

  const { status, body } = await kit.get('/atlas/features/foo-bar-v1');
  const withWeak = await kit.get('/atlas/features/foo-bar-v1?weak=true');

  expect(status).toBe(200);
  FeatureDetail.strict().parse(body);
  expect(body.phases).toEqual([
    {
      phase: '1',
      title: 'Setup',
      status: 'in-progress',
      totalTasks: 2,
      completedTasks: 1,
      deferredTasks: 0,
      progress: 50,
      sourcePath: progress,
    },
  ]);
  expect(body.tasks.map((task: PlanTask) => `${task.rawId} ${task.status}`)).toEqual(['A done', 'B backlog']);
  expect(body.documents).toEqual([
    expect.objectContaining({ path: progress, suggestedStatus: 'inferred_complete' }),
    expect.objectContaining({
      path: 'docs/PRDs/foo-bar-v1.md',
      status: 'draft',
      suggestedStatus: 'inferred_complete',
    }),
    expect.objectContaining({
      path: `${plans}/foo-bar-v1.md`,
      type: 'implementation_plan',
      suggestedStatus: null,
    }),
  ]);
  expect(body.relations).toEqual([{ type: 'version_peer', featureId: 'foo-bar-v2', confidence: 1 }]);
  expect([idsOf({ items: body.sessions }), idsOf({ items: withWeak.body.sessions })]).toEqual([
    ['S-1'],
    ['S-1', 'S-2'],
  ]);
});

test.each([
  ['', ['A', 'B']],
  ['status=done', ['A']],
  ['feature=foo-bar-v1&phase=1', ['A', 'B']],
  ['feature=foo-bar-v2', []],
  ['phase=2', []],
  [`source=${encodeURIComponent(progress)}`, ['A', 'B']],
  ['source=elsewhere.md', []],
])('[DR1] tasks?%s', async (query, rawIds) => {
  const { body } = await kit.get(`/atlas/tasks?${query}`);

  expect(body.items.map((task: PlanTask) => task.rawId)).toEqual(rawIds);
  for (const item of body.items) PlanTask.strict().parse(item);
});

test.each(['features', 'tasks'])('[DR1] pages of %s together are the whole list', async (list) => {
  const all = await kit.get(`/atlas/${list}`);
  const seen: string[] = [];

  let cursor: string | null = '';
  do {
    const { body }: { body: { items: { id: string }[]; total: number; next_cursor: string | null } } =
      await kit.get(`/atlas/${list}?limit=1&cursor=${cursor}`);
    expect(body.total).toBe(all.body.total);
    seen.push(...idsOf(body));
    cursor = body.next_cursor;
  } while (cursor !== null);

  expect(seen).toEqual(idsOf(all.body));
});

test.each([
  ['/nowhere/features', 404],
  ['/nowhere/features/foo-bar-v1', 404],
  ['/nowhere/tasks', 404],
  ['/atlas/features/unheard-of', 404],
  ['/empty/features', 200],
  ['/atlas/features?limit=0', 422],
  ['/atlas/features?limit=501', 422],
  ['/atlas/tasks?limit=abc', 422],
  ['/atlas/tasks?cursor=garbage', 422],
  ['/atlas/features?q=%00', 422],
  ['/atlas/features/%00', 422],
  ['/atlas/features?weak=maybe', 200],
  ['/atlas/features/foo-bar-v1?weak=maybe', 422],
])('[DR1] %s answers %i', async (path, expected) => {
  expect((await kit.get(path)).status).toBe(expected);
  expect(kit.unexpected).toEqual([]);
});

test('[DR1] a cursor of another filter, or forged with a position that is none, is no failure of ours', async () => {
  const { body } = await kit.get('/atlas/tasks?limit=1');
  const position = JSON.parse(Buffer.from(body.next_cursor, 'base64url').toString()) as { after: string[] };
  const forge = (after: string[]) =>
    Buffer.from(JSON.stringify({ ...position, after })).toString('base64url');

  expect((await kit.get(`/atlas/tasks?limit=1&status=done&cursor=${body.next_cursor}`)).status).toBe(422);
  expect((await kit.get(`/atlas/tasks?cursor=${forge([progress, 'NaN'])}`)).status).toBe(200);
  expect((await kit.get(`/atlas/tasks?cursor=${forge([progress, '99999999999'])}`)).status).toBe(200);
  expect((await kit.get(`/atlas/tasks?cursor=${forge(['\0', '1'])}`)).status).toBe(422);
  expect(kit.unexpected).toEqual([]);
});
