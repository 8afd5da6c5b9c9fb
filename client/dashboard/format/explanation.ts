/** The open parts of an explanation, read as far as this version understands them (LK24). */
import { z } from 'zod';
import { Verdict } from '../../../shared/views/link-audit.ts';
import type { LinkExplanation } from '../../../shared/views/link.ts';

const ExplainedSignal = z.object({
  type: z.string(),
  path: z.string(),
  weight: z.number(),
  at: z.string().nullable().catch(null),
  ref: z.string().catch(''),
});
export type ExplainedSignal = z.infer<typeof ExplainedSignal>;

const ExplainedCandidate = z.object({ featureId: z.string(), weightSum: z.number() });
export type ExplainedCandidate = z.infer<typeof ExplainedCandidate>;

const Declaration = z.object({ file: z.string(), key: z.string(), line: z.number().nullable().catch(null) });
export type Declaration = z.infer<typeof Declaration>;

const ExplainedReview = z.object({
  id: z.string(),
  verdict: Verdict,
  note: z.string().nullable().catch(null),
});
export type ExplainedReview = z.infer<typeof ExplainedReview>;

export interface ReadExplanation {
  readonly signals: readonly ExplainedSignal[];
  readonly candidates: readonly ExplainedCandidate[];
  readonly declaredBy: readonly Declaration[];
  readonly review: ExplainedReview | null;
}

export const readExplanation = (explanation: LinkExplanation): ReadExplanation => ({
  signals: readAll(ExplainedSignal, explanation.signals),
  candidates: readAll(ExplainedCandidate, explanation.candidates),
  declaredBy: readAll(Declaration, explanation.declaredBy),
  review: ExplainedReview.safeParse(explanation.review).data ?? null,
});

function readAll<T>(schema: z.ZodType<T>, values: readonly unknown[]): readonly T[] {
  return values.flatMap((value) => {
    const parsed = schema.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

export interface ConfidenceSum {
  readonly total: number;
  /** The sum lies outside the bounds that the rules set, so it is not the confidence. */
  readonly isClamped: boolean;
}

export function addUp({ base, adjustments, confidence }: LinkExplanation): ConfidenceSum {
  const total = adjustments.reduce((sum, { delta }) => sum + delta, base);
  return { total, isClamped: Math.abs(total - confidence) > 0.0005 };
}
