/** Events that a flood writes, each with a name of its own to find it by. */
import type { EventDraft, SynclineEvent } from '../../../shared/events/index.ts';
import type { OperationId } from '../../../shared/ids.ts';
import { toTag } from './check-writes.ts';
import { floodOperation, floodSlugs } from './plan.ts';

const operationId = floodOperation as OperationId;
const nothing = {
  processed: null,
  total: null,
  ratePerSecond: null,
  etaMs: null,
  counters: {},
  progress: {},
};

export function toFloodDraft(writer: string, number: number): EventDraft {
  const tag = toTag(writer, number);
  const project = `project:${floodSlugs[number % 2]!}`;
  if (number % 7 === 0) {
    const topic = [`operation:${operationId}`, 'kind:full_sync', project];
    const data = { ...nothing, phase: 'documents', message: tag };
    return { type: 'operation:progress', projectId: null, operationId, topic, data };
  }
  const rest = { projectId: null, operationId: null };
  if (number % 3 === 0) {
    const data = { reason: tag, walked: number, repaired: 0, durationMs: 1 };
    return { type: 'reconcile:completed', ...rest, topic: ['watch', project], data };
  }
  const data = { added: 0, modified: 1, deleted: 0, paths: [tag] };
  return { type: 'watch:batch', ...rest, topic: ['watch', project], data };
}

/** Empty for what no flood wrote. */
export function tagOf(event: SynclineEvent): string {
  if (event.type === 'watch:batch') return event.data.paths[0] ?? '';
  if (event.type === 'reconcile:completed') return event.data.reason;
  return event.type === 'operation:progress' && event.operationId === operationId ? event.data.message : '';
}
