/** Plans as operations derive them: what is written, counted, announced and remembered. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ProjectId } from '../../shared/ids.ts';
import { openPlans, type PlansKit } from './plans-kit.ts';

let kit: PlansKit;

beforeAll(async () => {
  kit = await openPlans();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const plan = 'docs/implementation_plans/features/foo-bar-v1.md';
const prd = 'docs/PRDs/features/foo-bar-v1.md';
const progress = '.claude/progress/foo-bar-v1/phase-1-progress.md';
const twoTasks = {
  status: 'active',
  tasks: [
    { id: 'A', status: 'done' },
    { id: 'B', status: 'pending' },
  ],
};
const some = {
  [plan]: { title: 'Foo', status: 'active' },
  [prd]: { title: 'PRD: Foo' },
  [progress]: twoTasks,
};

/** Rows with the transaction that wrote them last. */
async function readRows(projectId: ProjectId) {
  const { client } = kit.database;
  const [features, phases, tasks] = await Promise.all([
    client`select xmin::text, * from features where project_id = ${projectId} order by id`,
    client`select xmin::text, * from feature_phases where project_id = ${projectId} order by feature_id, position`,
    client`select xmin::text, * from tasks where project_id = ${projectId} order by source_path, position`,
  ]);
  return { features, phases, tasks };
}

test('[OP15] a first sync writes all rows and counts them; the next one writes and counts nothing', async () => {
  const id = await kit.addProject('first');

  const first = await kit.run(id, { write: some }, { kind: 'full_sync' });
  const before = await readRows(id);
  const second = await kit.run(id, {}, { kind: 'full_sync' });

  expect(first.phases).toEqual(['tasks', 'features']);
  expect(first.counters).toEqual({
    tasksSynced: 2,
    tasksSkipped: 0,
    tasksRemoved: 0,
    featuresSynced: 1,
    featuresRemoved: 0,
  });
  expect(first.prepared.stats).toMatchObject({ tasks_synced: 2, features_synced: 1 });
  expect(second.skipped).toEqual(['tasks', 'features']);
  expect(second.counters).toEqual({});
  expect(second.events).toEqual([]);
  expect(await readRows(id)).toEqual(before);
});

test('[OP26] a forced sync derives everything and writes no row that comes out equal', async () => {
  const id = await kit.addProject('forced');
  await kit.run(id, { write: some });
  const before = await readRows(id);

  const forced = await kit.run(id, { write: {} }, { kind: 'full_sync', isWhole: true });

  expect(forced.counters).toEqual({
    tasksSynced: 0,
    tasksSkipped: 2,
    tasksRemoved: 0,
    featuresSynced: 0,
    featuresRemoved: 0,
  });
  expect(forced.events).toEqual([]);
  expect(await readRows(id)).toEqual(before);
});

test('[FT15] one task done touches its row, its phase and its feature, and no other', async () => {
  const id = await kit.addProject('one-task');
  await kit.run(id, { write: { ...some, 'docs/implementation_plans/other-plan.md': {} } });
  const before = await readRows(id);

  const { counters, events } = await kit.run(id, {
    write: {
      [progress]: {
        ...twoTasks,
        tasks: [
          { id: 'A', status: 'done' },
          { id: 'B', status: 'done' },
        ],
      },
    },
  });

  const after = await readRows(id);
  const rewritten = (name: 'features' | 'phases' | 'tasks') =>
    after[name].filter((row, at) => row['xmin'] !== before[name][at]?.['xmin']).length;
  expect([rewritten('features'), rewritten('phases'), rewritten('tasks')]).toEqual([1, 1, 1]);
  expect(counters).toMatchObject({ tasksSynced: 1, tasksSkipped: 1, featuresSynced: 1 });
  expect(events.map(({ type, data }) => ({ type, data }))).toEqual([
    {
      type: 'features:changed',
      data: {
        added: [],
        updated: [{ id: 'foo-bar-v1', name: 'Foo', status: 'done' }],
        removed: [],
        taskCounts: { added: 0, updated: 1, removed: 0 },
        featureCount: 2,
        taskCount: 2,
      },
    },
  ]);
});

test('[DX14] features, phases and tasks go with their documents', async () => {
  const id = await kit.addProject('removal');
  await kit.run(id, { write: some });

  const { events, counters } = await kit.run(id, { remove: [plan, prd, progress] });

  const { features, phases, tasks } = await readRows(id);
  expect([...features, ...phases, ...tasks]).toEqual([]);
  expect(counters).toMatchObject({ tasksRemoved: 2, featuresRemoved: 1 });
  expect(events[0]?.data).toMatchObject({
    removed: [{ id: 'foo-bar-v1', name: 'Foo', status: 'in-progress' }],
  });
});

