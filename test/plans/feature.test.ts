/** What a feature comes to: phases, status, readiness, dates, relations (FT8 to FT14, GD9). */
import { describe, expect, test } from 'vitest';
import { toFeatureDates } from '../../server/features/plans/derive/dates.ts';
import { toPlanDocument } from '../../server/features/plans/derive/plan-document.ts';
import { toDate } from '../../server/features/indexing/date-text.ts';
import type { DerivedDate, DocumentDates } from '../../shared/views/document.ts';
import { deriveFrom, noDates, toFacts } from './support.ts';

const plan = 'docs/implementation_plans/features/foo-bar.md';
const prd = 'docs/PRDs/foo-bar.md';
const phase = (number: number | string) => `.claude/progress/foo-bar/phase-${number}-progress.md`;
const tasks = (...statuses: string[]) => statuses.map((status, index) => ({ id: `T${index}`, status }));

type FrontMatter = Record<string, unknown>;
const derive = async (files: Record<string, FrontMatter>) => (await deriveFrom(files)).feature('foo-bar');

describe('phases', () => {
  test.each<[string, FrontMatter, object]>([
    ['the list', { tasks: tasks('done', 'pending') }, { totalTasks: 2, completedTasks: 1, progress: 50 }],
    [
      'deferred tasks as completed',
      { tasks: tasks('done', 'deferred', 'todo') },
      { totalTasks: 3, completedTasks: 2, deferredTasks: 1, progress: 67 },
    ],
    [
      'more declared than listed',
      { total_tasks: 4, tasks: tasks('done') },
      { totalTasks: 4, completedTasks: 1 },
    ],
    [
      'the list over declared numbers',
      { total_tasks: 1, completed_tasks: 1, tasks: tasks('done', 'todo') },
      { totalTasks: 2, completedTasks: 1 },
    ],
    [
      'declared numbers without a list',
      { total_tasks: 4, completed_tasks: '9' },
      { totalTasks: 4, completedTasks: 4, progress: 100 },
    ],
    [
      'everything, once the phase is deferred',
      { status: 'deferred', tasks: tasks('todo', 'todo') },
      { totalTasks: 2, completedTasks: 2, deferredTasks: 2, status: 'deferred' },
    ],
    ['the declared percentage without tasks', { overall_progress: '40%' }, { totalTasks: 0, progress: 40 }],
    ['nothing where nothing is said', {}, { totalTasks: 0, completedTasks: 0, progress: null }],
  ])('[FT9] a phase counts %s', async (_what, frontMatter, expected) => {
    const { phases } = await derive({ [phase(1)]: frontMatter });

    expect(phases[0]).toMatchObject(expected);
  });

  test.each([
    ['pending', 'backlog'],
    ['in progress', 'in-progress'],
    ['blocked', 'in-progress'],
    ['review', 'review'],
    ['completed', 'done'],
    ['inferred_complete', 'done'],
    ['deferred', 'deferred'],
    ['superseded', 'deferred'],
    ['strange', 'backlog'],
    [null, 'backlog'],
  ])('[FT10] a phase that says %s is %s', async (status, expected) => {
    const { phases } = await derive({ [phase(1)]: { status } });

    expect(phases[0]?.status).toBe(expected);
  });

  test('[FT10] a phase whose tasks are all completed is done, whatever it says', async () => {
    const { phases } = await derive({ [phase(1)]: { status: 'pending', tasks: tasks('done', 'skipped') } });

    expect(phases[0]?.status).toBe('done');
  });

  test('[FT8] two progress folders of one feature add their phases together, in order', async () => {
    const { phases } = await derive({
      [plan]: {},
      [phase(10)]: {},
      [phase(2)]: { phase_title: 'Second' },
      '.claude/progress/elsewhere/phase-2-progress.md': { prd: 'foo-bar', phase: 2 },
      '.claude/progress/foo-bar/notes.md': {},
      '.claude/progress/foo-bar/odd.md': { phase: 'Phase 3-4' },
    });

    expect(
      phases.map(({ phase: token, sourcePath }) => `${token} ${sourcePath.split('/').slice(2).join('/')}`),
    ).toEqual([
      '2 elsewhere/phase-2-progress.md',
      '2 foo-bar/phase-2-progress.md',
      '3-4 foo-bar/odd.md',
      '10 foo-bar/phase-10-progress.md',
      'all foo-bar/notes.md',
    ]);
    expect(phases[1]?.title).toBe('Second');
  });

  test.each<[FrontMatter, string[]]>([
    [{ total_tasks: 2, completed_tasks: 1, tasks: tasks('done', 'todo') }, []],
    [{ completed_tasks: 2, tasks: tasks('done', 'deferred') }, []],
    [{ completed_tasks: 1, tasks: tasks('done', 'deferred') }, []],
    [{ total_tasks: 3, tasks: tasks('done') }, ['total_tasks says 3, the list has 1; the list counts']],
    [
      { completed_tasks: 0, tasks: tasks('done') },
      ['completed_tasks says 0, in the list 1 are done; the list counts'],
    ],
    [{ total_tasks: 3, completed_tasks: 9 }, []],
  ])('[FT9] %j disagrees with itself: %j', async (frontMatter, messages) => {
    const { model } = await deriveFrom({ [phase(1)]: frontMatter });

    const issues = [...model.documents()].flatMap((document) => document.issues);
    expect(issues.map((issue) => issue.message)).toEqual(messages);
    expect(issues.every(({ code, line }) => code === 'COUNT_MISMATCH' && line === 2)).toBe(true);
  });
});

