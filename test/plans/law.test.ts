/** The law of increments for plans: however the documents came to be as they are, what is derived is the same. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toDate } from '../../server/features/indexing/date-text.ts';
import type { DocumentFacts } from '../../server/features/plans/facts.ts';
import { PlanModel } from '../../server/features/plans/plan-model.ts';
import { toFeatureRow, toPhaseRows, toTaskRows } from '../../server/features/plans/plan-rows.ts';
import { deriveAll, settle, toFacts } from './support.ts';

const slug = fc.constantFrom(
  'foo-bar',
  'foo-bar-v1',
  'foo-bar-v2',
  'Foo-Bar-V1',
  'other-thing',
  'quick-one',
  'lone',
);
const path = fc.oneof(
  slug.map((name) => `docs/implementation_plans/features/${name}.md`),
  slug.map((name) => `docs/implementation_plans/bugs/${name}.md`),
  slug.map((name) => `docs/implementation_plans/features/${name}/phase-1.md`),
  slug.map((name) => `docs/implementation_plans/features/${name}/parts.md`),
  slug.map((name) => `docs/PRDs/features/${name}.md`),
  slug.map((name) => `docs/reports/${name}.md`),
  slug.map((name) => `.claude/progress/${name}/phase-1-progress.md`),
  slug.map((name) => `.claude/progress/${name}/phase-2-progress.md`),
  slug.map((name) => `.claude/progress/quick-features/${name}.md`),
  fc.constantFrom('docs/notes/shared.md', 'docs/README.md', 'stories/US0001-log-in.md'),
);
const reference = fc.oneof(slug, path, fc.constantFrom('shared.md', 'phase-1.md', 'features/foo-bar.md'));
const status = fc.constantFrom('draft', 'active', 'completed', 'deferred', 'superseded', 'strange', null);
const task = fc.record(
  {
    id: fc.constantFrom('A', 'B', 'C'),
    status: fc.constantFrom('done', 'pending', 'blocked', 'deferred', 'odd'),
    session_id: fc.constantFrom('S-1', 'S-2'),
  },
  { requiredKeys: [] },
);
const anyFields = fc.record(
  {
    title: fc.constantFrom('One', 'PRD: Two'),
    status,
    doc_type: fc.constantFrom('report', 'progress', 'prd'),
    feature_slug: slug,
    prd: reference,
    plan_ref: reference,
    feature: reference,
    related: fc.array(reference, { maxLength: 2 }),
    blocked_by: reference,
    lineage_parent: reference,
    feature_family: slug,
    total_tasks: fc.nat({ max: 4 }),
    tasks: fc.array(task, { maxLength: 3 }),
    started: fc.constantFrom('2026-01-02', 'soon'),
    parallelization: fc.constant({ batch_1: ['A'], batch_2: ['B', 'C'] }),
  },
  { requiredKeys: [] },
);
const frontMatter = fc.option(anyFields, { freq: 4 });
/** One field of a document that stands already: most people change no more at a time. */
const oneField = fc.tuple(anyFields, fc.nat()).map(([fields, at]) => {
  const entries = Object.entries(fields);
  return Object.fromEntries(entries.slice(at % (entries.length || 1)).slice(0, 1));
});
const edit = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('write' as const), path, frontMatter }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('amend' as const), at: fc.nat(), fields: oneField }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('remove' as const), at: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), at: fc.nat(), path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), at: fc.nat(), with: fc.nat() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('date' as const), at: fc.nat(), day: fc.nat({ max: 9 }) }),
  },
);
type Edit = typeof edit extends fc.Arbitrary<infer E> ? E : never;

/** The documents of a project with stable ids, as the index keeps them. */
class Project {
  readonly documents = new Map<string, DocumentFacts>();
  readonly #matter = new Map<string, Record<string, unknown> | null>();
  #next = 1;

