/** Who asked what, so that whoever was told something is told again when it changes. */

export type Unit = string;

interface Key {
  readonly name: string;
  readonly askers: Unit[];
}

/** Keys are kept once, as long as somebody asks: most of them are asked by several units. */
export class Dependencies {
  readonly #keys = new Map<string, Key>();
  readonly #asked = new Map<Unit, readonly Key[]>();

  /** What the unit asked when it was computed last, in place of what it asked before. */
  replace(unit: Unit, names: Iterable<string>): void {
    const before = this.#asked.get(unit) ?? none;
    const wanted = [...names];
    if (before.length === wanted.length && before.every(({ name }, at) => name === wanted[at])) return;
    // New ones first, so that a key both lists hold is not dropped in between.
    const now = wanted.map((name) => this.#add(name, unit));
    for (const key of before) this.#remove(key, unit);
    if (now.length === 0) this.#asked.delete(unit);
    else this.#asked.set(unit, now);
  }

  askersOf(name: string): readonly Unit[] {
    return this.#keys.get(name)?.askers ?? none;
  }

  #add(name: string, unit: Unit): Key {
    let key = this.#keys.get(name);
    if (key === undefined) this.#keys.set(name, (key = { name, askers: [] }));
    key.askers.push(unit);
    return key;
  }

  #remove({ name, askers }: Key, unit: Unit): void {
    const at = askers.indexOf(unit);
    askers[at] = askers.at(-1)!;
    askers.pop();
    if (askers.length === 0) this.#keys.delete(name);
  }
}

const none: readonly never[] = [];