describe('status', () => {
  test.each<[string, Record<string, FrontMatter>, string]>([
    ['nothing said', { [plan]: {} }, 'backlog'],
    ['a plan under way', { [plan]: { status: 'active' }, [prd]: { status: 'draft' } }, 'in-progress'],
    ['a PRD in review', { [plan]: { status: 'active' }, [prd]: { status: 'in review' } }, 'review'],
    ['a plan that is completed', { [plan]: { status: 'completed' }, [prd]: { status: 'draft' } }, 'done'],
    ['a PRD that is completed', { [plan]: { status: 'draft' }, [prd]: { status: 'accepted' } }, 'done'],
    ['a deferred plan', { [plan]: { status: 'deferred' } }, 'deferred'],
    ['deferred on a tie', { [plan]: { status: 'deferred' }, [prd]: { status: 'done' } }, 'deferred'],
    [
      'a superseded plan proves nothing',
      { [plan]: { status: 'superseded' }, [prd]: { status: 'draft' } },
      'backlog',
    ],
    ['all phases done', { [phase(1)]: { status: 'done' }, [phase(2)]: { status: 'complete' } }, 'done'],
    [
      'some phases done',
      { [phase(1)]: { status: 'done' }, [phase(2)]: { status: 'pending' } },
      'in-progress',
    ],
    [
      'one phase under way',
      { [phase(1)]: { status: 'wip' }, [phase(2)]: { status: 'review' } },
      'in-progress',
    ],
    ['one phase in review', { [phase(1)]: { status: 'todo' }, [phase(2)]: { status: 'review' } }, 'review'],
    ['all phases deferred', { [phase(1)]: { status: 'deferred' } }, 'deferred'],
    [
      'all phase plans completed',
      {
        [plan]: { status: 'draft' },
        'docs/implementation_plans/features/foo-bar/phase-1.md': { status: 'completed' },
        'docs/implementation_plans/features/foo-bar/phase-2.md': { status: 'deferred' },
      },
      'done',
    ],
    [
      'one phase plan open',
      {
        [plan]: { status: 'draft' },
        'docs/implementation_plans/features/foo-bar/phase-1.md': { status: 'completed' },
        'docs/implementation_plans/features/foo-bar/phase-2.md': { status: 'draft' },
      },
      'backlog',
    ],
    ['an unknown word', { [plan]: { status: 'strange' } }, 'backlog'],
  ])('[FT11] %s', async (_what, files, status) => {
    expect((await derive(files)).status).toBe(status);
  });

  test('[FT11] evidence names the sources; a source that says done while phases are open is a conflict', async () => {
    const { status, statusEvidence, conflict, conflictPhases } = await derive({
      [plan]: { status: 'Completed' },
      [prd]: { status: 'draft' },
      [phase(1)]: { status: 'done' },
      [phase(2)]: { status: 'in_progress' },
    });

    expect({ status, conflict, conflictPhases }).toEqual({
      status: 'done',
      conflict: true,
      conflictPhases: ['2'],
    });
    expect(statusEvidence).toEqual([{ path: plan, rawStatus: 'Completed', canonicalStatus: 'completed' }]);
  });

  test('[FT11] phases that decide together are the evidence', async () => {
    const { statusEvidence, conflict } = await derive({
      [plan]: { status: 'draft' },
      [phase(1)]: { status: 'done' },
    });

    expect(statusEvidence.map(({ path }) => path)).toEqual([phase(1)]);
    expect(conflict).toBe(false);
  });

  test('[FT12] open documents of a done feature are told what they should say', async () => {
    const { documents } = await derive({
      [plan]: { status: 'completed' },
      [prd]: { status: 'draft' },
      [phase(1)]: { status: 'superseded' },
      [phase(2)]: {},
    });

    expect(Object.fromEntries(documents.map(({ path, suggestedStatus }) => [path, suggestedStatus]))).toEqual(
      {
        [plan]: null,
        [prd]: 'inferred_complete',
        [phase(1)]: null,
        [phase(2)]: null,
      },
    );
  });

  test('[FT12] nothing is suggested while the feature is open', async () => {
    const { documents } = await derive({ [plan]: { status: 'active' }, [prd]: { status: 'draft' } });

    expect(documents.every(({ suggestedStatus }) => suggestedStatus === null)).toBe(true);
  });
});

