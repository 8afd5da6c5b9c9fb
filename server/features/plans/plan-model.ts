/**
 * What is known of one project's plans, advanced change by change. Each step is a pure function of what it reads and
 * runs again only where that has changed, so that an increment cannot come to another end than a new beginning.
 */
import type { DocumentDates } from '../../../shared/views/document.ts';
import type { FeatureRelation } from '../../../shared/views/plan.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { AttachmentIndex } from './attachment-index.ts';
import { compareText, toFeature, type DerivedFeature } from './derive/feature.ts';
import { toPlanDocument, type PlanDocument, type ReadDate } from './derive/plan-document.ts';
import { areSameRelations, relate, toNamedKin, type NamedKin } from './derive/relations.ts';
import type { DocumentFacts, FeatureFacts, TaskFacts } from './facts.ts';
import { PathIndex } from './path-index.ts';

export interface PlanFeature extends DerivedFeature {
  readonly relations: readonly FeatureRelation[];
}

export interface DocumentChange {
  readonly before: PlanDocument | undefined;
  readonly after: PlanDocument | undefined;
}

export interface FeatureChange {
  readonly before: PlanFeature | undefined;
  readonly after: PlanFeature | undefined;
}

const noRelations: readonly FeatureRelation[] = [];

export class PlanModel {
  readonly projectId: string;
  readonly #readDate: ReadDate;
  readonly #documents = new Map<string, PlanDocument>();
  readonly #paths = new PathIndex();
  readonly #attachments = new AttachmentIndex(this.#paths);
  readonly #members = new Map<string, Set<string>>();
  readonly #features = new Map<string, PlanFeature>();
  readonly #kin = new Map<string, NamedKin>();
  /** Since the last look at tasks. */
  #changedDocuments = new Map<string, DocumentChange>();
  /** Since the last look at features. */
  #staleFeatures = new Set<string>();
  #isRelateDue = true;

  constructor(projectId: string, readDate: ReadDate) {
    this.projectId = projectId;
    this.#readDate = readDate;
  }

  /** Documents it holds in some way. */
  get size(): number {
    return this.#paths.size;
  }

