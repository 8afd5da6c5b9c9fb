/** Turns the running totals of a Codex log into what was used from one to the next (SE20). */
import { toCount, toObject, type JsonObject } from './json.ts';
import type { TokenTotals } from './session-draft.ts';

/** null: the record tells no totals. */
export function readTotals(info: unknown): TokenTotals | null {
  const totals: JsonObject | null = toObject(toObject(info)?.['total_token_usage']);
  if (totals === null) return null;
  return {
    input: toCount(totals['input_tokens']),
    cached: toCount(totals['cached_input_tokens']),
    output: toCount(totals['output_tokens']),
    reasoning: toCount(totals['reasoning_output_tokens']),
  };
}

/** A fall means that the program began to count anew: all of the new total is new. null: nothing was used. */
export function toIncrease(before: TokenTotals | null, now: TokenTotals): TokenTotals | null {
  const base = before === null || now.input < before.input || now.output < before.output ? none : before;
  const increase = {
    input: now.input - base.input,
    cached: Math.max(0, now.cached - base.cached),
    output: now.output - base.output,
    reasoning: Math.max(0, now.reasoning - base.reasoning),
  };
  return increase.input + increase.output === 0 ? null : increase;
}

const none: TokenTotals = { input: 0, cached: 0, output: 0, reasoning: 0 };
