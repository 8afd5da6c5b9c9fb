/** Plain numbers that hot paths add to, and a scrape reads. */

/** So much of each, told apart by the values of its labels. */
export class Tally {
  readonly #labels: readonly string[];
  readonly #counts = new Map<string, { values: readonly string[]; value: number }>();

  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  add(values: readonly string[], amount = 1): void {
    const key = values.join('\n');
    const counted = this.#counts.get(key);
    if (counted === undefined) this.#counts.set(key, { values, value: amount });
    else counted.value += amount;
  }

  get samples(): { labels: Record<string, string>; value: number }[] {
    return [...this.#counts.values()].map(({ values, value }) => ({
      labels: toLabels(this.#labels, values),
      value,
    }));
  }
}

/** How values are spread over bounds, smallest first. */
export class Distribution {
  readonly bounds: readonly number[];
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  observe(value: number): void {
    const { bounds, counts } = this;
    let index = 0;
    while (index < bounds.length && value > (bounds[index] ?? Infinity)) index += 1;
    counts[index] = (counts[index] ?? 0) + 1;
    this.sum += value;
  }
}

/** One distribution for each value of its labels. */
export class Distributions {
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #spreads = new Map<string, { values: readonly string[]; spread: Distribution }>();

  constructor(labels: readonly string[], bounds: readonly number[]) {
    this.#labels = labels;
    this.#bounds = bounds;
  }

  observe(values: readonly string[], value: number): void {
    const key = values.join('\n');
    const found = this.#spreads.get(key);
    const { spread } = found ?? { spread: new Distribution(this.#bounds) };
    if (found === undefined) this.#spreads.set(key, { values, spread });
    spread.observe(value);
  }

  get spreads() {
    return [...this.#spreads.values()].map(({ values, spread: { bounds, counts, sum } }) => ({
      labels: toLabels(this.#labels, values),
      bounds,
      counts,
      sum,
    }));
  }
}

const toLabels = (names: readonly string[], values: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