describe('readiness', () => {
  const both = { [plan]: {}, [prd]: {} };
  const batches = { parallelization: { batch_1: ['T0'], batch_2: ['T1'] } };

  test.each<[string, Record<string, FrontMatter>, string]>([
    ['a blocker', { ...both, [plan]: { blocked_by: ['other-thing'] } }, 'blocked'],
    ['a blocked task', { ...both, [phase(1)]: { tasks: tasks('blocked') } }, 'blocked'],
    [
      'a blocker that is resolved',
      { ...both, [plan]: { blockers: [{ id: 1, status: 'resolved' }] } },
      'backlog',
    ],
    ['a blocker of a finished phase', { ...both, [phase(1)]: { status: 'done', blockers: ['x'] } }, 'done'],
    ['no blocker', { ...both, [plan]: { blocked_by: 'none' } }, 'backlog'],
    ['no plan', { [prd]: { status: 'done' } }, 'planning'],
    ['no PRD', { [plan]: { status: 'done' } }, 'planning'],
    ['what it says of itself', { ...both, [plan]: { execution_readiness: 'blocked' } }, 'blocked'],
    ['a plan in review', { ...both, [plan]: { status: 'review' } }, 'review'],
    ['a high impact on tests', { ...both, [plan]: { test_impact: 'High' } }, 'review'],
    ['batches', { ...both, [phase(1)]: { ...batches, tasks: tasks('done', 'todo') } }, 'ready'],
    ['nothing of these', { ...both, [plan]: { status: 'active' } }, 'in-progress'],
  ])('[FT13] %s', async (_what, files, readiness) => {
    expect((await derive(files)).readiness).toBe(readiness);
  });

  test('[FT13] batches are done, ready, waiting for an earlier one, or blocked', async () => {
    const { batches: found } = await derive({
      [phase(1)]: {
        tasks: tasks('done', 'todo', 'blocked', 'todo', 'deferred'),
        parallelization: {
          batch_10: ['T3'],
          batch_1: ['T0', 'T4'],
          batch_2: ['T1'],
          batch_3: ['T2'],
          critical_path: ['T0'],
          batch_4: [],
        },
      },
    });

    expect(found.map(({ batch, state }) => `${batch} ${state}`)).toEqual([
      'batch_1 done',
      'batch_2 ready',
      'batch_3 blocked',
      'batch_10 waiting',
    ]);
  });

  test('[FT13] coverage is the share of six kinds of documents', async () => {
    const { coverage } = await derive({
      [plan]: {},
      [prd]: {},
      [phase(1)]: {},
      [phase(2)]: {},
      'docs/SPIKEs/foo-bar.md': {},
    });

    expect(coverage).toBe(0.5);
  });
});

describe('dates', () => {
  const date = (value: string, confidence: DerivedDate['confidence'] = 'high'): DerivedDate => ({
    value: `${value}T00:00:00.000Z`,
    confidence,
    source: 'git',
    reason: 'first_commit',
    precision: 'instant',
  });
  const read = (path: string, dates: Partial<DocumentDates>, frontMatter: FrontMatter = {}) => {
    const facts = toFacts(path, frontMatter, { dates: { ...noDates, ...dates } });
    const document = toPlanDocument(facts, { projectId: 'p_1', readDate: toDate });
    if (document === null) throw new Error('no front matter');
    return document;
  };

  test('[GD9] planned with its first paper, begun with its first progress, touched with its last', () => {
    const documents = [
      read(plan, {
        created: date('2026-01-05'),
        updated: date('2026-03-09'),
        last_activity: date('2026-03-09'),
      }),
      read(prd, { created: date('2026-01-02') }),
      read(phase(1), { created: date('2026-02-02'), updated: date('2026-02-01') }),
    ];

    expect(toFeatureDates(documents, 'in-progress')).toEqual({
      plannedAt: date('2026-01-02'),
      startedAt: date('2026-02-01'),
      completedAt: null,
      updatedAt: date('2026-03-09'),
      lastActivityAt: date('2026-03-09'),
    });
  });

  test('[GD9] what progress declares as started goes first', () => {
    const documents = [
      read(phase(1), { created: date('2026-01-01') }, { started: '2026-02-03' }),
      read(phase(2), {}, { started: 'soon' }),
    ];

    expect(toFeatureDates(documents, 'backlog').startedAt).toEqual({
      value: '2026-02-03T00:00:00.000Z',
      confidence: 'high',
      source: 'frontmatter',
      reason: 'declared',
      precision: 'day',
    });
  });

  test('[GD9] completed with its last document, only once it is done; else as last updated, with doubt', () => {
    const documents = [
      read(plan, { completed: date('2026-03-01'), updated: date('2026-03-05') }),
      read(phase(1), { completed: date('2026-03-04') }),
    ];
    const undated = [read(plan, { updated: date('2026-03-05') })];

    expect(toFeatureDates(documents, 'review').completedAt).toBeNull();
    expect(toFeatureDates(documents, 'done').completedAt).toEqual(date('2026-03-04'));
    expect(toFeatureDates(undated, 'deferred').completedAt).toEqual({
      ...date('2026-03-05', 'low'),
      reason: 'terminal_status_fallback',
    });
  });

  test('[GD9] of two equal dates the more trusted one is shown', () => {
    const documents = [
      read(plan, { updated: date('2026-03-05', 'low') }),
      read(prd, { updated: date('2026-03-05') }),
    ];

    expect(toFeatureDates(documents, 'backlog').updatedAt?.confidence).toBe('high');
  });
});

