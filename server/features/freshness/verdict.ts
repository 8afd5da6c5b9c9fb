/** What came of an attempt to prove that the index holds what was saved. */
import { z } from 'zod';
import { EventId, Timestamp } from '../../../shared/ids.ts';
import { FreshnessProof } from '../../../shared/views/freshness.ts';

export const Proven = z.object({
  kind: z.literal('proven'),
  asOf: Timestamp,
  head: EventId,
  proof: FreshnessProof,
});
export type Proven = z.infer<typeof Proven>;

/** Parsed where another server has sent it. */
export const Verdict = z.discriminatedUnion('kind', [
  Proven,
  z.object({ kind: z.literal('unproven'), reason: z.string() }),
]);
export type Verdict = z.infer<typeof Verdict>;

export const unproven = (reason: string): Verdict => ({ kind: 'unproven', reason });
