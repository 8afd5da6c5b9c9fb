/** Makes one link out of all that is said for it (LK2, LK15, LK16). */
import { rankOf, type Claim, type Declaration } from '../claims/claim.ts';
import { twoSidedTypes } from '../claims/reference-keys.ts';
import { toDigest, type LinkBody, type LinkKey } from '../link.ts';
import { decide, toDecidedDigest, type Decision } from './decision.ts';

/** What a session says about a feature is too much to be kept: only whoever derives it has it at hand. */
export interface EvidenceContent {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly explanation: Readonly<Record<string, unknown>>;
}

export interface FoldedLink extends LinkKey {
  /** The one that stands first; empty where only a decision speaks for the link. */
  readonly claims: readonly Claim[];
  readonly decision: Decision | null;
  readonly endsExist: boolean;
  readonly autoDigest: string | null;
  readonly digest: string;
  readonly isLive: boolean;
}

export interface PairDecisions {
  readonly [linkType: string]: Decision;
}

export const undecided: PairDecisions = {};

/** All links from one entity to another. */
export function foldPair(
  pair: Pick<LinkKey, 'source' | 'target'>,
  claims: readonly Claim[],
  decisions: PairDecisions,
  endsExist: boolean,
): readonly FoldedLink[] {
  if (decisions === undecided && claims.length === 1) return [toDerived(pair, claims[0]!)];
  const linkTypes = new Set([...claims.map(({ linkType }) => linkType), ...Object.keys(decisions)]);
  const isTyped = claims.some(({ strategy }) => strategy === 'header_edge');
  const links: FoldedLink[] = [];
  for (const linkType of linkTypes) {
    const isOutdone = linkType === 'mentions' && isTyped;
    const standing = isOutdone ? [] : rank(claims.filter((claim) => claim.linkType === linkType));
    const decision = decisions[linkType] ?? null;
    if (standing.length === 0 && decision === null) continue;
    const autoDigest = standing.length === 0 ? null : toAutoDigest(standing);
    const isLive = isStanding(standing.length > 0, decision, endsExist);
    const digest = toDecidedDigest(autoDigest, decision, endsExist);
    links.push({ ...pair, linkType, claims: standing, decision, endsExist, autoDigest, digest, isLive });
  }
  return links;
}

/** Most links: one reason, and nobody said anything about them. */
function toDerived({ source, target }: Pick<LinkKey, 'source' | 'target'>, claim: Claim): FoldedLink {
  const claims = [finishEdge(claim)];
  const digest = toAutoDigest(claims);
  const { linkType } = claim;
  return {
    source,
    target,
    linkType,
    claims,
    decision: null,
    endsExist: true,
    autoDigest: digest,
    digest,
    isLive: true,
  };
}

function isStanding(isDerived: boolean, decision: Decision | null, endsExist: boolean): boolean {
  if (decision === null) return isDerived;
  if (decision.manual !== null) return true;
  if (decision.verdict === 'unlinked') return false;
  return decision.verdict === 'pinned' ? endsExist : isDerived;
}

function rank(claims: readonly Claim[]): readonly Claim[] {
  if (claims.length < 2) return claims.map(finishEdge);
  const byStrategy = new Map<string, Claim>();
  for (const claim of claims) {
    const known = byStrategy.get(claim.strategy);
    byStrategy.set(claim.strategy, known === undefined ? claim : merge(known, claim));
  }
  return [...byStrategy.values()]
    .map(finishEdge)
    .sort((one, other) => other.confidence - one.confidence || rankOf[one.strategy] - rankOf[other.strategy]);
}

/** Both sides of an edge may declare it; the order of the source is the one that counts. */
function merge(one: Claim, other: Claim): Claim {
  if (one.strategy !== 'header_edge') return one;
  const declarations = [...declarationsOf(one), ...declarationsOf(other)];
  const own =
    [one, other].find((claim) => declarationsOf(claim).some(({ by }) => by === claim.source)) ?? one;
  return { ...own, detail: { declaredBy: declarations } };
}

const declarationsOf = ({ detail }: Claim): readonly Declaration[] =>
  (detail?.['declaredBy'] as readonly Declaration[] | undefined) ?? [];

/** LK15: the source's own words first; whether the other side says so too. */
function finishEdge(claim: Claim): Claim {
  if (claim.strategy !== 'header_edge') return claim;
  const declarations = [...declarationsOf(claim)].sort(
    (one, other) =>
      Number(other.by === claim.source) - Number(one.by === claim.source) ||
      one.line - other.line ||
      (one.key < other.key ? -1 : 1),
  );
  const isOneSided =
    twoSidedTypes.has(claim.linkType) &&
    claim.source !== claim.target &&
    new Set(declarations.map(({ by }) => by)).size < 2;
  const declaredBy = declarations.map(({ file, key, line }) => ({ file, key, line }));
  return { ...claim, detail: { declaredBy, ...(isOneSided ? { oneSided: true } : {}) } };
}

function toAutoDigest(claims: readonly Claim[]): string {
  const [first, ...others] = claims;
  const { strategy, confidence, sortOrder, detail } = first!;
  const text = JSON.stringify([
    strategy,
    confidence,
    sortOrder,
    detail,
    others.map((claim) => claim.strategy),
  ]);
  return toDigest(text);
}

/** The body without any decision; null when nothing is derived. */
export function toAutoBody(
  { claims }: FoldedLink,
  findContent: (claim: Claim) => EvidenceContent,
): LinkBody | null {
  const [claim, ...others] = claims;
  if (claim === undefined) return null;
  const { strategy, confidence, sortOrder, detail } = claim;
  const content =
    strategy === 'session_evidence' ? findContent(claim) : { metadata: detail, explanation: null };
  const alsoBy = others.length === 0 ? {} : { alsoBy: others.map((other) => other.strategy) };
  return {
    origin: strategy === 'header_edge' ? 'declared' : 'auto',
    strategy,
    confidence,
    depth: strategy === 'referenced_document_inheritance' ? 1 : 0,
    sortOrder,
    metadata: { linkStrategy: strategy, ...content.metadata, ...alsoBy },
    explanation: content.explanation,
    broken: false,
  };
}

export const toBody = (link: FoldedLink, auto: LinkBody | null): LinkBody | null =>
  decide(auto, link.decision, link.endsExist);
