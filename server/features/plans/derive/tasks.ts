/** The tasks that a progress document lists in its front matter (FT6). */
import { hash } from 'node:crypto';
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import type { TaskStatus } from '../../../../shared/views/plan.ts';
import { findAll, findList, findText, isRecord, toFields, toTexts, type Fields } from './fields.ts';
import { readTaskStatus } from './task-status.ts';

/** A task but for the feature it belongs to, which other documents decide. */
export interface ListedTask {
  readonly id: string;
  readonly rawId: string;
  readonly position: number;
  readonly title: string;
  readonly description: string | null;
  readonly status: TaskStatus;
  readonly rawStatus: string | null;
  readonly assignedTo: readonly string[];
  readonly model: string | null;
  readonly priority: string | null;
  readonly effort: string | null;
  readonly storyPoints: number | null;
  readonly dependencies: readonly string[];
  readonly sessionIds: readonly string[];
  readonly commitHashes: readonly string[];
  readonly phase: string | null;
  readonly line: number | null;
}

interface TaskSource {
  readonly projectId: string;
  readonly path: string;
  /** Of the document; a task may name its own. */
  readonly phase: string | null;
  readonly line: number | null;
}

export function readTasks(
  value: unknown,
  source: TaskSource,
): { tasks: readonly ListedTask[]; issues: readonly FileIssue[] } {
  const taken = new Set<string>();
  const issues: FileIssue[] = [];
  const tasks = toEntries(value).map(([writtenId, fields], index) => {
    const rawId = toUniqueId(writtenId ?? String(index + 1), taken);
    taken.add(rawId);
    const task = toTask(rawId, index, fields, source);
    if (writtenId !== null && rawId !== writtenId) {
      issues.push(
        complain(source, 'DUPLICATE_ID', `Task id "${cut(writtenId)}" is used twice; give each its own`),
      );
    }
    if (task.status === 'unknown') {
      const message = `Status "${cut(task.rawStatus ?? '')}" of task "${cut(rawId)}" is in no vocabulary; correct it`;
      issues.push(complain(source, 'UNKNOWN_STATUS', message));
    }
    return task;
  });
  return { tasks, issues };
}

/** A list of mappings or of plain lines; a mapping of ids to mappings is one too. */
function toEntries(value: unknown): (readonly [id: string | null, fields: Fields])[] {
  if (isRecord(value)) {
    return Object.entries(value)
      .filter((entry): entry is [string, Readonly<Record<string, unknown>>] => isRecord(entry[1]))
      .map(([key, item]) => {
        const fields = toFields(item);
        return [findText(fields, 'id', 'task_id') ?? (key.trim() || null), fields];
      });
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : toTexts(value);
  return items.flatMap((item) => {
    if (typeof item === 'string') return item.trim() === '' ? [] : [[null, toFields({ title: item })]];
    if (!isRecord(item)) return [];
    const fields = toFields(item);
    return [[findText(fields, 'id', 'task_id'), fields]];
  });
}

/** FT6: the second of an id is `#2`. */
function toUniqueId(id: string, taken: ReadonlySet<string>): string {
  let unique = id;
  for (let count = 2; taken.has(unique); count += 1) unique = `${id}#${count}`;
  return unique;
}

function toTask(rawId: string, index: number, fields: Fields, source: TaskSource): ListedTask {
  const description = findText(fields, 'description');
  const rawStatus = findRawStatus(fields);
  const points = Number(findText(fields, 'story_points', 'points') ?? NaN);
  return {
    id: toTaskId(source.projectId, source.path, rawId),
    rawId,
    position: index + 1,
    title: findText(fields, 'title', 'name') ?? description ?? rawId,
    description,
    status: readTaskStatus(rawStatus),
    rawStatus,
    assignedTo: findList(fields, 'assigned_to', 'assignee', 'assignees', 'owner', 'owners'),
    model: findText(fields, 'model'),
    priority: findText(fields, 'priority'),
    effort: findText(fields, ...effortKeys),
    storyPoints: Number.isFinite(points) && points >= 0 && points < 1e6 ? points : null,
    dependencies: findList(fields, 'dependencies', 'depends_on'),
    sessionIds: findAll(fields, sessionKeys),
    commitHashes: findAll(fields, commitKeys),
    phase: toPhaseToken(findText(fields, 'phase', 'phase_id')) ?? source.phase,
    line: source.line,
  };
}

const effortKeys = [
  'effort',
  'estimated_effort',
  'effort_estimate',
  'estimate',
  'estimated_time',
  'estimated_hours',
  'estimate_hours',
  'duration',
];
const sessionKeys = ['session_ids', 'session_id', 'sessions', 'session', 'linked_sessions'];
const commitKeys = [
  'commit_hashes',
  'commit_hash',
  'commits',
  'commit',
  'git_commits',
  'git_commit',
  'git_commit_hashes',
  'git_commit_hash',
  'commit_refs',
  'completed_commit',
];

/** What is no word, a list or a mapping, is shown as it is and stays unknown. */
function findRawStatus(fields: Fields): string | null {
  const value = fields.get('status');
  if (typeof value === 'object' && value !== null) return JSON.stringify(value).slice(0, 500);
  return findText(fields, 'status');
}

export function toTaskId(projectId: string, path: string, rawId: string): string {
  return `T-${hash('sha1', `${projectId}\0${path}\0${rawId}`).slice(0, 20)}`;
}

/** `Phase 2`, `phase-2-3` and `2` as tokens; null where nothing is said. */
export function toPhaseToken(text: string | null): string | null {
  if (text === null) return null;
  const plain = text.trim().toLowerCase();
  const number = /^(?:phases?[\s_-]*)?(\d+(?:\.\d+)?(?:\s*[-–]\s*\d+)?)(?![\w.])/.exec(plain)?.[1];
  return number?.replace(/\s*[-–]\s*/, '-') ?? (plain === '' ? null : plain.slice(0, 100));
}

const cut = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

const complain = (
  { path, line }: TaskSource,
  code: 'DUPLICATE_ID' | 'UNKNOWN_STATUS',
  message: string,
): FileIssue => toFileIssue(path, code, message, { line });
