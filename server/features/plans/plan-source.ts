/** Brings a project's model up to its documents: only those that changed, or all where nothing fits is remembered. */
import { sql } from 'drizzle-orm';
import type { FileIssue } from '../../../shared/issues.ts';
import type { DocumentDates } from '../../../shared/views/document.ts';
import type { SourceChange } from '../../core/source-change.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { anyOf } from '../../db/any-of.ts';
import type { PlanMemory, RememberedPlans } from './remembered-plans.ts';
import { PlanModel } from './plan-model.ts';
import { loadStoredPlans, readDerivedFrom } from './plan-store.ts';
import type { PlansOptions } from './plans-options.ts';

export interface ReadPlans {
  readonly plans: RememberedPlans;
  /** Everything is compared with what is stored, not only what changed. */
  readonly isWhole: boolean;
  /** By path, of the files that were looked at. */
  readonly issues: ReadonlyMap<string, readonly FileIssue[]>;
}

export class PlanSource {
  readonly #options: PlansOptions;
  readonly #memory: PlanMemory;
  readonly #pacer: Pacer;
  readonly #onRead: (done: number, total: number | null) => void;

  constructor(
    options: PlansOptions,
    memory: PlanMemory,
    pacer: Pacer,
    onRead: (done: number, total: number | null) => void,
  ) {
    this.#options = options;
    this.#memory = memory;
    this.#pacer = pacer;
    this.#onRead = onRead;
  }

  /** Nothing has changed since the stored rows were derived. */
  async isCurrent({ projectId, documents, before, isWhole }: SourceChange): Promise<boolean> {
    if (isWhole || documents.changed.size > 0 || documents.removed.size > 0) return false;
    if (this.#memory.find(projectId)?.version === before) return true;
    return (await readDerivedFrom(this.#options.db, projectId)) === before;
  }

  async read({ projectId, documents, before, isWhole }: SourceChange): Promise<ReadPlans> {
    const remembered = this.#memory.find(projectId);
    if (isWhole || remembered?.version !== before) {
      const plans = await this.#load(projectId, documents.removed);
      const isNew = isWhole || plans.stored.derivedFrom !== before;
      return { plans, isWhole: true, issues: findIssues(plans.model, isNew ? null : documents.changed) };
    }
    const { model } = remembered;
    remembered.version = null;
    for (const id of documents.removed) model.remove(id);
    await this.#putAll(
      model,
      [...documents.changed].filter((id) => !documents.removed.has(id)),
      documents.removed,
    );
    this.#memory.keep(projectId, remembered);
    return { plans: remembered, isWhole: false, issues: findIssues(model, documents.changed) };
  }

  /** As it was derived last, without any change. */
  async open(projectId: string, version: string): Promise<RememberedPlans> {
    const remembered = this.#memory.find(projectId);
    if (remembered?.version === version) return remembered;
    const plans = await this.#load(projectId, new Set());
    await plans.model.attach(this.#pacer);
    await plans.model.rollUp(this.#pacer, () => undefined);
    plans.version = version;
    return plans;
  }

  /** Git may have dated documents since they were read. */
  async readDates(model: PlanModel, ids: Iterable<string>): Promise<void> {
    const held = [...ids].filter((id) => model.document(id) !== undefined);
    for (let from = 0; from < held.length; from += datePageSize) {
      const page = held.slice(from, from + datePageSize);
      const rows = await this.#options.db.execute<{ id: string; dates: DocumentDates }>(sql`
        select id, dates from documents where project_id = ${model.projectId}
          and id = ${anyOf(page)}`);
      for (const { id, dates } of rows) {
        model.putDates(id, dates);
        if (this.#pacer.isDue()) await this.#pacer.rest();
      }
    }
  }

  async #load(projectId: string, removed: ReadonlySet<string>): Promise<RememberedPlans> {
    const { db, readDate } = this.#options;
    this.#memory.forget(projectId);
    const model = new PlanModel(projectId, readDate);
    const stored = await loadStoredPlans(db, projectId);
    await this.#putAll(model, null, removed);
    const plans = { model, stored, version: null };
    this.#memory.keep(projectId, plans);
    return plans;
  }

  async #putAll(
    model: PlanModel,
    ids: readonly string[] | null,
    removed: ReadonlySet<string>,
  ): Promise<void> {
    if (ids?.length === 0) return;
    let done = 0;
    for await (const page of this.#options.loadFacts(this.#options.db, model.projectId, ids)) {
      for (const facts of page) {
        if (!removed.has(facts.id)) model.put(facts);
        done += 1;
        if (this.#pacer.isDue()) await this.#pacer.rest();
      }
      this.#onRead(done, ids?.length ?? null);
    }
  }
}

const datePageSize = 1000;

/** They belong to one file each: those of the files looked at are all that can be other ones. */
function findIssues(model: PlanModel, ids: ReadonlySet<string> | null): Map<string, readonly FileIssue[]> {
  const documents = ids === null ? model.documents() : Array.from(ids, (id) => model.document(id));
  const issues = new Map<string, readonly FileIssue[]>();
  for (const document of documents) {
    // A document that changed is named without issues too: it may have been progress with some before.
    const isMeant = document !== undefined && (ids !== null || document.type === 'progress');
    if (isMeant) issues.set(document.path, document.issues);
  }
  return issues;
}
