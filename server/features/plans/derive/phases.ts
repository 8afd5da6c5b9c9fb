/** One progress document as a phase of its feature (FT8 to FT10). */
import { toFileIssue, type FileIssue } from '../../../../shared/issues.ts';
import type { PlanPhase, PlanStatus } from '../../../../shared/views/plan.ts';
import { isTerminal, toPlanStatus } from './canonical.ts';
import { findCount, findPercent, findText, type Fields } from './fields.ts';
import { toPhaseToken, type ListedTask } from './tasks.ts';

interface PhaseSource {
  readonly path: string;
  readonly docId: string;
  readonly title: string;
  readonly canonicalStatus: string | null;
  readonly line: number | null;
}

/** FT8: what is declared, else what the file is called, else all of them. */
export function findPhaseToken(fields: Fields, docId: string): string {
  const declared = toPhaseToken(findText(fields, 'phase', 'phase_id', 'phase_token'));
  return declared ?? /phase-(\d+(?:-\d+)?)/.exec(docId.toLowerCase())?.[1] ?? 'all';
}

export function readPhase(
  { path, docId, title, canonicalStatus, line }: PhaseSource,
  fields: Fields,
  tasks: readonly ListedTask[],
): { phase: PlanPhase; issues: readonly FileIssue[] } {
  const own = toPlanStatus(canonicalStatus);
  const declared = {
    total: findCount(fields, 'total_tasks'),
    completed: findCount(fields, 'completed_tasks'),
    deferred: findCount(fields, 'deferred_tasks'),
  };
  const counts = countTasks(own, declared, tasks);
  const { total, completed } = counts;
  const phase: PlanPhase = {
    phase: findPhaseToken(fields, docId),
    title: findText(fields, 'phase_title', 'phase_name') ?? title,
    status: !isTerminal(own) && total > 0 && completed >= total ? 'done' : own,
    totalTasks: total,
    completedTasks: completed,
    deferredTasks: counts.deferred,
    progress:
      total > 0 ? Math.round((100 * completed) / total) : findPercent(fields, 'overall_progress', 'progress'),
    sourcePath: path,
  };
  return { phase, issues: compareCounts(path, line, declared, tasks) };
}

interface Declared {
  readonly total: number | null;
  readonly completed: number | null;
  readonly deferred: number | null;
}

/** FT9: the list wins over declared numbers, but for tasks that are not listed. */
function countTasks(own: PlanStatus, declared: Declared, tasks: readonly ListedTask[]) {
  const total = Math.max(declared.total ?? 0, tasks.length);
  if (own === 'deferred') return { total, completed: total, deferred: total };
  const hasList = tasks.length > 0;
  const listedDeferred = tasks.filter((task) => task.status === 'deferred').length;
  const listedDone = tasks.filter((task) => task.status === 'done').length;
  const completed = Math.min(total, hasList ? listedDone + listedDeferred : (declared.completed ?? 0));
  return {
    total,
    completed,
    deferred: Math.min(completed, hasList ? listedDeferred : (declared.deferred ?? 0)),
  };
}

/** People count deferred tasks among the completed ones or not: either agrees. */
function compareCounts(
  path: string,
  line: number | null,
  declared: Declared,
  tasks: readonly ListedTask[],
): FileIssue[] {
  if (tasks.length === 0) return [];
  const done = tasks.filter((task) => task.status === 'done').length;
  const settled = done + tasks.filter((task) => task.status === 'deferred').length;
  const faults: string[] = [];
  if (declared.total !== null && declared.total !== tasks.length) {
    faults.push(`total_tasks says ${declared.total}, the list has ${tasks.length}`);
  }
  if (declared.completed !== null && declared.completed !== done && declared.completed !== settled) {
    faults.push(`completed_tasks says ${declared.completed}, in the list ${done} are done`);
  }
  if (faults.length === 0) return [];
  return [toFileIssue(path, 'COUNT_MISMATCH', `${faults.join('; ')}; the list counts`, { line })];
}
