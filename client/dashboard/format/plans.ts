/** Names of plans in words, and how far a feature is. */
import type {
  BatchState,
  FeatureItem,
  PlanPhase,
  PlanStatus,
  PlanTask,
  Readiness,
  TaskStatus,
} from '../../../shared/views/plan.ts';
import type { StatusTone } from './document-types.ts';
import { groupBy } from './group.ts';
import { toCount, toPlural } from './numbers.ts';

/** Looks of a status word, in the tones of chips. */
export const planTones: Readonly<Record<PlanStatus | TaskStatus, StatusTone>> = {
  backlog: 'open',
  'in-progress': 'moving',
  review: 'moving',
  blocked: 'stuck',
  done: 'done',
  deferred: 'dropped',
  unknown: 'open',
};

/** FT13 in the words of somebody who asks what to do next. */
export const readinessTexts: Readonly<Record<Readiness, string>> = {
  blocked: 'A blocker or a blocked task stands in the way',
  planning: 'Its requirements or its plan are missing',
  review: 'It waits for a review',
  ready: 'All batches before the next one are done',
  backlog: 'Nothing has begun',
  'in-progress': 'Work is going on',
  done: 'Everything is done',
  deferred: 'It was put off',
};

export const batchTones: Readonly<Record<BatchState, StatusTone>> = {
  blocked: 'stuck',
  waiting: 'open',
  ready: 'moving',
  done: 'done',
};

type Tasks = Pick<FeatureItem, 'totalTasks' | 'completedTasks' | 'deferredTasks'>;

/** Undefined where there are no tasks to count. */
export const toTaskShare = ({ totalTasks, completedTasks }: Tasks): number | undefined =>
  totalTasks === 0 ? undefined : Math.min(1, completedTasks / totalTasks);

/** `7 of 12 tasks, 2 deferred`. */
export function toTaskText({ totalTasks, completedTasks, deferredTasks }: Tasks): string {
  if (totalTasks === 0) return 'no tasks';
  const done = `${toCount(completedTasks)} of ${toPlural(totalTasks, 'task')}`;
  return deferredTasks === 0 ? done : `${done}, ${toCount(deferredTasks)} deferred`;
}

/** FT11: which open phases disagree with a source that says done. */
export function toConflictText(phases: readonly string[]): string {
  if (phases.length === 0) return 'A source says done while a phase is open';
  const [noun, verb] = phases.length === 1 ? ['phase', 'is'] : ['phases', 'are'];
  return `A source says done while ${noun} ${toSeries(phases)} ${verb} open`;
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
function toSeries(words: readonly string[]): string {
  if (words.length <= 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

export interface TaskGroup {
  readonly key: string;
  readonly phase: string | null;
  readonly title: string;
  readonly tasks: readonly PlanTask[];
}

/** FT8: one group for each phase and file, in the order of the phases; what belongs to none comes last. */
export function toTaskGroups(tasks: readonly PlanTask[], phases: readonly PlanPhase[]): readonly TaskGroup[] {
  const keyOf = (phase: string | null, path: string) => `${phase ?? 'all'} ${path}`;
  const order = new Map(phases.map(({ phase, sourcePath }, index) => [keyOf(phase, sourcePath), index]));
  return groupBy(tasks, ({ phase, sourcePath }) => keyOf(phase, sourcePath))
    .map(([key, ofPhase]) => {
      const at = order.get(key) ?? phases.length;
      const row = phases[at];
      const title = row === undefined ? '' : toPhaseTitle(row);
      return { at, group: { key, phase: ofPhase[0]?.phase ?? null, title, tasks: ofPhase } };
    })
    .toSorted((one, other) => one.at - other.at)
    .map(({ group }) => group);
}

interface NamedPhase {
  readonly phase: string;
  readonly title: string;
}

/** The title of a phase without the name that stands before it: many titles begin with “Phase 3:”. */
export function toPhaseTitle({ phase, title }: NamedPhase): string {
  const name = toPhaseName(phase);
  if (!title.toLowerCase().startsWith(name.toLowerCase())) return title;
  return title.slice(name.length).replace(/^[\s:.–—-]+/, '');
}

/** A token of a phase as a heading: `1` is “Phase 1”, `all` is a plan without phases. */
export function toPhaseName(phase: string | null): string {
  if (phase === null || phase === 'all') return 'All phases';
  return /^\d/.test(phase) ? `Phase ${phase}` : phase;
}
