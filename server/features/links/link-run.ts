/** Links during one operation: reads what changed, derives what follows, and leaves the writing to the last transaction (LK18 to LK22). */
import type { FileIssue } from '../../../shared/issues.ts';
import type { Emit } from '../../core/journal.ts';
import type { Prepared, SourceChange } from '../../core/source-change.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Db, Transaction } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import { createPacer, type Pacer } from '../../platform/pacer.ts';
import { findCycleIssues } from './claims/cycles.ts';
import type { FeatureEvidence } from './claims/feature-evidence.ts';
import type { IssueSink, LinkSources, PlanView, Review, TaskFacts } from './facts.ts';
import { collectAll, collectChanges, toEvidence, toUnresolved, type LinkChanges } from './link-changes.ts';
import type { LinkMemory, RememberedLinks } from './remembered-links.ts';
import {
  loadEvidence,
  loadManualLinks,
  loadStoredLinks,
  loadUnresolved,
  readLinkState,
  saveEvidence,
  saveLinks,
  saveLinkState,
  saveUnresolved,
  toUnresolvedText,
  type DocumentUnresolved,
  type LinkStateRow,
} from './link-store.ts';
import type { ManualLink } from './model/decision.ts';
import { Decisions } from './model/decisions.ts';
import { LinkModel } from './model/link-model.ts';
import { redecide } from './redecide.ts';
import { loadReviews, lockReviews } from './reviews-store.ts';

export interface LinksOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly sources: LinkSources;
  readonly issues: IssueSink;
  /** LK22 */
  readonly logicVersion: string;
}

export interface PreparedLinks extends Prepared {
  readonly linksTotal: number;
}

interface Taken {
  readonly manual: readonly ManualLink[];
  readonly reviews: readonly Review[];
}

interface Derived {
  readonly changes: LinkChanges;
  readonly unresolved: readonly DocumentUnresolved[];
  readonly evidence: ReturnType<typeof toEvidence>;
  /** null: as they were. */
  readonly issues: readonly FileIssue[] | null;
  readonly total: number;
}

interface StoredRows {
  readonly links: Awaited<ReturnType<typeof loadStoredLinks>>;
  readonly unresolved: Map<string, string>;
  readonly evidence: ReadonlyMap<string, FeatureEvidence>;
}

const sessionPage = 250;
const noCounts = { created: 0, updated: 0, removed: 0 };

export class LinkRun {
  readonly #options: LinksOptions;
  readonly #memory: LinkMemory;
  readonly #context: OperationContext;
  readonly #change: SourceChange;
  readonly #pacer: Pacer;
  #model!: LinkModel;
  #taken: Taken = { manual: [], reviews: [] };

  constructor(options: LinksOptions, memory: LinkMemory, context: OperationContext, change: SourceChange) {
    this.#options = options;
    this.#memory = memory;
    this.#context = context;
    this.#change = change;
    this.#pacer = createPacer(context.signal);
  }

  /** `view` answers plans as they will stand once the operation has committed. */
  async prepare(view: () => Promise<PlanView>): Promise<PreparedLinks> {
    const { projectId, before } = this.#change;
    const state = await readLinkState(this.#options.db, projectId);
    const reason = this.#findReason(state);
    if (reason === null && !this.#hasChanges()) return this.#toIdle(state);

    this.#context.enter('links:init');
    this.#context.say(`Linking with logic version ${this.#options.logicVersion}`);
    const remembered = this.#memory.take(projectId);
    const isWhole = reason !== null || remembered === undefined || remembered.version !== before;
    const plans = await view();
    if (isWhole) await this.#load(plans);
    else await this.#advance(remembered, plans);
    const derived = isWhole ? await this.#deriveAll() : await this.#deriveChanges(state.linksTotal);
    return this.#toPrepared(derived, reason);
  }

  /** Why everything is to be looked at again; null when what changed is enough. */
  #findReason({ logicVersion, pending, derivedFrom }: LinkStateRow): string | null {
    const { isWhole, before } = this.#change;
    if (logicVersion === null) return 'first';
    if (logicVersion !== this.#options.logicVersion) return 'logic_version';
    if (isWhole) return 'requested';
    if (pending > 0) return 'pending';
    return derivedFrom === before ? null : 'outdated';
  }

  #hasChanges(): boolean {
    const { documents, sessions } = this.#change;
    return [documents, sessions].some(({ changed, removed }) => changed.size > 0 || removed.size > 0);
  }

  #toIdle({ linksTotal }: LinkStateRow): PreparedLinks {
    const { projectId, before } = this.#change;
    this.#context.skip('links', 'nothing that is linked has changed');
    return {
      stats: toStats(noCounts, linksTotal),
      linksTotal,
      commit: async (tx, _emit, after) => {
        if (after === before) return;
        await saveLinkState(tx, projectId, { derivedFrom: after });
        const remembered = this.#memory.take(projectId);
        if (remembered === undefined) return;
        if (remembered.version === before) remembered.version = after;
        this.#memory.keep(projectId, remembered);
      },
    };
  }

