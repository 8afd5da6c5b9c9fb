/** What a model's tokens cost: a table that is data, asked by model, date and length of the prompt (SE11). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findPackageRoot } from '../../platform/package-root.ts';

/** Tokens by what they are billed as. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}

export interface PricedUse extends Tokens {
  readonly model: string | null;
  /** `YYYY-MM-DD…`; null is priced as of today. */
  readonly at: string | null;
  readonly band: number;
}

export interface PriceTable {
  /** US dollars, or null for a model that is not in the table: never the price of another one. */
  costOf(use: PricedUse): number | null;
  knows(model: string | null, at: string | null): boolean;
}

/**
 * Some models cost more for every token of a request whose prompt is longer than this. A request is kept as the
 * number of these that its prompt exceeds, so that sums of requests can be priced anew without their parts.
 */
export const promptBands = [100_000, 200_000, 272_000] as const;

export function toPromptBand({ input, cacheRead, cacheWrite5m, cacheWrite1h }: Tokens): number {
  const prompt = input + cacheRead + cacheWrite5m + cacheWrite1h;
  let band = 0;
  for (const edge of promptBands) if (prompt > edge) band += 1;
  return band;
}

const Price = z.object({
  models: z.array(z.string()).min(1),
  from: z.iso.date(),
  promptOver: z.literal(promptBands).optional(),
  input: z.number().nonnegative(),
  output: z.number().nonnegative(),
  cacheRead: z.number().nonnegative(),
  cacheWrite5m: z.number().nonnegative(),
  cacheWrite1h: z.number().nonnegative(),
});
type Price = z.infer<typeof Price>;

export const PriceList = z.object({
  currency: z.literal('USD'),
  per: z.literal(1_000_000),
  checked: z.iso.date(),
  prices: z.array(Price),
});
export type PriceList = z.infer<typeof PriceList>;

export function readPriceTable(): PriceTable {
  const file = join(findPackageRoot(), 'server/features/sessions/prices.json');
  return createPriceTable(PriceList.parse(JSON.parse(readFileSync(file, 'utf8'))));
}

export function createPriceTable({ prices, per }: PriceList): PriceTable {
  const patterns = prices.map((price) => ({ price, isOf: price.models.map(toMatcher) }));
  const found = new Map<string, readonly Price[]>();

  /** Prices of one model, newest first and then for the longest prompts first. */
  function pricesOf(model: string): readonly Price[] {
    const known = found.get(model);
    if (known !== undefined) return known;
    const name = toPlainName(model);
    const own = patterns
      .filter(({ isOf }) => isOf.some((matches) => matches(name)))
      .map(({ price }) => price)
      .toSorted((a, b) => b.from.localeCompare(a.from) || (b.promptOver ?? 0) - (a.promptOver ?? 0));
    // Names come from logs: what is remembered of them has a bound.
    if (found.size < 1000) found.set(model, own);
    return own;
  }

  function find(model: string | null, at: string | null, band: number): Price | undefined {
    if (model === null) return undefined;
    const day = at?.slice(0, 10) ?? '9999-12-31';
    const exceeded = promptBands[band - 1] ?? 0;
    return pricesOf(model).find((price) => price.from <= day && (price.promptOver ?? 0) <= exceeded);
  }

  return {
    knows: (model, at) => find(model, at, 0) !== undefined,
    costOf(use) {
      const price = find(use.model, use.at, use.band);
      if (price === undefined) return null;
      const sum =
        use.input * price.input +
        use.output * price.output +
        use.cacheRead * price.cacheRead +
        use.cacheWrite5m * price.cacheWrite5m +
        use.cacheWrite1h * price.cacheWrite1h;
      return sum / per;
    },
  };
}

/** `*` stands for any text; everything else for itself. */
function toMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[^a-z0-9-]/g, String.raw`\$&`));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (name) => expression.test(name);
}

/** Without where it was served and which day's build it was: neither changes the price. */
export function toPlainName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z-]+\.)?anthropic\./, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/-v\d+(?::\d+)?$/, '')
    .replace(/[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, '');
}
