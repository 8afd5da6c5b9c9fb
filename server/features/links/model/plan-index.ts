/** Features by id, base slug and document, and the tasks of documents. */
import type { FeatureFacts, TaskFacts } from '../facts.ts';
import { compareText, SortedIndex } from './sorted-index.ts';

export class PlanIndex {
  readonly #features = new Map<string, FeatureFacts>();
  readonly #byBase = new SortedIndex<string>(compareText);
  readonly #ofDocument = new SortedIndex<string>(compareText);
  readonly #tasksOf = new Map<string, readonly TaskFacts[]>();
  readonly #tasks = new Set<string>();

  get features(): ReadonlyMap<string, FeatureFacts> {
    return this.#features;
  }

  get taskCount(): number {
    return this.#tasks.size;
  }

  ofBase(base: string): readonly string[] {
    return this.#byBase.get(base);
  }

  ofDocument(documentId: string): readonly string[] {
    return this.#ofDocument.get(documentId);
  }

  tasksOf(documentId: string): readonly TaskFacts[] {
    return this.#tasksOf.get(documentId) ?? none;
  }

  hasTask(id: string): boolean {
    return this.#tasks.has(id);
  }

  /** Of one document, in place of its former ones. */
  putTasks(documentId: string, tasks: readonly TaskFacts[]): void {
    for (const { id } of this.tasksOf(documentId)) this.#tasks.delete(id);
    for (const { id } of tasks) this.#tasks.add(id);
    if (tasks.length === 0) this.#tasksOf.delete(documentId);
    else this.#tasksOf.set(documentId, tasks);
  }

  /** `undefined` for a feature that is gone. Answers the keys whose answers are other ones now. */
  put(id: string, feature: FeatureFacts | undefined): readonly string[] {
    const before = this.#features.get(id);
    if (feature === undefined) this.#features.delete(id);
    else this.#features.set(id, feature);
    const keys = this.#attach(id, before?.documentIds ?? none, feature?.documentIds ?? none);
    if ((before === undefined) !== (feature === undefined)) keys.push(`f:${id}`);
    if (before?.base === feature?.base) return keys;
    if (before !== undefined) {
      this.#byBase.remove(before.base, id);
      keys.push(`b:${before.base}`);
    }
    if (feature !== undefined) {
      this.#byBase.add(feature.base, id);
      keys.push(`b:${feature.base}`);
    }
    return keys;
  }

  #attach(feature: string, before: readonly string[], after: readonly string[]): string[] {
    const [left, right] = [new Set(before), new Set(after)];
    const keys: string[] = [];
    for (const document of left) {
      if (right.has(document)) continue;
      this.#ofDocument.remove(document, feature);
      keys.push(`a:${document}`);
    }
    for (const document of right) {
      if (left.has(document)) continue;
      this.#ofDocument.add(document, feature);
      keys.push(`a:${document}`);
    }
    return keys;
  }
}

const none: readonly never[] = [];
