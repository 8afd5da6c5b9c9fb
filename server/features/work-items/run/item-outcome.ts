/** How one item ended, and how its event and its row of history say so (EV22, EV24, HI3). */
import type { EventDraft } from '../../../../shared/events/index.ts';
import { toTimestamp } from '../../../../shared/ids.ts';
import type { ItemType, SourceItem } from '../../../../shared/work-items.ts';
import { topicsOf } from '../../../core/topics.ts';
import type { StoredOperation } from '../../../core/workflow.ts';
import type { PushedItem } from '../push-history.ts';
import type { IntentId, PresentRow } from './ledger-store.ts';
import type { PushResult } from './result-store.ts';

interface Placed {
  readonly workItemId: number;
  readonly url: string;
  readonly changedBy: Readonly<Record<string, unknown>> | null;
}

export type ItemEnd =
  | (Placed & { readonly status: 'created' | 'unchanged' })
  | (Placed & { readonly status: 'updated'; readonly changedFields: readonly string[]; readonly rev: number })
  | {
      readonly status: 'failed';
      readonly code: string;
      readonly reason: string;
      readonly upstreamCode: string | null;
      /** Of a work item that exists. */
      readonly workItemId: number | null;
      readonly url: string | null;
    }
  | { readonly status: 'skipped'; readonly code: string; readonly reason: string };

export interface ItemOutcome {
  readonly item: SourceItem;
  readonly end: ItemEnd;
  /** What the ledger remembers of it from now on. */
  readonly present: PresentRow | null;
  /** An intent that came to nothing, for certain. */
  readonly dropped: IntentId | null;
}

/** Who speaks, and of which push. */
export interface Speaker {
  readonly operation: StoredOperation;
  readonly syncHistoryId: string;
}

export function toFrame({ operation, syncHistoryId }: Speaker) {
  const { id, projectId } = operation;
  return { projectId, operationId: id, topic: [...topicsOf(operation), `push:${syncHistoryId}` as const] };
}

const eventPrefix = { epic: 'epic', feature: 'feature', user_story: 'userstory' } as const satisfies Record<
  ItemType,
  string
>;

export function toItemDraft(speaker: Speaker, { item, end }: ItemOutcome, at: Date): EventDraft {
  const type = `${eventPrefix[item.type]}:${end.status}` as const;
  const common = {
    timestamp: toTimestamp(at),
    syncHistoryId: speaker.syncHistoryId,
    ardoqId: item.sourceId,
    name: item.name,
    parentArdoqId: item.parentId,
  };
  return { ...toFrame(speaker), type, data: { ...common, ...toEventFacts(end) } } as EventDraft;
}

function toEventFacts(end: ItemEnd) {
  switch (end.status) {
    case 'created':
    case 'unchanged':
      return toPlaced(end);
    case 'updated':
      return { ...toPlaced(end), changedFields: [...end.changedFields], rev: end.rev };
    case 'skipped':
      return { reason: end.reason, code: end.code };
    case 'failed':
      return {
        error: end.reason,
        code: end.code,
        ...(end.upstreamCode === null ? {} : { upstreamCode: end.upstreamCode }),
        ...(end.workItemId === null ? {} : { azureDevOpsId: end.workItemId }),
        ...(end.url === null ? {} : { azureDevOpsUrl: end.url }),
      };
    default:
      return end satisfies never;
  }
}

const toPlaced = ({ workItemId, url, changedBy }: Placed) => ({
  azureDevOpsId: workItemId,
  azureDevOpsUrl: url,
  changedByUser: changedBy,
});

export function toResult({ item, end }: ItemOutcome): PushResult {
  const { sourceId, type } = item;
  const row = { sourceId, type, status: end.status };
  if (end.status === 'skipped') {
    return { ...row, workItemId: null, url: null, code: end.code, reason: end.reason };
  }
  const { workItemId, url } = end;
  if (end.status === 'failed') return { ...row, workItemId, url, code: end.code, reason: end.reason };
  return { ...row, workItemId, url, code: null, reason: null };
}

export function toPushedItem(outcome: ItemOutcome, at: Date): PushedItem {
  const { item, end } = outcome;
  const { workItemId, url, code, reason } = toResult(outcome);
  const isPlaced = end.status !== 'failed' && end.status !== 'skipped';
  return {
    ardoqId: item.sourceId,
    name: item.name,
    type: item.type,
    status: end.status,
    azureDevOpsId: workItemId,
    azureDevOpsUrl: url,
    parentArdoqId: item.parentId,
    error: reason,
    errorCode: code,
    changedFields: end.status === 'updated' ? end.changedFields : null,
    changedByUser: isPlaced ? end.changedBy : null,
    at,
  };
}

export const skipped = (item: SourceItem, code: string, reason: string): ItemOutcome => ({
  item,
  end: { status: 'skipped', code, reason },
  present: null,
  dropped: null,
});
