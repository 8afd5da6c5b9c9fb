/** When a feature was planned, begun, finished and last touched, from the dates of its documents (GD9). */
import type { DerivedDate } from '../../../../shared/views/document.ts';
import type { FeatureDates, PlanStatus } from '../../../../shared/views/plan.ts';
import { isTerminal } from './canonical.ts';
import type { PlanDocument } from './plan-document.ts';

const planning: ReadonlySet<string> = new Set(['prd', 'implementation_plan', 'phase_plan', 'report', 'spec']);

export function toFeatureDates(documents: readonly PlanDocument[], status: PlanStatus): FeatureDates {
  const progress = documents.filter(({ type }) => type === 'progress');
  const updatedAt = findLatest(documents.map(({ dates }) => dates.updated));
  const completedAt = isTerminal(status)
    ? (findLatest(documents.map(({ dates }) => dates.completed)) ?? toFallback(updatedAt))
    : null;
  return {
    plannedAt: findEarliest(
      documents.filter(({ type }) => planning.has(type)).map(({ dates }) => dates.created),
    ),
    startedAt:
      findEarliest(progress.map(({ started }) => started)) ??
      findEarliest(progress.flatMap(({ dates }) => [dates.created, dates.updated])),
    completedAt,
    updatedAt,
    lastActivityAt: findLatest([
      ...documents.map(({ dates }) => dates.last_activity),
      updatedAt,
      completedAt,
    ]),
  };
}

const toFallback = (updatedAt: DerivedDate | null): DerivedDate | null =>
  updatedAt === null ? null : { ...updatedAt, confidence: 'low', reason: 'terminal_status_fallback' };

const trust = { high: 2, medium: 1, low: 0 } as const;

type Dates = readonly (DerivedDate | null)[];

const findEarliest = (dates: Dates): DerivedDate | null => findBest(dates, (one, other) => one < other);
const findLatest = (dates: Dates): DerivedDate | null => findBest(dates, (one, other) => one > other);

/** Of equal ones the most trusted, and of those the first: years have four digits, so that text sorts as time. */
function findBest(dates: Dates, isBetter: (one: string, other: string) => boolean): DerivedDate | null {
  let best: DerivedDate | null = null;
  for (const date of dates) {
    if (date === null) continue;
    const wins =
      best === null ||
      isBetter(date.value, best.value) ||
      (date.value === best.value && trust[date.confidence] > trust[best.confidence]);
    if (wins) best = date;
  }
  return best;
}
