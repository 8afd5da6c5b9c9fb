/** Creates whose answer was lost: looked up until they are found, or certainly not there (RC4). */
import { TrackerFailure, type TargetItem } from '../tracker.ts';
import type { LookUp, Sought } from './look-up.ts';
import type { PushTiming } from './push-parts.ts';

export type Settled =
  | { readonly kind: 'found'; readonly items: readonly [TargetItem, ...TargetItem[]] }
  | { readonly kind: 'absent' }
  /** The look-up itself was impossible: nothing may be sent for it. */
  | { readonly kind: 'unknown'; readonly failure: TrackerFailure };

interface DoubtParts {
  readonly lookUp: LookUp;
  readonly timing: Pick<PushTiming, 'wait'>;
  /** Before each look-up. */
  readonly waitsMs: readonly number[];
  readonly signal: AbortSignal;
}

/** All of them share their waits. Every doubt has an answer. */
export async function settleDoubts(
  doubts: readonly Sought[],
  { lookUp, timing, waitsMs, signal }: DoubtParts,
): Promise<ReadonlyMap<string, Settled>> {
  const settled = new Map<string, Settled>();
  for (const waitMs of waitsMs) {
    const open = doubts.filter(({ sourceId }) => settled.get(sourceId)?.kind !== 'found');
    if (open.length === 0) break;
    await timing.wait(waitMs, signal);
    for (const [sourceId, answer] of await look(open, lookUp)) settled.set(sourceId, answer);
  }
  return settled;
}

async function look(open: readonly Sought[], lookUp: LookUp): Promise<ReadonlyMap<string, Settled>> {
  try {
    const found = await lookUp.find(open);
    return new Map(open.map(({ sourceId }) => [sourceId, toSettled(found.get(sourceId) ?? [])]));
  } catch (failure) {
    if (!(failure instanceof TrackerFailure)) throw failure;
    return new Map(open.map(({ sourceId }) => [sourceId, { kind: 'unknown', failure }]));
  }
}

function toSettled([first, ...more]: readonly TargetItem[]): Settled {
  return first === undefined ? { kind: 'absent' } : { kind: 'found', items: [first, ...more] };
}
