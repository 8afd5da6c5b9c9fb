/** The documents of one project with who names whom: what the rules ask, each answered without a search. */
import { isAbout, toIdKey, type CheckedDocument } from './checked-document.ts';

/** Negative when the first is preferred as the owner of an id (DC4); equal ones stand in order of their paths. */
export type CompareOwners = (one: CheckedDocument, other: CheckedDocument) => number;

export class HealthTree {
  /** In order of their paths. */
  readonly documents: CheckedDocument[] = [];
  readonly #compareOwners: CompareOwners;
  readonly #owners = new Map<string, CheckedDocument>();
  readonly #types = new Set<string>();
  readonly #naming = {
    epic: new Map<string, Map<string, CheckedDocument[]>>(),
    story: new Map<string, Map<string, CheckedDocument[]>>(),
  };

  constructor(compareOwners: CompareOwners) {
    this.#compareOwners = compareOwners;
  }

  /** In order of their paths. */
  add(document: CheckedDocument): void {
    this.documents.push(document);
    if (isAbout(document)) return;
    this.#types.add(document.type);
    this.#own(document);
    this.#name('epic', document, document.namedEpics);
    this.#name('story', document, document.namedStories);
  }

  #own(document: CheckedDocument): void {
    if (document.refId === null) return;
    const key = toIdKey(document.refId);
    const rival = this.#owners.get(key);
    if (rival === undefined || this.#compareOwners(document, rival) < 0) this.#owners.set(key, document);
  }

  #name(what: 'epic' | 'story', document: CheckedDocument, keys: readonly string[]): void {
    if (keys.length === 0) return;
    const ofType = this.#naming[what].get(document.type) ?? new Map<string, CheckedDocument[]>();
    this.#naming[what].set(document.type, ofType);
    for (const key of keys) {
      const known = ofType.get(key);
      if (known === undefined) ofType.set(key, [document]);
      else known.push(document);
    }
  }

  has(type: string): boolean {
    return this.#types.has(type);
  }

  ownerOf(id: string | null): CheckedDocument | undefined {
    return id === null ? undefined : this.#owners.get(toIdKey(id));
  }

  /** Documents of a type whose epic or story is this id. */
  naming(what: 'epic' | 'story', type: string, id: string | null): readonly CheckedDocument[] {
    return id === null ? [] : (this.#naming[what].get(type)?.get(toIdKey(id)) ?? []);
  }
}
