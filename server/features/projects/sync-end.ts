/** How the end of a full sync moves its project, in the transaction of the terminal event (SY8). */
import type { SyncCounts } from '../../../shared/views/project.ts';
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { Ending, ProjectOperation } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { statusChanged } from './project-events.ts';
import { settleSync, type SyncSettlement } from './project-store.ts';

export interface SyncEnd {
  readonly ending: Ending;
  /** What the run found; absent unless it came to its end. */
  readonly settlement: { counts: SyncCounts; error: string | null } | undefined;
  readonly at: Date;
  readonly durationMs: number;
}

/** The status, its event, and the one terminal sync event. */
export async function endSync(
  tx: Transaction,
  operation: ProjectOperation,
  { ending, settlement, at, durationMs }: SyncEnd,
  emit: Emit,
): Promise<void> {
  const { id, projectId, projectSlug, kind } = operation;
  const settled = await settleSync(tx, projectId, id, toSettlement(ending, settlement, at));
  if (settled !== undefined) emit(statusChanged(settled, 'syncing', id));

  const frame = { projectId, operationId: id, topic: topicsOf(operation) };
  if (ending.status === 'completed' && settlement !== undefined) {
    const { counts } = settlement;
    emit({ ...frame, type: 'sync:complete', data: { slug: projectSlug, kind, counts, durationMs } });
    return;
  }
  const { error, errorCode } = ending.status === 'completed' ? lost : ending;
  emit({ ...frame, type: 'sync:error', data: { slug: projectSlug, kind, error, errorCode } });
}

const lost = { error: 'The sync ended without a result', errorCode: 'internal' };

function toSettlement(ending: Ending, settlement: SyncEnd['settlement'], at: Date): SyncSettlement {
  if (ending.status === 'completed' && settlement !== undefined) return { to: 'synced', ...settlement, at };
  if (ending.status === 'cancelled') return { to: 'error', error: 'Sync cancelled', at };
  return { to: 'error', error: ending.status === 'failed' ? ending.error : lost.error, at };
}