describe('relations', () => {
  const planOf = (slug: string) => `docs/implementation_plans/features/${slug}.md`;
  const relate = async (files: Record<string, FrontMatter>, id: string) =>
    (await deriveFrom(files))
      .feature(id)
      .relations.map(({ type, featureId, confidence }) => `${type} ${featureId} ${confidence}`);

  test('[FT14] versions of one base slug are peers', async () => {
    const files = { [planOf('foo-bar-v1')]: {}, [planOf('foo-bar-v2')]: {}, [planOf('foo-bar-v2-x')]: {} };

    expect(await relate(files, 'foo-bar-v1')).toEqual(['version_peer foo-bar-v2 1']);
  });

  test('[FT14] lineage is known on both sides, blockers on one', async () => {
    const files = {
      [planOf('old-thing')]: { superseded_by: 'new-thing' },
      [planOf('new-thing')]: { blocked_by: ['base-layer'] },
      [planOf('base-layer')]: {},
      [planOf('kid-thing')]: { lineage_parent: `/${planOf('new-thing')}` },
    };

    expect(await relate(files, 'new-thing')).toEqual([
      'blocked_by base-layer 1',
      'lineage_child kid-thing 1',
      'lineage_parent old-thing 1',
    ]);
    expect(await relate(files, 'old-thing')).toEqual(['lineage_child new-thing 1']);
    expect(await relate(files, 'base-layer')).toEqual([]);
  });

  test('[FT14] a family is who names it, and who bears its name', async () => {
    const files = {
      [planOf('red-lamp')]: { feature_family: 'lamps-all' },
      [planOf('blue-lamp')]: { lineage_family: 'lamps-all-v2' },
      [planOf('lamps-all-v1')]: {},
    };

    expect(await relate(files, 'red-lamp')).toEqual([
      'lineage_family blue-lamp 0.9',
      'lineage_family lamps-all-v1 0.9',
    ]);
  });

  test('[FT14] both reference one document; a document that everybody references says nothing', async () => {
    const shared = { 'docs/notes/shared.md': {}, 'docs/notes/common.md': {} };
    const many = Object.fromEntries(
      Array.from({ length: 21 }, (_, index) => [
        planOf(`many-${index}`),
        { related: ['docs/notes/common.md'] },
      ]),
    );
    const files = {
      ...shared,
      ...many,
      [planOf('one-thing')]: { related: ['/docs/notes/shared.md', 'notes/missing.md'] },
      [planOf('two-thing')]: { context: { files: ['notes/shared.md#part', 'notes/missing.md'] } },
    };

    expect(await relate(files, 'one-thing')).toEqual(['shared_document_context two-thing 0.65']);
    expect(await relate(files, 'many-1')).toEqual([]);
  });

  test('[FT14] typed references say what they are', async () => {
    const files = {
      [planOf('one-thing')]: {
        linked_features: [
          { feature: 'two-thing', type: 'follow-up', confidence: 0.4 },
          { slug: 'three-thing', type: 'nonsense' },
          { path: planOf('three-thing'), type: 'spike' },
        ],
      },
      [planOf('two-thing')]: {},
      [planOf('three-thing')]: {},
    };

    expect(await relate(files, 'one-thing')).toEqual(['spike three-thing 1', 'follow_up two-thing 0.4']);
  });
});
