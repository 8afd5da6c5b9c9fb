/** What a look through the whole database found. */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';

export const Finding = z.object({
  check: z.string(),
  /** What is not as it should be: a project, an operation, a place in the journal. */
  subject: z.string(),
  message: z.string(),
});
export type Finding = z.infer<typeof Finding>;

export const Verification = z.object({
  checkedAt: Timestamp,
  epoch: z.string(),
  head: z.number().int(),
  oldest: z.number().int(),
  /** Every check with how many findings it had; the first of them are told. */
  checks: z.array(z.object({ check: z.string(), findings: z.number().int().min(0) })),
  findings: z.array(Finding),
});
export type Verification = z.infer<typeof Verification>;
