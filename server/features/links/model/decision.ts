/** What people decided about a link, and what it makes of what was derived (LK1, AU6). */
import { toDigest, type LinkBody, type LinkKey } from '../link.ts';

export interface ManualLink extends LinkKey {
  readonly confidence: number;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Decision {
  readonly manual: Pick<ManualLink, 'confidence' | 'metadata'> | null;
  /** Of a feature and a session; a dismissal changes no link. */
  readonly verdict: 'pinned' | 'unlinked' | null;
}

export const leastPinned = 0.9;

/** `auto` is what is derived without any decision; null is no link. */
export function decide(
  auto: LinkBody | null,
  decision: Decision | null,
  endsExist: boolean,
): LinkBody | null {
  if (decision === null) return auto;
  if (decision.manual !== null) return toManual(auto, decision.manual, endsExist);
  if (decision.verdict === 'unlinked') return null;
  if (decision.verdict === 'pinned') return endsExist ? toPinned(auto) : null;
  return auto;
}

/** LK1: what a person made stays as it is; what would have been found is only noted. */
function toManual(
  auto: LinkBody | null,
  { confidence, metadata }: Pick<ManualLink, 'confidence' | 'metadata'>,
  endsExist: boolean,
): LinkBody {
  const autoEvidence =
    auto === null ? {} : { autoEvidence: { linkStrategy: auto.strategy, confidence: auto.confidence } };
  return {
    origin: 'manual',
    strategy: 'manual',
    confidence,
    depth: 0,
    sortOrder: 0,
    metadata: { ...metadata, linkStrategy: 'manual', ...autoEvidence },
    explanation: null,
    broken: !endsExist,
  };
}

function toPinned(auto: LinkBody | null): LinkBody {
  if (auto !== null) {
    const metadata = { ...auto.metadata, pinned: true };
    return { ...auto, confidence: Math.max(auto.confidence, leastPinned), metadata };
  }
  return {
    origin: 'auto',
    strategy: 'pinned',
    confidence: leastPinned,
    depth: 0,
    sortOrder: 0,
    metadata: { linkStrategy: 'pinned', pinned: true },
    explanation: null,
    broken: false,
  };
}

/** Tells one row from another; of what was derived its digest is enough. */
export function toDecidedDigest(
  autoDigest: string | null,
  decision: Decision | null,
  endsExist: boolean,
): string {
  if (decision === null) return autoDigest ?? '';
  const { manual, verdict } = decision;
  const made = manual === null ? null : [manual.confidence, sortKeys(manual.metadata)];
  const text = JSON.stringify([autoDigest, made, verdict, endsExist]);
  return toDigest(text);
}

/** The database returns keys in an order of its own. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return entries.map(([key, item]) => [key, sortKeys(item)]);
}

/** What a person gave, without what was noted beside it. */
export function toGivenMetadata(metadata: unknown): Readonly<Record<string, unknown>> {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return {};
  const { autoEvidence: _auto, linkStrategy: _strategy, ...given } = metadata as Record<string, unknown>;
  return given;
}
