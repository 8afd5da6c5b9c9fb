/** Names and looks of the health check: rules in words, a score as a judgement, a finding as text to paste. */
import type { HealthFinding, HealthRule } from '../../../shared/views/health-check.ts';
import { toWords } from './labels.ts';

const abbreviations = /\b(prd|trd|id)\b/g;

/** `MISSING_TEST_SPEC` as "Missing test spec", `DUPLICATE_DOC_ID` as "Duplicate doc ID". */
export const toRuleName = (rule: HealthRule): string =>
  toWords(rule).replace(abbreviations, (word) => word.toUpperCase());

export type ScoreTone = 'good' | 'warn' | 'bad';

/** 80 and 50 are the borders of the contract's page. */
export function toScoreTone(score: number): ScoreTone {
  if (score >= 80) return 'good';
  return score >= 50 ? 'warn' : 'bad';
}

export const scoreWords: Readonly<Record<ScoreTone, string>> = {
  good: 'Healthy',
  warn: 'Needs attention',
  bad: 'In poor health',
};

/** A share of 0 to 1 that is never shown as nothing when it is something. */
export function toRatePercent(rate: number): string {
  if (rate === 0) return '0 %';
  if (rate < 0.01) return '< 1 %';
  return rate === 1 ? '100 %' : `${Math.min(99, Math.round(rate * 100))} %`;
}

/** For the clipboard: where, what, and what to do. */
export function toFixText({ message, suggested_fix, affected_documents: documents }: HealthFinding): string {
  const places = documents.map((document) => `  ${document.file_path}`);
  return [`- ${message}. ${suggested_fix}`, ...places].join('\n');
}
