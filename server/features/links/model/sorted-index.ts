/** Values by key, each list in an order of its own that does not tell in which order the values came. */

export class SortedIndex<T> {
  readonly #lists = new Map<string, T[]>();
  readonly #compare: (one: T, other: T) => number;

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare;
  }

  get(key: string): readonly T[] {
    return this.#lists.get(key) ?? none;
  }

  add(key: string, value: T): void {
    const list = this.#lists.get(key);
    if (list === undefined) {
      this.#lists.set(key, [value]);
      return;
    }
    list.splice(this.#findPlace(list, value), 0, value);
  }

  remove(key: string, value: T): void {
    const list = this.#lists.get(key);
    if (list === undefined) return;
    const at = this.#findPlace(list, value);
    if (at < list.length && this.#compare(list[at]!, value) === 0) list.splice(at, 1);
    if (list.length === 0) this.#lists.delete(key);
  }

  /** The first place whose value does not come before this one. */
  #findPlace(list: readonly T[], value: T): number {
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(list[middle]!, value) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const none: readonly never[] = [];

export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
