/** Which features a session worked on, how sure that is, and why (LK8 to LK12). Pure; asks by exact keys only. */
import { rateEvidence, round3, type Adjustment } from './confidence.ts';
import { createPathMatcher } from './path-matches.ts';
import type { EvidenceLookup, SessionFacts } from './session-facts.ts';
import { compareSignals, type Signal, type SignalType } from './signals.ts';
import { findTraces, type Trace } from './traces.ts';

export interface SessionEvidence {
  readonly featureId: string;
  readonly confidence: number;
  /** LK24: with the adjustments, clamped and rounded, it is the confidence. */
  readonly base: number;
  readonly adjustments: readonly Adjustment[];
  readonly share: number;
  readonly weightSum: number;
  readonly signalCount: number;
  readonly isWeak: boolean;
  readonly metadata: EvidenceMetadata;
}

export interface EvidenceMetadata extends Readonly<Record<string, unknown>> {
  readonly linkStrategy: 'session_evidence';
  readonly signals: readonly Signal[];
  readonly signalCount: number;
  readonly commands: readonly string[];
  readonly commitHashes: readonly string[];
  readonly ambiguityShare: number;
  /** The candidates with the most weight; how many there are in all is `candidateCount`. */
  readonly candidates: readonly Candidate[];
  readonly candidateCount: number;
  readonly title: string;
  readonly titleSource: string;
  readonly titleConfidence: number;
  readonly prLinks: readonly string[];
  readonly commitCorrelations: readonly unknown[];
  /** Of the feature, as commands of the session name them; only where they do. */
  readonly phases?: readonly string[];
  readonly weak?: true;
}

export interface Candidate {
  readonly featureId: string;
  readonly weightSum: number;
}

const mostSignals = 25;
/** All of them in each of their links would make ten thousand candidates a hundred million entries. */
const mostCandidates = 10;

/** By feature id. `signalsKept` bounds what each feature's metadata lists; an explanation wants all of them. */
export function evidenceOf(
  session: SessionFacts,
  find: EvidenceLookup,
  { signalsKept = mostSignals }: { readonly signalsKept?: number } = {},
): SessionEvidence[] {
  const traces = findTraces(session, find, createPathMatcher(find));
  const sums = [...traces].map(([featureId, left]) => ({ featureId, left, ...sumUp(left) }));
  const total = sums.reduce((sum, { weight }) => sum + weight, 0);
  const common = {
    ...describeSession(session),
    candidates: listCandidates(sums),
    candidateCount: sums.length,
  };
  return sums.sort(byFeature).map(({ featureId, left, weight, types, signalCount, heaviest }) => {
    const share = weight / total;
    const { base, adjustments, confidence, isWeak } = rateEvidence({ types, signalCount, heaviest, share });
    const phases = [...new Set(left.flatMap((trace) => trace.phases))];
    return {
      featureId,
      confidence,
      base,
      adjustments,
      share: round3(share),
      weightSum: toWeight(weight),
      signalCount,
      isWeak,
      metadata: {
        ...common,
        signals: listSignals(left, signalsKept),
        signalCount,
        ambiguityShare: round3(share),
        ...(phases.length === 0 ? {} : { phases }),
        ...(isWeak ? { weak: true as const } : {}),
      },
    };
  });
}

interface Sum {
  /** In hundredths: whole numbers add up alike in every order, so that a share on a border stays on its side. */
  readonly weight: number;
  readonly types: ReadonlySet<SignalType>;
  readonly signalCount: number;
  readonly heaviest: number;
}

function sumUp(traces: readonly Trace[]): Sum {
  const types = new Set<SignalType>();
  let [weight, signalCount, heaviest] = [0, 0, 0];
  for (const trace of traces) {
    types.add(trace.type);
    weight += Math.round(trace.weight * 100) * trace.uses.length;
    signalCount += trace.uses.length;
    heaviest = Math.max(heaviest, trace.weight);
  }
  return { weight, types, signalCount, heaviest };
}

const toWeight = (hundredths: number): number => hundredths / 100;

/** The first ones by weight, then time, without spelling out the rest. */
function listSignals(traces: readonly Trace[], limit: number): readonly Signal[] {
  const signals = traces.flatMap(({ type, path, weight, uses }) =>
    uses.slice(0, limit).map(({ at, ref }): Signal => ({ type, path, weight, at, ref })),
  );
  return signals.sort(compareSignals).slice(0, limit);
}

function listCandidates(sums: readonly { featureId: string; weight: number }[]): readonly Candidate[] {
  return sums
    .toSorted((one, other) => other.weight - one.weight || byFeature(one, other))
    .slice(0, mostCandidates)
    .map(({ featureId, weight }) => ({ featureId, weightSum: toWeight(weight) }));
}

const byFeature = (one: { featureId: string }, other: { featureId: string }): number =>
  one.featureId < other.featureId ? -1 : one.featureId > other.featureId ? 1 : 0;

/** What every link of the session says alike. */
function describeSession(session: SessionFacts) {
  const {
    commands,
    commits,
    title,
    titleSource,
    titleConfidence,
    prLinks,
    commitCorrelations = [],
  } = session;
  return {
    linkStrategy: 'session_evidence' as const,
    commands: unique(commands.map(({ name }) => name)).slice(0, 15),
    commitHashes: unique(commits.map(({ hash }) => hash)),
    title,
    titleSource,
    titleConfidence,
    prLinks: unique(prLinks).slice(0, 10),
    commitCorrelations: commitCorrelations.slice(0, 60),
  };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
