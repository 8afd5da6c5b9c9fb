/** LK24: why a session belongs to a feature, so that everybody can add it up again. */
import { evidenceOf, type Candidate, type SessionEvidence } from './session-evidence.ts';
import type { EvidenceLookup, SessionFacts } from './session-facts.ts';
import type { Adjustment } from './confidence.ts';
import type { Signal } from './signals.ts';

export interface EvidenceExplanation {
  readonly strategy: 'session_evidence';
  readonly rule: string;
  /** All of them, not only those that the link stores. */
  readonly signals: readonly Signal[];
  readonly base: number;
  readonly adjustments: readonly Adjustment[];
  readonly share: number;
  readonly candidates: readonly Candidate[];
  readonly confidence: number;
}

/** Nothing, when the session does not speak for the feature. */
export function explainEvidence(
  session: SessionFacts,
  find: EvidenceLookup,
  featureId: string,
): EvidenceExplanation | undefined {
  const all = evidenceOf(session, find, { signalsKept: Infinity });
  const evidence = all.find((one) => one.featureId === featureId);
  return evidence === undefined ? undefined : toExplanation(evidence);
}

const toExplanation = ({
  metadata,
  base,
  adjustments,
  share,
  confidence,
}: SessionEvidence): EvidenceExplanation => ({
  strategy: 'session_evidence',
  rule: 'commands, writes, reads and searches of the session on what belongs to the feature',
  signals: metadata.signals,
  base,
  adjustments,
  share,
  candidates: metadata.candidates,
  confidence,
});
