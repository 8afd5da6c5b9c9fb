/**
 * All that is known of one project's links. Every claim has one owner, and is a function of the owner's facts and of
 * the answers to what it asked about others; whoever asked is computed again when an answer changes. So an increment
 * cannot come to another end than a new beginning.
 */
import type { Pacer } from '../../../platform/pacer.ts';
import type { Claim } from '../claims/claim.ts';
import { claimDocument, type DocumentClaims } from '../claims/document-claims.ts';
import type { Unresolved } from '../claims/unresolved.ts';
import { gatherEvidence, type FeatureEvidence } from '../claims/feature-evidence.ts';
import { claimInherited } from '../claims/inherited-claims.ts';
import { toLinkedDocument, type LinkedDocument } from '../claims/linked-document.ts';
import type { Lookup } from '../claims/lookup.ts';
import { claimFeature, claimTasks } from '../claims/plan-claims.ts';
import { evidenceOf } from '../evidence/session-evidence.ts';
import type { SessionFacts } from '../evidence/session-facts.ts';
import type { DocumentFacts, FeatureFacts, Review, TaskFacts } from '../facts.ts';
import { toDigest, toEntity, toParts, type Entity } from '../link.ts';
import { ClaimBook } from './claim-book.ts';
import type { ManualLink } from './decision.ts';
import { Decisions } from './decisions.ts';
import { Dependencies, type Unit } from './dependencies.ts';
import { DocumentIndex } from './document-index.ts';
import { EvidenceIndex } from './evidence-index.ts';
import type { EvidenceContent, FoldedLink } from './fold.ts';
import { PlanIndex } from './plan-index.ts';
import { Recorder } from './recorder.ts';
import { compareText } from './sorted-index.ts';

type OnDone = (done: number, total: number) => void;

export class LinkModel {
  readonly projectId: string;
  readonly #recorder: Recorder;
  readonly #documents = new DocumentIndex();
  readonly #results = new Map<string, Pick<DocumentClaims, 'features' | 'documents'>>();
  readonly #plans = new PlanIndex();
  readonly #sessions = new Set<string>();
  readonly #evidence = new EvidenceIndex();
  readonly #decisions = new Decisions();
  readonly #dependencies = new Dependencies();
  readonly #claims: ClaimBook;
  readonly #unresolved = new Map<Unit, readonly Unresolved[]>();
  readonly #contents = new Map<string, EvidenceContent>();
  /** Units to be computed again. */
  readonly #stale = new Set<Unit>();
  #changedUnresolved = new Set<string>();
  #changedEvidence = new Set<string>();

