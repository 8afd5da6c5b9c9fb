/** Tokens and money of sessions: short, and never more certain than they are. */

const dollars = (digits: number) =>
  new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

interface Cost {
  readonly cost: number | null;
  readonly costComplete: boolean;
}

/** SE11: a sum without the price of one of its models is a lower bound, and none at all is not nothing. */
export function toCost({ cost, costComplete }: Cost): string {
  if (cost === null) return 'unknown';
  return costComplete ? toDollars(cost) : `at least ${toDollars(cost)}`;
}

/** `$0.00` would read as free. */
export function toDollars(cost: number): string {
  if (cost > 0 && cost < 0.01) return '< $0.01';
  return dollars(cost >= 1000 ? 0 : 2).format(cost);
}

const units = [
  { from: 1e9, name: 'G' },
  { from: 1e6, name: 'M' },
  { from: 1e3, name: 'k' },
] as const;

/** `840`, `12.4 k`, `3.1 M`: cut, so that 999,990 does not read as a thousand thousands. */
export function toTokens(tokens: number): string {
  const unit = units.find(({ from }) => tokens >= from);
  if (unit === undefined) return String(tokens);
  return `${(Math.floor((tokens / unit.from) * 10) / 10).toFixed(1)} ${unit.name}`;
}
