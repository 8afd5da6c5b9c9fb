/** What is in a project before one pushes into it, counted and not estimated (BR1). */
import type { WorkItemCheck } from '../../../../shared/views/azure-devops.ts';

export async function toWorkItemCheck(
  pages: AsyncIterable<readonly number[]>,
  owned: ReadonlySet<number>,
): Promise<WorkItemCheck> {
  const workItemIds: number[] = [];
  let count = 0;
  let ownedCount = 0;
  for await (const page of pages) {
    count += page.length;
    ownedCount += page.filter((id) => owned.has(id)).length;
    workItemIds.push(...page.slice(0, mostListed - workItemIds.length));
  }
  return { hasWorkItems: count > 0, count, workItemIds, truncated: count > workItemIds.length, ownedCount };
}

const mostListed = 20_000;
