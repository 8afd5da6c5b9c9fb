/** A map that forgets whoever was not asked for the longest: what anybody can add to must not grow for ever. */

export class Recent<T> {
  readonly #limit: number;
  readonly #values = new Map<string, T>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#values.size;
  }

  of(key: string, create: () => T): T {
    const value = this.#values.get(key) ?? create();
    // Insertion order is the order of use.
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.#limit && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}
