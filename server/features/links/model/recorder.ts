/** Answers what entities ask about others, and notes what was asked. */
import type { LinkedDocument } from '../claims/linked-document.ts';
import type { Lookup } from '../claims/lookup.ts';
import type { DocumentIndex } from './document-index.ts';
import type { PlanIndex } from './plan-index.ts';

export interface Known {
  readonly documents: DocumentIndex;
  readonly plans: PlanIndex;
  readonly sessions: { has(id: string): boolean };
  readonly covers: (path: string) => boolean;
}

export class Recorder implements Lookup {
  readonly #known: Known;
  #asked = new Set<string>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** What was asked since the last time. */
  take(): ReadonlySet<string> {
    const asked = this.#asked;
    this.#asked = new Set();
    return asked;
  }

  documentAt(path: string): LinkedDocument | undefined {
    this.#asked.add(`p:${path}`);
    return this.#known.documents.at(path);
  }

  documentsNamed(baseName: string): readonly LinkedDocument[] {
    this.#asked.add(`n:${baseName}`);
    return this.#known.documents.named(baseName);
  }

  document(id: string): LinkedDocument | undefined {
    this.#asked.add(`d:${id}`);
    return this.#known.documents.get(id);
  }

  ownerOf(idKey: string): LinkedDocument | undefined {
    this.#asked.add(`i:${idKey}`);
    return this.#known.documents.ownerOf(idKey);
  }

  hasFeature(slug: string): boolean {
    this.#asked.add(`f:${slug}`);
    return this.#known.plans.features.has(slug);
  }

  featuresOfBase(base: string): readonly string[] {
    this.#asked.add(`b:${base}`);
    return this.#known.plans.ofBase(base);
  }

  featuresOfDocument(documentId: string): readonly string[] {
    this.#asked.add(`a:${documentId}`);
    return this.#known.plans.ofDocument(documentId);
  }

  hasSession(id: string): boolean {
    this.#asked.add(`s:${id}`);
    return this.#known.sessions.has(id);
  }

  covers(path: string): boolean {
    return this.#known.covers(path);
  }
}