  /** Ids that changed and ids that went. */
  apply(change: Edit): { changed: string[]; removed: string[] } {
    if (change.kind === 'write') return this.#write(change.path, change.frontMatter);
    const [one, other] = [this.#at(change.at), this.#at('with' in change ? change.with : 0)];
    if (one === undefined || other === undefined) return { changed: [], removed: [] };
    if (change.kind === 'remove') {
      this.documents.delete(one.id);
      return { changed: [], removed: [one.id] };
    }
    if (change.kind === 'amend')
      return this.#write(one.path, { ...this.#matter.get(one.id), ...change.fields });
    if (change.kind === 'date') {
      const value = `2026-02-0${change.day % 9 || 1}T00:00:00.000Z`;
      const date = { value, confidence: 'high', source: 'git', reason: 'x', precision: 'instant' } as const;
      const dates = { created: date, updated: date, completed: null, last_activity: date };
      this.documents.set(one.id, { ...one, dates });
      return { changed: [one.id], removed: [] };
    }
    if (change.kind === 'move') {
      if ([...this.documents.values()].some((held) => held.path === change.path))
        return { changed: [], removed: [] };
      this.#put(one.id, change.path);
      return { changed: [one.id], removed: [] };
    }
    this.#put(one.id, other.path);
    if (one.id !== other.id) this.#put(other.id, one.path);
    return { changed: [one.id, other.id], removed: [] };
  }

  #write(path: string, frontMatter: Record<string, unknown> | null) {
    const held = [...this.documents.values()].find((document) => document.path === path);
    const id = held?.id ?? `d_${(this.#next += 1)}`;
    this.#matter.set(id, frontMatter);
    this.#put(id, path);
    return { changed: [id], removed: [] };
  }

  #put(id: string, path: string): void {
    this.documents.set(id, toFacts(path, this.#matter.get(id) ?? null, { id }));
  }

  #at(position: number): DocumentFacts | undefined {
    return [...this.documents.values()][position % Math.max(1, this.documents.size)];
  }
}

function toRows(model: PlanModel) {
  const byKey = (one: { digest: string }, other: { digest: string }) => (one.digest < other.digest ? -1 : 1);
  return {
    features: Array.from(model.features(), toFeatureRow).sort(byKey),
    phases: Array.from(model.features(), toPhaseRows).flat().sort(byKey),
    tasks: Array.from(model.documents(), (document) => toTaskRows(document, model.featureOf(document.id)))
      .flat()
      .sort(byKey),
    issues: Array.from(model.documents(), ({ path: at, issues }) => [at, issues]).sort(),
    facts: Array.from(model.featureFacts()).sort((one, other) => (one.id < other.id ? -1 : 1)),
  };
}

test('[FT15] after any edits in batches the plans equal those of a model that reads everything anew', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(edit, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
      async (batches) => {
        const project = new Project();
        const model = new PlanModel('p_1', toDate);

        for (const batch of batches) {
          const touched = batch.map((change) => project.apply(change));
          for (const id of touched.flatMap(({ removed }) => removed)) model.remove(id);
          for (const id of touched.flatMap(({ changed }) => changed)) {
            const facts = project.documents.get(id);
            if (facts !== undefined) model.put(facts);
          }
          await settle(model);
        }

        expect(toRows(model)).toEqual(toRows(await deriveAll([...project.documents.values()])));
      },
    ),
    { numRuns: 400 },
  );
});

test('[FT15] what is derived depends on no order of reading', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { minLength: 3, maxLength: 25 }),
      fc.infiniteStream(fc.nat()),
      async (edits, noise) => {
        const project = new Project();
        for (const change of edits) project.apply(change);
        const documents = [...project.documents.values()];
        const shuffled = documents
          .map((document) => ({ document, rank: noise.next().value as number }))
          .sort((one, other) => one.rank - other.rank)
          .map(({ document }) => document);

        expect(toRows(await deriveAll(shuffled))).toEqual(toRows(await deriveAll(documents)));
      },
    ),
    { numRuns: 200 },
  );
});

test('[FT15] a file without front matter that comes or goes changes what two features have in common', async () => {
  const plan = (name: string) =>
    toFacts(`docs/implementation_plans/${name}.md`, { related: ['docs/notes/shared.md'] });
  const model = await deriveAll([plan('one-thing'), plan('two-thing')]);
  const shared = toFacts('docs/notes/shared.md', null);

  model.put(shared);
  await settle(model);
  const together = model.feature('one-thing')?.relations;
  model.remove(shared.id);
  await settle(model);

  expect(together).toEqual([{ type: 'shared_document_context', featureId: 'two-thing', confidence: 0.65 }]);
  expect(model.feature('one-thing')?.relations).toEqual([]);
});
