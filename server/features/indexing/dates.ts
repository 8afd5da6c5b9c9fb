/** Decides when a document was created, updated and completed, and how far each answer can be trusted (GD7, GD8). */
import { toTimestamp } from '../../../shared/ids.ts';
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import type { DerivedDate, DocumentDates } from '../../../shared/views/document.ts';
import { toDate } from './date-text.ts';
import type { PathDates } from './git-history.ts';

/** As written; the first of the keys that mean the same. */
export type DeclaredDates = Readonly<Record<DeclaredField, string | null>>;

type DeclaredField = 'created' | 'updated' | 'completed' | 'started';

export interface DateFacts {
  readonly path: string;
  readonly declared: DeclaredDates;
  /** Where they were declared. */
  readonly declaredIn?: 'frontmatter' | 'header';
  /** Undefined for a path that was never committed, or without git. */
  readonly git: PathDates | undefined;
  readonly dirty: boolean;
  readonly shallow: boolean;
  readonly mtimeMs: number;
  /** Null where the system does not say. */
  readonly birthMs: number | null;
  readonly canonicalStatus: string | null;
  readonly nowMs: number;
}

export interface DecidedDates {
  readonly dates: DocumentDates;
  readonly issues: readonly FileIssue[];
}

export function decideDates(facts: DateFacts): DecidedDates {
  const declared = readDeclared(facts);
  const created = firstOf(createdCandidates(facts, declared));
  const updated = latestOf(updatedCandidates(facts, declared, created));
  const completed = firstOf(completedCandidates(facts, declared));
  const lastActivity = latestOf([updated, completed].filter((date) => date !== null));
  const dates = {
    created: toDerivedDate(created),
    updated: toDerivedDate(updated),
    completed: toDerivedDate(completed),
    last_activity: toDerivedDate(lastActivity),
  };
  return { dates, issues: declared.issues };
}

/** DC12 `file_date`: of the last commit, or the mtime of a file that differs from it or was never committed. */
export function toFileDate({ git, dirty, mtimeMs }: Pick<DateFacts, 'git' | 'dirty' | 'mtimeMs'>): Date {
  return new Date(Math.min(git === undefined || dirty ? mtimeMs : git.newestMs, lastMs));
}

interface Candidate extends Omit<DerivedDate, 'value'> {
  readonly valueMs: number;
}

type Declared = Readonly<Record<DeclaredField, Candidate | null>> & { readonly issues: readonly FileIssue[] };

const dayMs = 24 * 60 * 60 * 1000;

function readDeclared({ path, declared, declaredIn = 'frontmatter', nowMs }: DateFacts): Declared {
  const issues: FileIssue[] = [];
  const complain = (text: string, fault: string) =>
    issues.push(toFileIssue(path, 'BAD_DATE', `${text} ${fault}`));

  function read(field: DeclaredField, confidence: DerivedDate['confidence']): Candidate | null {
    const text = declared[field];
    if (text === null) return null;
    const date = toDate(text);
    const name = `${field} "${text.slice(0, 60)}"`;
    if (date === 'bad') {
      complain(name, 'is no date; write it as 2026-02-03 or 2026-02-03T10:00:00Z');
      return null;
    }
    const isFuture = date.valueMs > nowMs + dayMs;
    if (isFuture) complain(name, 'lies in the future');
    return { ...date, confidence: isFuture ? 'low' : confidence, source: declaredIn, reason: 'declared' };
  }

  return {
    created: read('created', 'high'),
    updated: read('updated', 'medium'),
    completed: read('completed', 'high'),
    started: read('started', 'high'),
    issues,
  };
}

function createdCandidates(
  { git, shallow, birthMs, mtimeMs }: DateFacts,
  declared: Declared,
): (Candidate | null)[] {
  const isBirth = birthMs !== null && birthMs <= mtimeMs;
  return [
    declared.created,
    git === undefined ? null : toFirstCommit(git.oldestMs, shallow),
    isBirth ? toInstant(birthMs, 'medium', 'filesystem', 'file_birthtime') : null,
    toInstant(mtimeMs, 'low', 'filesystem', 'mtime_fallback'),
  ];
}

/** A shallow clone begins somewhere in the middle, so its first commit of a file need not be the first. */
function toFirstCommit(oldestMs: number, shallow: boolean): Candidate {
  return shallow
    ? toInstant(oldestMs, 'low', 'git', 'shallow_history')
    : toInstant(oldestMs, 'high', 'git', 'first_commit');
}

function updatedCandidates(
  { git, dirty, mtimeMs }: DateFacts,
  declared: Declared,
  created: Candidate | null,
): Candidate[] {
  const isUnknown = git === undefined && !dirty && declared.updated === null;
  return [
    git === undefined ? null : toInstant(git.newestMs, 'high', 'git', 'latest_commit'),
    dirty ? toInstant(mtimeMs, 'high', 'filesystem', 'dirty_worktree') : null,
    declared.updated,
    isUnknown ? toInstant(mtimeMs, 'low', 'filesystem', 'mtime_fallback') : null,
    created === null ? null : { ...created, confidence: 'low' as const, reason: 'created_fallback' },
  ].filter((candidate) => candidate !== null);
}

/** DP16. */
const completionEquivalent: ReadonlySet<string | null> = new Set([
  'completed',
  'inferred_complete',
  'deferred',
]);

function completedCandidates(
  { canonicalStatus, git, mtimeMs }: DateFacts,
  declared: Declared,
): (Candidate | null)[] {
  if (declared.completed !== null || !completionEquivalent.has(canonicalStatus)) return [declared.completed];
  const { updated } = declared;
  const isFuture = updated?.confidence === 'low';
  return [
    updated === null
      ? null
      : { ...updated, confidence: isFuture ? 'low' : 'medium', reason: 'updated_completion_fallback' },
    git === undefined ? null : toInstant(git.newestMs, 'low', 'git', 'commit_completion_fallback'),
    toInstant(mtimeMs, 'low', 'filesystem', 'mtime_completion_fallback'),
  ];
}

function toInstant(
  valueMs: number,
  confidence: DerivedDate['confidence'],
  source: string,
  reason: string,
): Candidate {
  return { valueMs, confidence, source, reason, precision: 'instant' };
}

function firstOf(candidates: readonly (Candidate | null)[]): Candidate | null {
  return candidates.find((candidate) => candidate !== null) ?? null;
}

const trust = { high: 2, medium: 1, low: 0 } as const;

/** The latest; of equal ones the most trusted, and of those the first. */
function latestOf(candidates: readonly Candidate[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates) {
    if (best === null || isBetter(candidate, best)) best = candidate;
  }
  return best;
}

function isBetter(candidate: Candidate, best: Candidate): boolean {
  if (candidate.valueMs !== best.valueMs) return candidate.valueMs > best.valueMs;
  return trust[candidate.confidence] > trust[best.confidence];
}

/** Some file systems hold times that no timestamp of four-digit years can say. */
const lastMs = Date.UTC(9999, 11, 31);

function toDerivedDate(candidate: Candidate | null): DerivedDate | null {
  if (candidate === null) return null;
  const { valueMs, confidence, source, reason, precision } = candidate;
  return { value: toTimestamp(Math.min(valueMs, lastMs)), confidence, source, reason, precision };
}