  constructor(projectId: string, covers: (path: string) => boolean) {
    this.projectId = projectId;
    this.#recorder = new Recorder({
      documents: this.#documents,
      plans: this.#plans,
      sessions: this.#sessions,
      covers,
    });
    this.#claims = new ClaimBook((source, target) => ({
      decisions: this.#decisions.of(source, target),
      endsExist: this.#exists(source) && this.#exists(target),
    }));
  }

  /** Roughly what it holds, to bound what is remembered. */
  get size(): number {
    return this.#documents.size + this.#sessions.size + this.#plans.taskCount;
  }

  get featureCount(): number {
    return this.#plans.features.size;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** From now on links are compared with what they were. */
  startTracking(): void {
    this.#claims.isTracking = true;
  }

  putDocument(facts: DocumentFacts): void {
    const document = toLinkedDocument(facts);
    const before = this.#documents.get(facts.id);
    // Most changes of a document are none of what it is linked by.
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(document)) return;
    if (before === undefined) this.#touchDecisions(document.entity);
    // The rows name the path.
    if (before?.file !== document.file && this.unresolvedOf(facts.id).length > 0) {
      this.#changedUnresolved.add(facts.id);
    }
    this.#markAsked(this.#documents.put(document));
    this.#stale.add(`d:${facts.id}`);
    if (this.#plans.tasksOf(facts.id).length > 0) this.#stale.add(`t:${facts.id}`);
  }

  removeDocument(id: string): void {
    const document = this.#documents.get(id);
    if (document === undefined) return;
    this.#touchDecisions(document.entity);
    this.#markAsked(this.#documents.remove(id));
    for (const unit of ['d', 'h', 't']) this.#drop(`${unit}:${id}`);
    this.#results.delete(id);
    this.#markAsked([`l:${id}`]);
    this.#changedUnresolved.add(id);
    this.putTasks(id, []);
  }

  /** Of one document, in place of its former ones. */
  putTasks(documentId: string, tasks: readonly TaskFacts[]): void {
    const before = this.#plans.tasksOf(documentId);
    if (before.length === 0 && tasks.length === 0) return;
    for (const { id } of [...before, ...tasks]) this.#touchDecisions(toEntity('task', id));
    this.#plans.putTasks(documentId, tasks);
    this.#stale.add(`t:${documentId}`);
  }

  putFeature(feature: FeatureFacts): void {
    const { id } = feature;
    if (!this.#plans.features.has(id)) this.#touchDecisions(toEntity('feature', id));
    this.#markAsked(this.#plans.put(id, feature));
    this.#stale.add(`f:${id}`).add(`e:${id}`);
  }

  removeFeature(id: string): void {
    if (!this.#plans.features.has(id)) return;
    this.#touchDecisions(toEntity('feature', id));
    this.#markAsked(this.#plans.put(id, undefined));
    this.#drop(`f:${id}`);
    this.#drop(`e:${id}`);
    this.#publishEvidence(id, undefined);
  }

  features(): ReadonlyMap<string, FeatureFacts> {
    return this.#plans.features;
  }

  /** New, or another one than before: its evidence is to be handed over by `putSession`. */
  noteSession(id: string): void {
    if (!this.#sessions.has(id)) {
      this.#touchDecisions(toEntity('session', id));
      this.#sessions.add(id);
      this.#markAsked([`s:${id}`]);
    }
    this.#stale.add(`s:${id}`);
  }

  removeSession(id: string): void {
    if (!this.#sessions.has(id)) return;
    this.#touchDecisions(toEntity('session', id));
    this.#sessions.delete(id);
    this.#markAsked([`s:${id}`]);
    this.#drop(`s:${id}`);
  }

  setDecisions(manual: readonly ManualLink[], reviews: readonly Review[]): void {
    const wanted = new Decisions();
    wanted.set(manual, reviews);
    for (const pair of this.#decisions.differencesTo(wanted)) this.#touch(pair.source, pair.target);
    this.#decisions.set(manual, reviews);
  }

  /** A manual link is broken while an end of it is missing. */
  #touchDecisions(entity: Entity): void {
    for (const { source, target } of this.#decisions.pairsAt(entity)) this.#touch(source, target);
  }

  #touch(source: Entity, target: Entity): void {
    this.#claims.touch(source, target);
    this.#staleSession(target);
  }

  /** Links of features, and what speaks for them. */
  async deriveFeatures(pacer: Pacer, onDone: OnDone): Promise<void> {
    const units = this.#take('f', 'e');
    const total = this.#plans.features.size;
    for (const [done, unit] of units.entries()) {
      const id = unit.slice(2);
      const feature = this.#plans.features.get(id);
      if (feature !== undefined && unit.startsWith('f')) this.#deriveFeature(feature);
      if (feature !== undefined && unit.startsWith('e')) {
        this.#publishEvidence(
          id,
          this.#ask(unit, (lookup) => gatherEvidence(feature, lookup)),
        );
      }
      await rest(pacer, () => onDone(Math.min(total, done >> 1), total));
    }
    onDone(total, total);
  }

  #deriveFeature(feature: FeatureFacts): void {
    const unit = `f:${feature.id}`;
    const claims = this.#ask(unit, (lookup) => claimFeature(feature, lookup));
    for (const { target } of this.#claims.replace(unit, claims)) this.#staleSession(target);
  }

  /** Whoever folds the link of a session needs its evidence at hand. */
  #staleSession(target: Entity): void {
    const { type, id } = toParts(target);
    if (type === 'session' && this.#sessions.has(id)) this.#stale.add(`s:${id}`);
  }

  #publishEvidence(feature: string, evidence: FeatureEvidence | undefined): void {
    const keys = this.#evidence.put(feature, evidence);
    if (keys.size > 0) this.#changedEvidence.add(feature);
    this.#markAsked(keys);
  }

  /** Sessions whose facts are wanted by `putSession`, in order. */
  takeStaleSessions(): readonly string[] {
    return this.#take('s')
      .map((unit) => unit.slice(2))
      .filter((id) => this.#sessions.has(id))
      .sort(compareText);
  }

  putSession(session: SessionFacts): void {
    const unit = `s:${session.id}`;
    const asked = new Set<string>();
    const found = evidenceOf(session, {
      byBasename: (name) => {
        asked.add(`e:${name}`);
        return this.#evidence.named(name);
      },
      byAlias: (token) => {
        asked.add(`k:${token}`);
        return this.#evidence.called(token);
      },
    });
    this.#dependencies.replace(unit, asked);
    const target = toEntity('session', session.id);
    const claims = found.map(({ featureId, confidence, base, adjustments, metadata }): Claim => {
      const source = toEntity('feature', featureId);
      const content = { metadata, explanation: { base, adjustments } };
      this.#contents.set(`${source}\0${target}`, content);
      const digest = toDigest(JSON.stringify(content));
      const strategy = 'session_evidence';
      return { source, target, linkType: 'related', strategy, confidence, sortOrder: 0, detail: { digest } };
    });
    this.#claims.replace(unit, claims);
  }

  /** Links of documents and of their tasks; then of those that inherit. */
  async deriveDocuments(pacer: Pacer, onDone: OnDone): Promise<void> {
    const units = this.#take('d', 't');
    for (const [done, unit] of units.entries()) {
      const document = this.#documents.get(unit.slice(2));
      if (document !== undefined && unit.startsWith('d')) this.#deriveDocument(document);
      if (unit.startsWith('t')) this.#deriveTasks(unit.slice(2));
      await rest(pacer, () => onDone(done, units.length));
    }
    for (const unit of this.#take('h')) {
      const document = this.#documents.get(unit.slice(2));
      if (document !== undefined) this.#deriveInherited(document);
      await rest(pacer, () => undefined);
    }
    onDone(units.length, units.length);
  }

  #deriveDocument(document: LinkedDocument): void {
    const { id } = document;
    const unit = `d:${id}`;
    const { claims, unresolved, features, documents } = this.#ask(unit, (lookup) =>
      claimDocument(document, lookup),
    );
    this.#claims.replace(unit, claims);
    this.#setUnresolved(unit, unresolved);
    const before = this.#results.get(id);
    this.#results.set(id, { features, documents });
    // What is inherited from it names its path, too.
    if (before?.features.join('\0') !== features.join('\0') || features.length > 0)
      this.#markAsked([`l:${id}`]);
    this.#stale.add(`h:${id}`);
  }

  #deriveTasks(documentId: string): void {
    const unit = `t:${documentId}`;
    const tasks = this.#plans.tasksOf(documentId);
    const { claims, unresolved } = this.#ask(unit, (lookup) => claimTasks(documentId, tasks, lookup));
    this.#claims.replace(unit, claims);
    this.#setUnresolved(unit, unresolved);
  }

  #deriveInherited(document: LinkedDocument): void {
    const unit = `h:${document.id}`;
    const { features, documents } = this.#results.get(document.id) ?? { features: [], documents: [] };
    if (features.length > 0 || documents.length === 0) {
      this.#drop(unit);
      return;
    }
    this.#dependencies.replace(
      unit,
      documents.map((id) => `l:${id}`),
    );
    const legacies = documents.flatMap((id) => {
      const path = this.#documents.get(id)?.file;
      return path === undefined ? [] : [{ path, features: this.#results.get(id)?.features ?? [] }];
    });
    this.#claims.replace(unit, claimInherited(document, legacies));
  }

  #setUnresolved(unit: Unit, unresolved: readonly Unresolved[]): void {
    const before = this.#unresolved.get(unit) ?? [];
    if (before.length === 0 && unresolved.length === 0) return;
    if (JSON.stringify(before) !== JSON.stringify(unresolved)) this.#changedUnresolved.add(unit.slice(2));
    if (unresolved.length === 0) this.#unresolved.delete(unit);
    else this.#unresolved.set(unit, unresolved);
  }

  #drop(unit: Unit): void {
    this.#dependencies.replace(unit, []);
    this.#claims.replace(unit, []);
    this.#unresolved.delete(unit);
    this.#stale.delete(unit);
  }

  document(id: string): LinkedDocument | undefined {
    return this.#documents.get(id);
  }

  documents(): Iterable<LinkedDocument> {
    return this.#documents.values();
  }

  documentCount(): number {
    return this.#documents.size;
  }

  unresolvedOf(documentId: string): readonly Unresolved[] {
    const all = ['d', 't'].flatMap((kind) => this.#unresolved.get(`${kind}:${documentId}`) ?? []);
    return [...new Map(all.map((one) => [`${one.key}\0${one.value}\0${one.reason}`, one])).values()];
  }

  evidenceOf(feature: string): FeatureEvidence | undefined {
    return this.#evidence.get(feature);
  }

  contentOf(claim: Claim): EvidenceContent {
    const content = this.#contents.get(`${claim.source}\0${claim.target}`);
    if (content === undefined)
      throw new Error(`The evidence of ${claim.source} and ${claim.target} is not at hand`);
    return content;
  }

  *sources(): Iterable<Entity> {
    const sources = new Set<Entity>(this.#claims.sources());
    for (const source of this.#decisions.sources()) sources.add(source);
    yield* sources;
  }

  linksFrom(source: Entity): readonly FoldedLink[] {
    return this.#claims.foldSource(source, this.#decisions.targetsOf(source));
  }

  claimsFrom(source: Entity): Iterable<Claim> {
    return this.#claims.claimsOf(source);
  }

  takeChanges() {
    return this.#claims.takeChanges();
  }

  /** Ids of documents and features whose unresolved references and evidence may be other ones. */
  takeSideChanges(): { readonly unresolved: ReadonlySet<string>; readonly evidence: ReadonlySet<string> } {
    const changes = { unresolved: this.#changedUnresolved, evidence: this.#changedEvidence };
    this.#changedUnresolved = new Set();
    this.#changedEvidence = new Set();
    return changes;
  }

  takeDependenciesTouched(): boolean {
    const isTouched = this.#claims.hasTouchedDependencies;
    this.#claims.hasTouchedDependencies = false;
    return isTouched;
  }

  /** What sessions said is needed until the links of a run are worked out. */
  dropContents(): void {
    this.#contents.clear();
  }

  #exists(entity: Entity): boolean {
    const { type, id } = toParts(entity);
    switch (type) {
      case 'document':
        return this.#documents.get(id) !== undefined;
      case 'feature':
        return this.#plans.features.has(id);
      case 'session':
        return this.#sessions.has(id);
      default:
        return this.#plans.hasTask(id);
    }
  }

  #take(...kinds: readonly string[]): Unit[] {
    const taken = [...this.#stale].filter((unit) => kinds.includes(unit.slice(0, 1)));
    for (const unit of taken) this.#stale.delete(unit);
    return taken;
  }

  #markAsked(keys: Iterable<string>): void {
    for (const key of keys) for (const unit of this.#dependencies.askersOf(key)) this.#stale.add(unit);
  }

  #ask<T>(unit: Unit, compute: (lookup: Lookup) => T): T {
    const result = compute(this.#recorder);
    this.#dependencies.replace(unit, this.#recorder.take());
    return result;
  }
}

async function rest(pacer: Pacer, onRest: () => void): Promise<void> {
  if (!pacer.isDue()) return;
  onRest();
  await pacer.rest();
}
