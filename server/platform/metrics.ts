/** Figures as Prometheus reads them: defined once in a table, gathered at each scrape and never before. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
}

export type MetricDefinitions = Readonly<Record<string, MetricDefinition>>;

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels?: Labels;
  readonly value: number;
}

/** How values were spread: `counts` holds one more than there are bounds. */
export interface Spread {
  readonly labels?: Labels;
  readonly bounds: readonly number[];
  readonly counts: readonly number[];
  readonly sum: number;
}

type Reading<D extends MetricDefinition> = D['kind'] extends 'histogram'
  ? readonly Spread[]
  : readonly Sample[];

/** Of each metric in the table: a figure without its reading does not compile. */
export type Readings<T extends MetricDefinitions> = { readonly [N in keyof T]: Reading<T[N]> };

export const contentType = Registry.PROMETHEUS_CONTENT_TYPE;

/** The text of one scrape. A registry holds nothing between scrapes, so that what is gone is not told for ever. */
export async function renderMetrics<T extends MetricDefinitions>(
  definitions: T,
  readings: Readings<T>,
): Promise<string> {
  const registry = new Registry();
  for (const [name, definition] of Object.entries(definitions)) {
    register(registry, name, definition, readings[name as keyof T] as readonly (Sample | Spread)[]);
  }
  return await registry.metrics();
}

function register(
  registry: Registry,
  name: string,
  { kind, help, labels }: MetricDefinition,
  reading: readonly (Sample | Spread)[],
): void {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  if (kind === 'histogram') {
    new ReadHistogram(options, reading as readonly Spread[]);
    return;
  }
  const samples = reading as readonly Sample[];
  const metric = kind === 'counter' ? new Counter(options) : new Gauge(options);
  // One without labels begins at zero: with nothing read it has nothing to say.
  if (samples.length === 0) return registry.removeSingleMetric(name);
  for (const sample of samples) metric.inc({ ...sample.labels }, sample.value);
}

/** Says what was counted elsewhere; the library's own histogram must be told of every value. */
class ReadHistogram extends Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #spreads: readonly Spread[];

  constructor(
    options: { name: string; help: string; labelNames: string[]; registers: Registry[] },
    spreads: readonly Spread[],
  ) {
    super(options);
    this.#name = options.name;
    this.#help = options.help;
    this.#spreads = spreads;
  }

  override async get() {
    const values = this.#spreads.flatMap((spread) => toSeries(this.#name, spread));
    // The library's type names an enum that it exports as a type only.
    const type = 'histogram' as unknown as Awaited<ReturnType<Histogram['get']>>['type'];
    const collect = () => undefined;
    return { name: this.#name, help: this.#help, type, aggregator: 'sum' as const, collect, values };
  }

  /** What the registry asks instead where there is one. */
  getForPromString() {
    return this.get();
  }
}

function toSeries(name: string, { labels = {}, bounds, counts, sum }: Spread) {
  let below = 0;
  const buckets = [...bounds, '+Inf'].map((le, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value: (below += counts[index] ?? 0),
  }));
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { ...labels }, value: sum },
    { metricName: `${name}_count`, labels: { ...labels }, value: below },
  ];
}
