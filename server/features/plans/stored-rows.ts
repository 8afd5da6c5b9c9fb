/** What one table holds of a project, by key: tells which rows are to be written and which to go. */

export interface RowChanges<T> {
  readonly added: readonly T[];
  readonly updated: readonly T[];
  /** Keys. */
  readonly removed: readonly string[];
}

interface Keyed {
  readonly digest: string;
}

export class StoredRows<T extends Keyed> {
  readonly #keyOf: (row: T) => string;
  #digests: Map<string, string>;

  constructor(keyOf: (row: T) => string, stored: Map<string, string>) {
    this.#keyOf = keyOf;
    this.#digests = stored;
  }

  get size(): number {
    return this.#digests.size;
  }

  /**
   * Rows take the place of those under `former` keys, one by one. What is answered counts as stored from then on:
   * whoever does not write it must forget the rows.
   */
  replace(former: Iterable<string>): RowReplacement<T> {
    const left = new Map<string, string>();
    for (const key of former) {
      const digest = this.#digests.get(key);
      if (digest === undefined) continue;
      left.set(key, digest);
      this.#digests.delete(key);
    }
    return new RowReplacement(this.#keyOf, left, this.#digests);
  }

  /** Takes over what is there: to copy a hundred thousand keys would hold the event loop. */
  replaceAll(): RowReplacement<T> {
    const left = this.#digests;
    this.#digests = new Map();
    return new RowReplacement(this.#keyOf, left, this.#digests);
  }
}

export class RowReplacement<T extends Keyed> {
  readonly #keyOf: (row: T) => string;
  readonly #left: Map<string, string>;
  readonly #digests: Map<string, string>;
  readonly #added: T[] = [];
  readonly #updated: T[] = [];

  constructor(keyOf: (row: T) => string, left: Map<string, string>, digests: Map<string, string>) {
    this.#keyOf = keyOf;
    this.#left = left;
    this.#digests = digests;
  }

  put(row: T): void {
    const key = this.#keyOf(row);
    const stored = this.#left.get(key);
    this.#left.delete(key);
    this.#digests.set(key, row.digest);
    if (stored === row.digest) return;
    (stored === undefined ? this.#added : this.#updated).push(row);
  }

  end(): RowChanges<T> {
    return { added: this.#added, updated: this.#updated, removed: [...this.#left.keys()] };
  }
}
