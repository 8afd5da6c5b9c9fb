/** An audit as lines for people (AU7). */
import type { LinkAudit, SuspectLink } from '../../../../shared/views/link-audit.ts';

export interface AuditHeading {
  /** What was asked: a server or a database. */
  readonly target: string;
  readonly project: string;
}

export function formatAudit(audit: LinkAudit, { target, project }: AuditHeading): string[] {
  return [
    `DB: ${target}`,
    `Project filter: ${project}`,
    ...(audit.feature_filter === null ? [] : [`Feature filter: ${audit.feature_filter}`]),
    `Analyzed links: ${audit.row_count}`,
    `Suspects: ${audit.total_suspects} (showing ${audit.suspect_count})`,
    '',
    ...audit.suspects.flatMap((suspect, index) => formatSuspect(suspect, audit.offset + index + 1)),
  ];
}

function formatSuspect(suspect: SuspectLink, position: number): string[] {
  const { feature_id, session_id, confidence, fanout_count, ambiguity_share, commands } = suspect;
  const figures = `conf=${confidence.toFixed(3)} fanout=${fanout_count} share=${ambiguity_share.toFixed(3)}`;
  return [
    `${String(position).padStart(2, '0')} feature=${toLine(feature_id)} session=${toLine(session_id)} ${figures}`,
    `    reason=${suspect.reason}`,
    `    title=${toLine(suspect.title ?? '')}`,
    `    signal=${toLine(suspect.signal_type ?? '')} path=${toLine(suspect.signal_path ?? '')}`,
    ...(commands.length === 0 ? [] : [`    commands=${toLine(commands.join(','))}`]),
    '',
  ];
}

/** Texts out of logs end no line and steer no terminal. */
const toLine = (text: string): string => text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