test('[FT6] tasks are known by project and path: two projects with equal paths never touch each other', async () => {
  const [one, other] = [await kit.addProject('twin-one'), await kit.addProject('twin-other')];
  await kit.run(one, { write: some });
  await kit.run(other, { write: some });

  await kit.run(one, { remove: [progress] });

  expect((await readRows(one)).tasks).toEqual([]);
  expect((await readRows(other)).tasks).toHaveLength(2);
});

test('[IX1] what is wrong in a file is settled when the file is looked at, and only then', async () => {
  const id = await kit.addProject('issues');
  const bad = {
    tasks: [
      { id: 'A', status: 'odd' },
      { id: 'A', status: 'done' },
    ],
  };

  const first = await kit.run(id, { write: { ...some, [progress]: bad } });
  const other = await kit.run(id, { write: { [plan]: { title: 'New' } } });
  const mended = await kit.run(id, { write: { [progress]: twoTasks } });

  expect(first.settled.flatMap(({ found }) => found.map(({ code }) => code)).sort()).toEqual([
    'DUPLICATE_ID',
    'UNKNOWN_STATUS',
  ]);
  expect(other.settled).toEqual([{ paths: [plan], found: [] }]);
  expect(mended.settled).toEqual([{ paths: [progress], found: [] }]);
});

test('[DX10] after a restart nothing is read as long as nothing has changed', async () => {
  const id = await kit.addProject('restart');
  await kit.run(id, { write: some });
  kit.forget(id);

  const { phases, prepared } = await kit.run(id, {}, { kind: 'full_sync' });

  expect(phases).toEqual([]);
  const view = await prepared.view();
  expect([...view.features()].map((feature) => feature.id)).toEqual(['foo-bar-v1']);
  expect([...view.changedFeatureIds]).toEqual([]);
});

test('[FT15] links are told which features and tasks may be other ones', async () => {
  const id = await kit.addProject('view');
  await kit.run(id, { write: { ...some, 'docs/implementation_plans/other-plan.md': {} } });

  const { prepared } = await kit.run(id, {
    write: { [progress]: { tasks: [{ id: 'A', session_id: 'S-7' }] } },
  });

  const view = await prepared.view();
  expect([...view.changedFeatureIds]).toEqual(['foo-bar-v1']);
  expect(view.changedTaskIds.size).toBe(2);
  expect(view.feature('foo-bar-v1')?.tasks).toEqual([
    expect.objectContaining({ featureId: 'foo-bar-v1', sourcePath: progress, sessionIds: ['S-7'] }),
  ]);
  expect([...view.tasks()]).toHaveLength(1);
  expect(view.feature('gone')).toBeUndefined();
});

test('[GD9] dates that git tells later than the text was read reach the feature', async () => {
  const id = await kit.addProject('dates');
  const value = '2026-03-01T00:00:00.000Z';
  const date = { value, confidence: 'high', source: 'git', reason: 'x', precision: 'instant' } as const;
  const dates = { created: date, updated: date, completed: null, last_activity: date };

  await kit.run(id, { write: some }, { kind: 'full_sync' });
  const elsewhere = { 'docs/implementation_plans/other-plan.md': {} };
  await kit.run(id, { write: elsewhere, date: { [prd]: dates } }, { kind: 'full_sync' });

  expect((await readRows(id)).features[0]?.['facts']).toMatchObject({ plannedAt: date, updatedAt: date });
});

const path = fc.constantFrom(
  plan,
  prd,
  progress,
  '.claude/progress/quick-features/fix-it.md',
  'docs/PRDs/other-one.md',
);
const frontMatter = fc.record(
  {
    title: fc.constantFrom('One', 'Two'),
    status: fc.constantFrom('draft', 'done'),
    prd: fc.constantFrom('foo-bar', 'other-one'),
    tasks: fc.array(fc.record({ id: fc.constantFrom('A', 'B'), status: fc.constantFrom('done', 'odd') }), {
      maxLength: 2,
    }),
  },
  { requiredKeys: [] },
);
const edits = fc.oneof(
  fc
    .dictionary(path, fc.option(frontMatter, { freq: 6 }), { minKeys: 1, maxKeys: 3 })
    .map((write) => ({ write })),
  fc.tuple(path, path).map(([from, to]) => ({ move: [[from, to] as const] })),
  path.map((removed) => ({ remove: [removed] })),
);

test(
  '[FT15] after any batches a whole derivation finds every row as it is',
  { timeout: 120_000 },
  async () => {
    let named = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ edits, isForgotten: fc.boolean() }), { minLength: 1, maxLength: 6 }),
        async (batches) => {
          const id = await kit.addProject(`law-${(named += 1)}`);
          for (const { edits: batch, isForgotten } of batches) {
            if (isForgotten) kit.forget(id);
            await kit.run(id, batch);
          }
          const before = await readRows(id);

          const whole = await kit.run(id, {}, { kind: 'full_sync', isWhole: true });

          expect(whole.events).toEqual([]);
          expect(await readRows(id)).toEqual(before);
        },
      ),
      { numRuns: 60 },
    );
  },
);
