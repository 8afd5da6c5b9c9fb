/** Links that look wrong, and what people said about them (AU3, AU5). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';
import { Actor } from '../operations.ts';

export const Severity = z.enum(['high', 'medium', 'low']);
export type Severity = z.infer<typeof Severity>;

/** Dismissed: right as it is. Pinned: confirmed, and it stays. Unlinked: gone, and never made again (AU6). */
export const Verdict = z.enum(['dismissed', 'pinned', 'unlinked']);
export type Verdict = z.infer<typeof Verdict>;

export const LinkReview = z.object({
  id: z.string(),
  feature_id: z.string(),
  session_id: z.string(),
  verdict: Verdict,
  note: z.string().nullable(),
  actor: Actor,
  createdAt: Timestamp,
  /** Why the pair was suspect when it was reviewed, at the default floors. */
  reasonsAtReview: z.array(z.string()),
  /** Dismissed, and suspect now for a reason that was not known then. */
  reasonsChanged: z.boolean(),
});
export type LinkReview = z.infer<typeof LinkReview>;

export const SuspectLink = z.object({
  feature_id: z.string(),
  session_id: z.string(),
  confidence: z.number(),
  ambiguity_share: z.number(),
  title: z.string().nullable(),
  signal_type: z.string().nullable(),
  signal_path: z.string().nullable(),
  /** The first 5. */
  commands: z.array(z.string()),
  /** Joined by `;`. */
  reason: z.string(),
  fanout_count: z.number(),
  severity: Severity,
  link_id: z.string(),
  signal_count: z.number(),
  review: LinkReview.nullable(),
});
export type SuspectLink = z.infer<typeof SuspectLink>;

export const LinkAudit = z.object({
  status: z.literal('ok'),
  project_id: z.string(),
  feature_filter: z.string().nullable(),
  /** Links that were looked at. */
  row_count: z.number().int(),
  /** All there are, however many of them this answer holds. */
  total_suspects: z.number().int(),
  suspect_count: z.number().int(),
  reviewed_count: z.number().int(),
  primary_floor: z.number(),
  fanout_floor: z.number().int(),
  limit: z.number().int(),
  offset: z.number().int(),
  next_offset: z.number().int().nullable(),
  generated_at: Timestamp,
  by_severity: z.object({ high: z.number().int(), medium: z.number().int(), low: z.number().int() }),
  suspects: z.array(SuspectLink),
});
export type LinkAudit = z.infer<typeof LinkAudit>;
