/** The documents of a project, found by id, path, file name and the ids they own. */
import type { LinkedDocument } from '../claims/linked-document.ts';
import { baseNameOf } from '../claims/path-reference.ts';
import { compareText, SortedIndex } from './sorted-index.ts';

export class DocumentIndex {
  readonly #byId = new Map<string, LinkedDocument>();
  readonly #byPath = new SortedIndex<LinkedDocument>(compareIds);
  readonly #byName = new SortedIndex<LinkedDocument>(comparePaths);
  readonly #owners = new SortedIndex<LinkedDocument>(compareOwners);
  readonly #aliases = new SortedIndex<LinkedDocument>(compareOwners);

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): LinkedDocument | undefined {
    return this.#byId.get(id);
  }

  values(): Iterable<LinkedDocument> {
    return this.#byId.values();
  }

  at(path: string): LinkedDocument | undefined {
    return this.#byPath.get(path)[0];
  }

  named(baseName: string): readonly LinkedDocument[] {
    return this.#byName.get(baseName);
  }

  /** DC4; an alias stands for a document where nobody owns the id. */
  ownerOf(idKey: string): LinkedDocument | undefined {
    return this.#owners.get(idKey)[0] ?? this.#aliases.get(idKey)[0];
  }

  /** The keys whose answers may be other ones now. */
  put(document: LinkedDocument): readonly string[] {
    const before = this.#byId.get(document.id);
    const keys = [`d:${document.id}`];
    if (before !== undefined && isSameAnswer(before, document)) {
      this.#swap(before, document);
      return keys;
    }
    if (before !== undefined) keys.push(...this.#take(before));
    keys.push(...this.#add(document));
    return keys;
  }

  remove(id: string): readonly string[] {
    const document = this.#byId.get(id);
    return document === undefined ? [] : [`d:${id}`, ...this.#take(document)];
  }

  #swap(before: LinkedDocument, document: LinkedDocument): void {
    this.#take(before);
    this.#add(document);
  }

  #take(document: LinkedDocument): string[] {
    const { id, path, refId, aliases } = document;
    this.#byId.delete(id);
    this.#byPath.remove(path, document);
    this.#byName.remove(baseNameOf(path), document);
    if (refId !== null) this.#owners.remove(refId, document);
    for (const alias of aliases) this.#aliases.remove(alias, document);
    return keysOf(document);
  }

  #add(document: LinkedDocument): string[] {
    const { id, path, refId, aliases } = document;
    this.#byId.set(id, document);
    this.#byPath.add(path, document);
    this.#byName.add(baseNameOf(path), document);
    if (refId !== null) this.#owners.add(refId, document);
    for (const alias of new Set(aliases)) this.#aliases.add(alias, document);
    return keysOf(document);
  }
}

function keysOf({ path, refId, aliases }: LinkedDocument): string[] {
  const ids = refId === null ? aliases : [refId, ...aliases];
  return [`p:${path}`, `n:${baseNameOf(path)}`, ...ids.map((id) => `i:${id}`)];
}

/** Nobody who was told of the one would be told something else by the other. */
function isSameAnswer(one: LinkedDocument, other: LinkedDocument): boolean {
  return (
    one.file === other.file &&
    one.slug === other.slug &&
    one.refId === other.refId &&
    one.isAtHome === other.isAtHome &&
    one.archived === other.archived &&
    one.aliases.join('\0') === other.aliases.join('\0')
  );
}

const compareIds = (one: LinkedDocument, other: LinkedDocument): number => compareText(one.id, other.id);

const comparePaths = (one: LinkedDocument, other: LinkedDocument): number =>
  compareText(one.path, other.path) || compareIds(one, other);

/** DC4: in its family's folder, then not archived, then the first path. */
function compareOwners(one: LinkedDocument, other: LinkedDocument): number {
  return (
    Number(other.isAtHome) - Number(one.isAtHome) ||
    Number(one.archived) - Number(other.archived) ||
    comparePaths(one, other)
  );
}
