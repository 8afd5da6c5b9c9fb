/** Sums of tokens with their cost, priced when read: a changed price table needs no other rows (SE11). */
import type { UsageByModel, UsageTotal } from '../../../shared/views/session.ts';
import type { PriceTable } from './prices.ts';
import { countTokens } from './usage-ledger.ts';

/** One sum of tokens that have one price. */
export interface UsageSum {
  readonly model: string;
  readonly day: string;
  readonly band: number;
  readonly messages: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly reasoning: number;
}

const nothing: UsageTotal = {
  messages: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  cost: 0,
  costComplete: true,
};

/** `cost` is what is known of it: null when nothing is, and *at least* while `costComplete` is false. */
export function toTotal(sums: readonly UsageSum[], prices: PriceTable): UsageTotal {
  let total = nothing;
  let isPriced = sums.length === 0;
  for (const sum of sums) {
    const cost = prices.costOf({ ...sum, model: sum.model || null, at: sum.day || null });
    isPriced ||= cost !== null;
    total = {
      messages: total.messages + sum.messages,
      inputTokens: total.inputTokens + sum.input,
      outputTokens: total.outputTokens + sum.output,
      cacheReadTokens: total.cacheReadTokens + sum.cacheRead,
      cacheWrite5mTokens: total.cacheWrite5mTokens + sum.cacheWrite5m,
      cacheWrite1hTokens: total.cacheWrite1hTokens + sum.cacheWrite1h,
      reasoningTokens: total.reasoningTokens + sum.reasoning,
      totalTokens: total.totalTokens + countTokens(sum),
      cost: (total.cost ?? 0) + (cost ?? 0),
      costComplete: total.costComplete && (cost !== null || countTokens(sum) === 0),
    };
  }
  return { ...total, cost: isPriced ? roundCost(total.cost ?? 0) : null };
}

/** To a millionth of a dollar: equal sums added in another order come out equal. */
const roundCost = (cost: number): number => Math.round(cost * 1e6) / 1e6;

export function toUsageByModel(sums: readonly UsageSum[], prices: PriceTable): UsageByModel[] {
  const byModel = new Map<string, UsageSum[]>();
  for (const sum of sums) byModel.set(sum.model, [...(byModel.get(sum.model) ?? []), sum]);
  return [...byModel]
    .map(([model, own]) => ({ model: model || null, ...toTotal(own, prices) }))
    .toSorted((a, b) => b.totalTokens - a.totalTokens || (a.model ?? '').localeCompare(b.model ?? ''));
}