  async #load(plans: PlanView): Promise<void> {
    const { db, sources } = this.#options;
    const { projectId, documents, sessions } = this.#change;
    this.#model = new LinkModel(projectId, await sources.openCoverage(db, projectId));
    await this.#putDocuments(null, documents.removed);
    const tasksOf = new Map<string, TaskFacts[]>();
    for (const task of plans.tasks()) {
      const tasks = tasksOf.get(task.documentId);
      if (tasks === undefined) tasksOf.set(task.documentId, [task]);
      else tasks.push(task);
      await this.#restIfDue();
    }
    for (const [id, tasks] of tasksOf) this.#model.putTasks(id, tasks);
    for (const feature of plans.features()) {
      this.#model.putFeature(feature);
      await this.#restIfDue();
    }
    for (const id of await sources.listSessionIds(db, projectId)) {
      if (!sessions.removed.has(id)) this.#model.noteSession(id);
    }
    await this.#takeDecisions();
  }

  async #advance({ model }: RememberedLinks, plans: PlanView): Promise<void> {
    const { documents, sessions } = this.#change;
    this.#model = model;
    model.startTracking();
    for (const id of documents.removed) model.removeDocument(id);
    const changed = [...documents.changed].filter((id) => !documents.removed.has(id));
    await this.#putDocuments(changed, documents.removed);
    for (const id of changed) model.putTasks(id, plans.tasksOf(id));
    for (const id of plans.changedFeatureIds) {
      const feature = plans.feature(id);
      if (feature === undefined) model.removeFeature(id);
      else model.putFeature(feature);
      await this.#restIfDue();
    }
    for (const id of sessions.removed) model.removeSession(id);
    for (const id of sessions.changed) if (!sessions.removed.has(id)) model.noteSession(id);
    await this.#takeDecisions();
  }

  async #putDocuments(ids: readonly string[] | null, removed: ReadonlySet<string>): Promise<void> {
    const { db, sources } = this.#options;
    let done = 0;
    for await (const page of sources.loadDocuments(db, this.#change.projectId, ids)) {
      for (const facts of page) {
        if (!removed.has(facts.id)) this.#model.putDocument(facts);
        done += 1;
        await this.#restIfDue();
      }
      this.#context.progress(done, {}, ids?.length ?? null);
    }
  }

  async #takeDecisions(): Promise<void> {
    this.#taken = await this.#readDecisions(this.#options.db);
    this.#model.setDecisions(this.#taken.manual, this.#taken.reviews);
  }

  async #readDecisions(queryable: Db | Transaction): Promise<Taken> {
    const { projectId } = this.#change;
    const [reviews, manual] = await Promise.all([
      loadReviews(queryable, projectId),
      loadManualLinks(queryable, projectId),
    ]);
    return { reviews, manual };
  }

  async #restIfDue(): Promise<void> {
    if (this.#pacer.isDue()) await this.#pacer.rest();
  }

  async #derive(): Promise<void> {
    const { featureCount } = this.#model;
    this.#context.enter('links:feature-prep', featureCount);
    await this.#model.deriveFeatures(this.#pacer, (done) =>
      this.#context.progress(done, { featureCount, featuresPrepared: done }),
    );
    await this.#deriveEvidence();
    this.#context.enter('links:documents');
    await this.#model.deriveDocuments(this.#pacer, (done, total) =>
      this.#context.progress(done, { documentCount: total, documentsProcessed: done }, total),
    );
  }

  async #deriveEvidence(): Promise<void> {
    const { db, sources } = this.#options;
    const ids = this.#model.takeStaleSessions();
    const sessionCount = ids.length;
    this.#context.enter('links:session-evidence', sessionCount);
    let [done, pages] = [0, 0];
    const tell = () =>
      this.#context.progress(done, { sessionCount, sessionPagesLoaded: pages, sessionsProcessed: done });
    for (let from = 0; from < ids.length; from += sessionPage) {
      const wanted = ids.slice(from, from + sessionPage);
      for await (const page of sources.loadSessions(db, this.#change.projectId, wanted)) {
        for (const session of page) {
          this.#model.putSession(session);
          await this.#restIfDue();
        }
      }
      done = Math.min(sessionCount, from + sessionPage);
      pages += 1;
      tell();
    }
    tell();
  }

  /** The database reads what is stored while this process works out what is to be. */
  async #deriveAll(): Promise<Derived> {
    const { db } = this.#options;
    const { projectId } = this.#change;
    const [links, unresolved, evidence] = await Promise.all([
      loadStoredLinks(db, projectId),
      loadUnresolved(db, projectId),
      loadEvidence(db, projectId),
      this.#derive(),
    ]);
    return await this.#compareAll({ links, unresolved, evidence });
  }

  async #compareAll({ links, unresolved: stored, evidence: former }: StoredRows): Promise<Derived> {
    const model = this.#model;
    this.#context.enter('links:catalog');
    const { changes, total } = await collectAll(model, links, this.#pacer);
    const unresolved: DocumentUnresolved[] = [];
    for (const { id } of model.documents()) {
      const now = toUnresolved(model, id);
      if (toUnresolvedText(now) !== (stored.get(id) ?? '')) unresolved.push(now);
      stored.delete(id);
      await this.#restIfDue();
    }
    for (const id of stored.keys()) unresolved.push(toUnresolved(model, id));
    const evidence = new Map(toEvidence(model, model.features().keys()));
    for (const [id, before] of former) {
      const now = evidence.get(id);
      if (now === undefined) evidence.set(id, undefined);
      else if (JSON.stringify(now) === JSON.stringify(before)) evidence.delete(id);
    }
    model.takeSideChanges();
    model.takeDependenciesTouched();
    return { changes, unresolved, evidence, issues: await this.#findIssues(), total };
  }

  async #deriveChanges(totalBefore: number): Promise<Derived> {
    await this.#derive();
    const model = this.#model;
    this.#context.enter('links:catalog');
    const changes = await collectChanges(model, this.#pacer);
    const side = model.takeSideChanges();
    return {
      changes,
      unresolved: Array.from(side.unresolved, (id) => toUnresolved(model, id)),
      evidence: toEvidence(model, side.evidence),
      issues: model.takeDependenciesTouched() ? await this.#findIssues() : null,
      total: totalBefore + changes.growth,
    };
  }

  /** LK17 */
  async #findIssues(): Promise<readonly FileIssue[]> {
    const edges = [];
    for (const document of this.#model.documents()) {
      for (const claim of this.#model.claimsFrom(document.entity)) {
        if (claim.linkType === 'depends_on') edges.push(claim);
      }
      await this.#restIfDue();
    }
    return findCycleIssues(edges, (entity) => {
      const document = this.#model.document(entity.slice('document:'.length));
      return document?.refId ?? document?.file ?? entity;
    });
  }

  #toPrepared(
    { changes, unresolved, evidence, issues, total }: Derived,
    reason: string | null,
  ): PreparedLinks {
    const { counts } = changes;
    const context = this.#context;
    const { projectId } = this.#change;
    const remembered: RememberedLinks = { model: this.#model, version: null };
    this.#model.dropContents();
    this.#model.startTracking();
    this.#memory.keep(projectId, remembered);
    context.count('linksCreated', counts.created);
    context.count('linksUpdated', counts.updated);
    context.count('linksRemoved', counts.removed);
    if (issues !== null) context.report(issues);
    context.enter('links:completed');
    return {
      stats: toStats(counts, total),
      linksTotal: total,
      commit: async (tx, emit, after) => {
        await lockReviews(tx, projectId);
        const { manual, reviews } = await this.#readDecisions(tx);
        await saveLinks(tx, projectId, changes);
        await this.#applySince(tx, { manual, reviews });
        await saveUnresolved(tx, projectId, unresolved);
        if (evidence.size > 0) await saveEvidence(tx, projectId, evidence);
        await saveLinkState(tx, projectId, this.#toState(total, after, reason));
        if (issues !== null) await this.#options.issues.settle(tx, context, issues);
        this.#announce(counts, total, emit);
        remembered.version = after;
      },
    };
  }

  /** What people decided while this was worked out holds over it. */
  async #applySince(tx: Transaction, now: Taken): Promise<void> {
    const [former, current] = [new Decisions(), new Decisions()];
    former.set(this.#taken.manual, this.#taken.reviews);
    current.set(now.manual, now.reviews);
    for (const { source, target } of former.differencesTo(current)) {
      const wanted = current.of(source, target);
      for (const linkType of Object.keys({ ...former.of(source, target), ...wanted })) {
        const key = { source, target, linkType };
        await redecide(tx, this.#change.projectId, key, () => wanted[linkType] ?? null);
      }
    }
  }

  #toState(linksTotal: number, after: string, reason: string | null): Partial<LinkStateRow> {
    const { logicVersion, clock } = this.#options;
    const rebuilt =
      reason === null
        ? {}
        : { logicVersion, lastRebuildAt: clock.now(), trigger: this.#context.operation.trigger, reason };
    return { ...rebuilt, linksTotal, pending: 0, derivedFrom: after };
  }

  #announce(counts: LinkChanges['counts'], total: number, emit: Emit): void {
    if (counts.created + counts.updated + counts.removed === 0) return;
    const { operation } = this.#context;
    emit({
      type: 'links:changed',
      projectId: operation.projectId,
      operationId: operation.id,
      topic: topicsOf(operation),
      data: { ...counts, total },
    });
  }
}

const toStats = (counts: LinkChanges['counts'], total: number) => ({
  links_created: counts.created,
  links_updated: counts.updated,
  links_removed: counts.removed,
  links_total: total,
});
