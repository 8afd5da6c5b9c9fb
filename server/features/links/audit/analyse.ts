/** Which links look wrong, why, and how badly (AU10 to AU16). Pure: rows in, verdicts out. */
import { toBaseSlug } from '../../../../shared/slugs.ts';
import type { LinkReview, Severity, SuspectLink } from '../../../../shared/views/link-audit.ts';
import { round3 } from '../evidence/confidence.ts';
import { findKeyCommand } from './key-commands.ts';
import { readStoredLink, type AuditedLink, type StoredLink } from './stored-link.ts';

export interface Floors {
  readonly primary: number;
  readonly fanout: number;
}

/** AU14, in the order of the table. */
export function listReasons(link: AuditedLink, floors: Floors): readonly string[] {
  const reasons = link.fanout >= floors.fanout ? [`high_fanout(${link.fanout})`] : [];
  if (link.confidence < floors.primary) return reasons;
  const isHinted = createHintTest(link.featureId);
  const isPathHinted = isHinted(link.signal?.path ?? '');
  if (link.signal?.type === 'command_args_path' && !isPathHinted) {
    reasons.push('primary_like_command_path_mismatch');
  }
  if (findKeyCommand(link.commands) !== undefined && !isPathHinted && !isHinted(link.title)) {
    reasons.push('primary_like_title_path_mismatch');
  }
  return reasons;
}

/** AU13: does a text hold the feature's id or its base slug, as a word of its own? */
export function createHintTest(featureId: string): (text: string) => boolean {
  const id = featureId.toLowerCase();
  const slugs = new Set([id, toBaseSlug(id)]);
  return (text) => {
    const lower = text.toLowerCase();
    return [...slugs].some((slug) => holdsWord(lower, slug));
  };
}

function holdsWord(text: string, word: string): boolean {
  if (word === '') return false;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isWordPart(text[at - 1]) && !isWordPart(text[at + word.length])) return true;
  }
  return false;
}

const isWordPart = (character: string | undefined): boolean =>
  character !== undefined && /[a-z0-9]/.test(character);

/** AU15; nothing for a link without reasons. */
export function toSeverity(reasons: readonly string[]): Severity | undefined {
  const isMismatch = reasons.some((reason) => reason.startsWith('primary_like_'));
  if (isMismatch) return reasons.length > 1 ? 'high' : 'medium';
  return reasons.length > 0 ? 'low' : undefined;
}

/** A link that has reasons, beside the review that may excuse it. */
export interface Finding {
  readonly link: AuditedLink;
  readonly reasons: readonly string[];
  readonly severity: Severity;
}

export function judgeLink(stored: StoredLink, floors: Floors): Finding | undefined {
  const link = readStoredLink(stored);
  const reasons = listReasons(link, floors);
  const severity = toSeverity(reasons);
  return severity === undefined ? undefined : { link, reasons, severity };
}

/** `fanout_count` and confidence descending, then by name. */
export function compareFindings({ link: one }: Finding, { link: other }: Finding): number {
  return (
    other.fanout - one.fanout ||
    other.confidence - one.confidence ||
    compareText(one.featureId, other.featureId) ||
    compareText(one.sessionId, other.sessionId)
  );
}

const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export function toSuspect({ link, reasons, severity }: Finding, review: LinkReview | null): SuspectLink {
  return {
    feature_id: link.featureId,
    session_id: link.sessionId,
    confidence: round3(link.confidence),
    ambiguity_share: round3(link.share),
    title: toNullable(link.title),
    signal_type: toNullable(link.signal?.type),
    signal_path: toNullable(link.signal?.path),
    commands: link.commands.slice(0, 5),
    reason: reasons.join(';'),
    fanout_count: link.fanout,
    severity,
    link_id: link.linkId,
    signal_count: link.signalCount,
    review,
  };
}

const toNullable = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text;
