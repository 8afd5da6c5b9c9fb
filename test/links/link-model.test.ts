/** An increment comes to the same links as a new beginning, whatever happened before (law 2, LK20). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DocumentFacts, FeatureFacts, Review, TaskFacts } from '../../server/features/links/facts.ts';
import type { SessionFacts } from '../../server/features/links/evidence/session-facts.ts';
import { toEntity } from '../../server/features/links/link.ts';
import type { ManualLink } from '../../server/features/links/model/decision.ts';
import {
  advance,
  collect,
  createModel,
  rowsOf,
  sideOf,
  toFacts,
  toFeature,
  type Project,
} from './model-kit.ts';
import { command, toSession, use } from './evidence-kit.ts';

const folders = ['', 'PRDs/', 'implementation_plans/', 'progress/alpha-one-v1/', 'archive/'];
const names = [
  'alpha-one-v1',
  'alpha-one-v2',
  'alpha-one',
  'beta-two',
  'US0001-a',
  'US0001-b',
  'EP0002-x',
  'notes',
];
const slugs = ['alpha-one-v1', 'alpha-one-v2', 'alpha-one', 'beta-two', 'nothing-here'];
const ids = ['US0001', 'EP0002', 'us-0001', 'CR0009'];
const sessionIds = ['one', 'S-two', 'S-gone'];

const path = fc
  .tuple(fc.constantFrom(...folders), fc.constantFrom(...names))
  .map(([folder, name]) => `${folder}${name}.md`);
const reference = fc.oneof(
  path,
  fc.constantFrom(...slugs),
  path.map((whole) => whole.split('/').at(-1)!),
  fc.constant('../../x.md'),
);

const frontMatterLine = fc.oneof(
  fc
    .tuple(fc.constantFrom('prd', 'feature_slug', 'plan_ref'), reference)
    .map(([key, value]) => `${key}: ${value}`),
  fc
    .tuple(fc.constantFrom('related', 'files', 'supersedes', 'whatever'), reference)
    .map(([key, value]) => `${key}: [${value}]`),
  fc.constantFrom(...sessionIds).map((id) => `session: ${id}`),
  fc.constantFrom(...ids).map((id) => `depends_on: ${id}`),
);
const headerLine = fc
  .tuple(
    fc.constantFrom('Epic', 'Depends on', 'Blocks', 'Parent', 'Decomposed-into', 'Affects'),
    fc.constantFrom(...ids, '[US0001](US0001-a.md)', '[x](gone.md)'),
  )
  .map(([key, value]) => `> **${key}:** ${value}`);
const bodyLine = fc.oneof(
  fc.constantFrom(...ids).map((id) => `See ${id}.`),
  path.map((target) => `A [link](${target}).`),
);
const text = fc
  .record({
    front: fc.uniqueArray(frontMatterLine, { maxLength: 3, selector: (line) => line.split(':')[0] }),
    header: fc.array(headerLine, { maxLength: 3 }),
    body: fc.array(bodyLine, { maxLength: 3 }),
  })
  .map(({ front, header, body }) =>
    [
      ...(front.length === 0 ? [] : ['---', ...front, '---']),
      '# Title',
      ...header,
      '',
      '## Body',
      ...body,
      '',
    ].join('\n'),
  );

const session: fc.Arbitrary<Partial<SessionFacts>> = fc.record({
  title: fc.constantFrom('One', 'Other'),
  commands: fc.array(
    fc.oneof(reference, fc.constantFrom(...slugs)).map((args) => command('/dev:execute-phase', args)),
    { maxLength: 2 },
  ),
  files: fc.array(
    fc
      .tuple(fc.constantFrom('read' as const, 'update' as const), path)
      .map(([action, where]) => use(action, where)),
    { maxLength: 3 },
  ),
});

const documentIds = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7'];
const knownSessions = ['S-one', 'S-two', 'S-three'];
const taskOf = (documentId: string, number: number, sessions: readonly string[]): TaskFacts => ({
  id: `T-${documentId}-${number}`,
  featureId: null,
  documentId,
  sourcePath: `${documentId}.md`,
  sessionIds: sessions,
  commitHashes: ['abc1234'],
});
const feature: fc.Arbitrary<FeatureFacts> = fc
  .record({
    id: fc.constantFrom(...slugs.slice(0, 4)),
    documents: fc.uniqueArray(fc.constantFrom(...documentIds), { maxLength: 3 }),
    tasks: fc.array(fc.tuple(fc.constantFrom(...documentIds), fc.subarray(sessionIds)), { maxLength: 2 }),
  })
  .map(({ id, documents, tasks }) =>
    toFeature(
      id,
      documents,
      tasks.map(([document, sessions], at) => taskOf(`${document}`, at + slugs.indexOf(id) * 10, sessions)),
    ),
  );
const entity = fc.oneof(
  fc.constantFrom(...documentIds).map((id) => toEntity('document', id)),
  fc.constantFrom(...slugs.slice(0, 4)).map((id) => toEntity('feature', id)),
  fc.constantFrom(...knownSessions).map((id) => toEntity('session', id)),
);
const manual: fc.Arbitrary<ManualLink> = fc.record({
  source: entity,
  target: entity,
  linkType: fc.constantFrom('related', 'epic'),
  confidence: fc.constantFrom(0.5, 1),
  metadata: fc.constantFrom({}, { why: 'said so' }),
});
const review: fc.Arbitrary<Review> = fc.record({
  featureId: fc.constantFrom(...slugs.slice(0, 4)),
  sessionId: fc.constantFrom(...knownSessions),
  verdict: fc.constantFrom('dismissed' as const, 'pinned' as const, 'unlinked' as const),
});

type Step = (project: Project) => Project;

const without = <T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> =>
  new Map([...map].filter(([id]) => id !== key));
const withOne = <T>(map: ReadonlyMap<string, T>, key: string, value: T): ReadonlyMap<string, T> =>
  new Map([...map, [key, value]]);

/** No two files are at one path, and no two stand for one id of a task. */
function place(project: Project, facts: DocumentFacts): Project {
  const isTaken = [...project.documents.values()].some(
    (other) => other.id !== facts.id && other.path === facts.path,
  );
  return isTaken ? project : { ...project, documents: withOne(project.documents, facts.id, facts) };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...documentIds), path, text).map(
      ([id, where, what]): Step =>
        (project) =>
          place(project, toFacts(id, where, what)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...documentIds), path).map(([id, where]): Step => (project) => {
      const facts = project.documents.get(id);
      return facts === undefined ? project : place(project, { ...facts, path: where });
    }),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(...documentIds)
      .map((id): Step => (project) => ({ ...project, documents: without(project.documents, id) })),
  },
  {
    weight: 2,
    arbitrary: feature.map((facts): Step => (project) => ({
      ...project,
      features: withOne(project.features, facts.id, facts),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...slugs)
      .map((id): Step => (project) => ({ ...project, features: without(project.features, id) })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...knownSessions), session).map(([id, facts]): Step => (project) => ({
      ...project,
      sessions: withOne(project.sessions, id, toSession({ ...facts, id })),
    })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...knownSessions)
      .map((id): Step => (project) => ({ ...project, sessions: without(project.sessions, id) })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(manual, {
        maxLength: 2,
        selector: ({ source, target, linkType }) => `${source}${target}${linkType}`,
      })
      .map((made): Step => (project) => ({ ...project, manual: made })),
  },
  {
    weight: 1,
    arbitrary: fc
      .uniqueArray(review, { maxLength: 2, selector: ({ featureId, sessionId }) => featureId + sessionId })
      .map((reviews): Step => (project) => ({ ...project, reviews })),
  },
);

const empty: Project = {
  documents: new Map(),
  features: new Map(),
  sessions: new Map(),
  manual: [],
  reviews: [],
};

test('[LK20] after any sequence of changes the rows equal those of a rebuild', { timeout: 240_000 }, () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
      async (beginning, runs) => {
        let project = beginning.reduce((now, next) => next(now), empty);
        const model = await createModel(project);
        const rows = await rowsOf(model);
        model.dropContents();
        model.startTracking();
        for (const run of runs) {
          const before = project;
          project = run.reduce((now, next) => next(now), project);
          await advance(model, before, project);
          rows.apply(await collect(model));
          model.dropContents();

          const fresh = await createModel(project);
          expect(rows.sorted()).toEqual((await rowsOf(fresh)).sorted());
          expect(sideOf(model)).toEqual(sideOf(fresh));
        }
      },
    ),
    { numRuns: Number(process.env['LINK_RUNS'] ?? 400) },
  ),
);

test('[LK18] a run without changes writes nothing', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const project = steps.reduce((now, next) => next(now), empty);
      const model = await createModel(project);
      model.startTracking();

      await advance(model, project, project);
      const changes = await collect(model);

      expect(changes).toMatchObject({ written: [], removed: [], decided: [], undecided: [] });
    }),
    { numRuns: 100 },
  ));
