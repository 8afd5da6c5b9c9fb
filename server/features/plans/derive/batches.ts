/** Tasks that a document declares to be done at the same time, batch by batch (FT13). */
import type { BatchState, TaskBatch } from '../../../../shared/views/plan.ts';
import { findValue, isRecord, toList, type Fields } from './fields.ts';
import type { ListedTask } from './tasks.ts';

export function readBatches(
  fields: Fields,
  { path, phase, tasks }: { path: string; phase: string; tasks: readonly ListedTask[] },
): TaskBatch[] {
  const declared = findValue(fields, 'parallelization');
  if (!isRecord(declared)) return [];
  const batches = Object.entries(declared)
    .map(([key, value]) => ({ batch: key.trim(), number: toNumber(key), tasks: toList(value) }))
    .filter((batch) => batch.number !== null && batch.tasks.length > 0)
    .sort((one, other) => Number(one.number) - Number(other.number));
  const statusOf = new Map(tasks.map((task) => [task.rawId, task.status]));
  let isOpen = false;
  return batches.map(({ batch, tasks: ids }) => {
    const statuses = ids.map((id) => statusOf.get(id));
    const isDone = statuses.every((status) => status === 'done' || status === 'deferred');
    const state = toState({ isDone, isBlocked: statuses.includes('blocked'), isWaiting: isOpen });
    if (!isDone) isOpen = true;
    return { phase, batch, state, tasks: [...ids], sourcePath: path };
  });
}

const toNumber = (key: string): number | null => {
  const digits = /^batch[\s_-]*(\d{1,6})$/i.exec(key.trim())?.[1];
  return digits === undefined ? null : Number(digits);
};

function toState(batch: { isDone: boolean; isBlocked: boolean; isWaiting: boolean }): BatchState {
  if (batch.isDone) return 'done';
  if (batch.isBlocked) return 'blocked';
  return batch.isWaiting ? 'waiting' : 'ready';
}
