/** Why a link stands, so that everybody can add its confidence up again (LK24). */
import type { LinkExplanation } from '../../../shared/views/link.ts';
import { confidenceOf, ruleOf, type Strategy } from './claims/claim.ts';
import { findTraces } from './evidence/traces.ts';
import { createPathMatcher } from './evidence/path-matches.ts';
import { toBasename, type EvidenceLookup, type SessionFacts } from './evidence/session-facts.ts';
import { compareSignals, type Signal } from './evidence/signals.ts';
import { toAliasKeys } from './evidence/variants.ts';
import type { FeatureEvidence } from './claims/feature-evidence.ts';
import { toMetadata, type StoredLinkRow } from './link-queries.ts';

export interface ExplainedParts {
  readonly row: StoredLinkRow;
  /** What was derived, where a decision stands before it. */
  readonly auto: { readonly confidence: number } | null;
  readonly review: unknown;
  /** Where the link itself lists only some of them. */
  readonly allSignals: readonly unknown[] | null;
}

export function explainLink({ row, auto, review, allSignals }: ExplainedParts): LinkExplanation {
  const metadata = toMetadata(row.metadata);
  const sum = toMetadata(row.explanation);
  const derived = auto?.confidence ?? row.confidence;
  const isDecided = row.origin !== 'manual' && metadata['pinned'] === true;
  const base = typeof sum['base'] === 'number' ? sum['base'] : toBase(row, derived);
  const adjustments = [...toAdjustments(sum['adjustments'])];
  if (typeof sum['base'] !== 'number' && derived !== base && row.origin !== 'manual') {
    adjustments.push({ reason: 'stated_confidence', delta: round(derived - base) });
  }
  if (isDecided && row.confidence !== derived) {
    adjustments.push({ reason: 'pinned', delta: round(row.confidence - derived) });
  }
  return {
    strategy: row.strategy,
    rule: ruleOf[row.strategy as Strategy] ?? toDecidedRule(row.strategy),
    signals: [...(allSignals ?? toList(metadata['signals']))],
    base,
    adjustments,
    share: typeof metadata['ambiguityShare'] === 'number' ? metadata['ambiguityShare'] : null,
    candidates: [...toList(metadata['candidates'])],
    confidence: Number.isFinite(row.confidence) ? row.confidence : 0,
    review,
    declaredBy: [...toList(metadata['declaredBy'])],
  };
}

function toBase({ strategy, confidence, origin }: StoredLinkRow, derived: number): number {
  if (origin === 'manual') return confidence;
  if (strategy === 'session_evidence') return derived;
  return confidenceOf[strategy as Strategy] ?? derived;
}

function toDecidedRule(strategy: string): string {
  if (strategy === 'manual') return 'LK1: made by a person';
  return strategy === 'pinned' ? 'AU6: pinned by a review' : strategy;
}

function toAdjustments(value: unknown): readonly { reason: string; delta: number }[] {
  return toList(value).filter(
    (item): item is { reason: string; delta: number } =>
      typeof item === 'object' && item !== null && 'reason' in item && 'delta' in item,
  );
}

const toList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Everything in a session that speaks for one feature, by weight, then time. */
export function listSignals(
  session: SessionFacts,
  featureId: string,
  evidence: FeatureEvidence,
): readonly Signal[] {
  const find = toLookup(featureId, evidence);
  const traces = findTraces(session, find, createPathMatcher(find)).get(featureId) ?? [];
  const signals = traces.flatMap(({ type, path, weight, uses }) =>
    uses.map(({ at, ref }) => ({ type, path, weight, at, ref })),
  );
  return signals.sort(compareSignals);
}

function toLookup(featureId: string, { paths, aliases }: FeatureEvidence): EvidenceLookup {
  const tokens = new Set(aliases.flatMap(toAliasKeys));
  return {
    byBasename: (name) =>
      paths.filter((path) => toBasename(path) === name).map((path) => ({ featureId, path })),
    byAlias: (token) => (tokens.has(token) ? [featureId] : []),
  };
}
