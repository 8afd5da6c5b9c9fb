/** How far a project is, folded from counted groups of its documents; sums are of integers, never of rounded parts (SA3). */
import type { Completion } from '../../../shared/views/statistics.ts';

/** The documents of one type and status. */
export interface DocumentGroup {
  readonly type: string;
  readonly status: string | null;
  readonly documents: number;
  readonly storyPoints: number;
  readonly isTerminal: boolean;
}

export interface Totals {
  readonly total_documents: number;
  readonly by_type: Record<string, number>;
  readonly by_status: Record<string, number>;
  readonly completion_percentage: number;
  readonly stories: Completion;
  readonly story_points: Completion;
}

export function sumGroups(groups: readonly DocumentGroup[]): Totals {
  const stories = groups.filter(({ type }) => type === 'story');
  const done = stories.filter(({ isTerminal }) => isTerminal);
  const counted = { total: sum(stories, countOf), done: sum(done, countOf) };
  return {
    total_documents: sum(groups, countOf),
    by_type: countBy(groups, ({ type }) => type),
    by_status: countBy(groups, ({ status }) => status ?? 'null'),
    completion_percentage: toPercentage(counted),
    stories: counted,
    story_points: { total: sum(stories, pointsOf), done: sum(done, pointsOf) },
  };
}

/** One decimal, half up; 0 when there is nothing to complete. */
export function toPercentage({ total, done }: Completion): number {
  return total === 0 ? 0 : Math.floor((2000 * done + total) / (2 * total)) / 10;
}

const countOf = ({ documents }: DocumentGroup): number => documents;
const pointsOf = ({ storyPoints }: DocumentGroup): number => storyPoints;

function sum(groups: readonly DocumentGroup[], figureOf: (group: DocumentGroup) => number): number {
  return groups.reduce((total, group) => total + figureOf(group), 0);
}

/** By key in order of code points, so that equal figures are equal answers. */
function countBy(
  groups: readonly DocumentGroup[],
  keyOf: (group: DocumentGroup) => string,
): Record<string, number> {
  const counts = new Map<string, number>();
  for (const group of groups) {
    const key = keyOf(group);
    counts.set(key, (counts.get(key) ?? 0) + group.documents);
  }
  return Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1)));
}