  put(facts: DocumentFacts): void {
    this.#notePaths(this.#paths.put(facts));
    const after = toPlanDocument(facts, { projectId: this.projectId, readDate: this.#readDate });
    if (after !== null) this.#replace(facts.id, after);
    else if (this.#documents.has(facts.id)) this.#replace(facts.id, undefined);
  }

  remove(id: string): void {
    this.#notePaths(this.#paths.remove(id));
    if (this.#documents.has(id)) this.#replace(id, undefined);
  }

  /** Git may date a document after it was read. */
  putDates(id: string, dates: DocumentDates): void {
    const before = this.#documents.get(id);
    if (before !== undefined && !isEqual(before.dates, dates)) this.#replace(id, { ...before, dates });
  }

  document(id: string): PlanDocument | undefined {
    return this.#documents.get(id);
  }

  documents(): Iterable<PlanDocument> {
    return this.#documents.values();
  }

  featureOf(documentId: string): string | null {
    return this.#attachments.featureOf(documentId) ?? null;
  }

  /** Gives every document its feature; answers those that changed or changed hands since the last time. */
  async attach(pacer: Pacer): Promise<ReadonlyMap<string, DocumentChange>> {
    for (const [id, former] of await this.#attachments.settle(pacer)) {
      this.#moveMember(id, former, this.#attachments.featureOf(id));
      const document = this.#documents.get(id);
      if (!this.#changedDocuments.has(id))
        this.#changedDocuments.set(id, { before: document, after: document });
    }
    for (const id of this.#changedDocuments.keys()) this.#markStale(this.#attachments.featureOf(id));
    const changes = this.#changedDocuments;
    this.#changedDocuments = new Map();
    return changes;
  }

  /** Rolls up what is stale; answers the features that may be other ones now. */
  async rollUp(
    pacer: Pacer,
    onDone: (done: number, total: number) => void,
  ): Promise<Map<string, FeatureChange>> {
    const changes = new Map<string, FeatureChange>();
    const stale = this.#staleFeatures;
    this.#staleFeatures = new Set();
    for (const id of stale) {
      changes.set(id, this.#rollUpOne(id));
      if (pacer.isDue()) {
        onDone(changes.size, stale.size);
        await pacer.rest();
      }
    }
    if (this.#isRelateDue) this.#relateAll(changes);
    onDone(stale.size, stale.size);
    return changes;
  }

  feature(id: string): PlanFeature | undefined {
    return this.#features.get(id);
  }

  features(): Iterable<PlanFeature> {
    return this.#features.values();
  }

  findFacts(id: string): FeatureFacts | undefined {
    const feature = this.#features.get(id);
    if (feature === undefined) return undefined;
    const documents = this.#documentsOf(id);
    return {
      id,
      base: feature.baseSlug,
      name: feature.name,
      documentIds: documents.map((document) => document.id),
      tasks: documents.flatMap((document) => toTaskFacts(document, id)),
    };
  }

  *featureFacts(): Iterable<FeatureFacts> {
    for (const id of this.#features.keys()) {
      const facts = this.findFacts(id);
      if (facts !== undefined) yield facts;
    }
  }

  *taskFacts(): Iterable<TaskFacts> {
    for (const document of this.#documents.values()) {
      if (document.tasks.length > 0) yield* toTaskFacts(document, this.featureOf(document.id));
    }
  }

  #replace(id: string, after: PlanDocument | undefined): void {
    const before = this.#documents.get(id);
    if (after === undefined) this.#documents.delete(id);
    else this.#documents.set(id, after);
    if (!isEqual(before?.keys, after?.keys)) this.#attachments.put(id, after?.keys);
    if (!isEqual(before?.relations, after?.relations)) this.#isRelateDue = true;
    const first = this.#changedDocuments.get(id);
    this.#changedDocuments.set(id, { before: first === undefined ? before : first.before, after });
  }

  #notePaths(paths: readonly string[]): void {
    for (const path of paths) this.#attachments.notePath(path);
    // What a path leads to may be another document, and what led nowhere may lead somewhere.
    if (paths.length > 0) this.#isRelateDue = true;
  }

  #markStale(feature: string | undefined): void {
    if (feature !== undefined) this.#staleFeatures.add(feature);
  }

  #moveMember(id: string, from: string | undefined, to: string | undefined): void {
    this.#isRelateDue = true;
    this.#markStale(from);
    this.#markStale(to);
    if (from !== undefined) {
      const members = this.#members.get(from);
      members?.delete(id);
      if (members?.size === 0) this.#members.delete(from);
    }
    if (to === undefined) return;
    const members = this.#members.get(to);
    if (members === undefined) this.#members.set(to, new Set([id]));
    else members.add(id);
  }

  /** In the order of their paths. */
  #documentsOf(feature: string): PlanDocument[] {
    const documents: PlanDocument[] = [];
    for (const id of this.#members.get(feature) ?? []) {
      const document = this.#documents.get(id);
      if (document !== undefined) documents.push(document);
    }
    return documents.sort((one, other) => compareText(one.path, other.path));
  }

  #rollUpOne(id: string): FeatureChange {
    const before = this.#features.get(id);
    const documents = this.#documentsOf(id);
    if (documents.length === 0) {
      this.#features.delete(id);
      this.#kin.delete(id);
      return { before, after: undefined };
    }
    const after = { ...toFeature(id, documents), relations: before?.relations ?? noRelations };
    this.#features.set(id, after);
    this.#kin.set(id, toNamedKin(id, documents));
    return { before, after };
  }

  #relateAll(changes: Map<string, FeatureChange>): void {
    this.#isRelateDue = false;
    const relations = relate(this.#kin.values(), {
      peers: () => this.#attachments.peers(),
      isFeature: (slug) => this.#attachments.isFeature(slug),
      findNewest: (slug) => this.#attachments.findNewest(slug),
      resolve: (path) => this.#paths.resolve(path),
      featureAt: (path) => this.#attachments.featureOf(this.#paths.idAt(path) ?? ''),
    });
    for (const feature of this.#features.values()) {
      const now = relations.get(feature.id) ?? noRelations;
      if (areSameRelations(feature.relations, now)) continue;
      const after = { ...feature, relations: now };
      this.#features.set(feature.id, after);
      const first = changes.get(feature.id);
      changes.set(feature.id, { before: first === undefined ? feature : first.before, after });
    }
  }
}

const toTaskFacts = (
  { id: documentId, path: sourcePath, tasks }: PlanDocument,
  featureId: string | null,
): TaskFacts[] =>
  tasks.map(({ id, title, sessionIds, commitHashes }) => ({
    id,
    title,
    sessionIds,
    commitHashes,
    featureId,
    documentId,
    sourcePath,
  }));

const isEqual = (one: unknown, other: unknown): boolean =>
  one === other ||
  (one !== undefined && other !== undefined && JSON.stringify(one) === JSON.stringify(other));
