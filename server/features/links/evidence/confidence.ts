/** How sure a session and a feature belong together, and the sum that says why (LK9 to LK11). */
import type { SignalType } from './signals.ts';

/** All signals of one feature in one session, summed up. */
export interface EvidenceSum {
  readonly types: ReadonlySet<SignalType>;
  readonly signalCount: number;
  readonly heaviest: number;
  /** Of the weights of all candidate features of the session: what this feature has of it. */
  readonly share: number;
}

export interface Adjustment {
  readonly reason: string;
  readonly delta: number;
}

export interface Rating {
  readonly base: number;
  readonly adjustments: readonly Adjustment[];
  /** `base` and the adjustments, clamped and rounded. */
  readonly confidence: number;
  readonly isWeak: boolean;
}

export const leastConfidence = 0.35;
export const mostConfidence = 0.95;

export function rateEvidence(sum: EvidenceSum): Rating {
  const base = findBase(sum);
  const adjustments = listAdjustments(sum);
  return { base, adjustments, confidence: toConfidence(base, adjustments), isWeak: isWeak(sum) };
}

export function toConfidence(base: number, adjustments: readonly Adjustment[]): number {
  const total = adjustments.reduce((sum, { delta }) => sum + delta, base);
  return round3(Math.min(mostConfidence, Math.max(leastConfidence, total)));
}

export const round3 = (value: number): number => Math.round(value * 1000) / 1000;

function findBase({ types, heaviest }: EvidenceSum): number {
  const isCommanded = types.has('command_args_path');
  const isWritten = types.has('file_write');
  if (isCommanded && isWritten) return 0.9;
  if (isCommanded || isWritten) return 0.75;
  return heaviest >= 0.84 ? 0.55 : leastConfidence;
}

function listAdjustments(sum: EvidenceSum): readonly Adjustment[] {
  const adjustments: Adjustment[] = [];
  if (sum.signalCount >= 3) adjustments.push({ reason: 'three_or_more_signals', delta: 0.05 });
  else if (sum.signalCount === 2) adjustments.push({ reason: 'two_signals', delta: 0.03 });
  if (sum.types.has('file_write')) adjustments.push({ reason: 'written', delta: 0.02 });
  // Who names the feature in a command means it, whatever else the session touches.
  if (sum.types.has('command_args_path')) return adjustments;
  if (sum.share < 0.5) adjustments.push({ reason: 'share_below_0.50', delta: -0.2 });
  else if (sum.share < 0.7) adjustments.push({ reason: 'share_below_0.70', delta: -0.1 });
  if (isReadOnly(sum)) adjustments.push({ reason: 'reads_only', delta: -0.08 });
  return adjustments;
}

const isWeak = (sum: EvidenceSum): boolean => isReadOnly(sum) && sum.share < 0.25;

const isReadOnly = ({ types }: EvidenceSum): boolean => types.size === 1 && types.has('file_read');
