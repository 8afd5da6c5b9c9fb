/** A push as its events move it: counters and items at once, everything else when its rows are written. */
import type { SynclineEvent } from '../../../../shared/events/index.ts';
import type {
  CounterColumn,
  CounterGroup,
  SyncRecord,
  SyncRecordItem,
} from '../../../../shared/views/history.ts';
import { ItemStatus, type ItemType } from '../../../../shared/work-items.ts';
import { replaceWhere, type Fold } from '../../folds/fold.ts';
import { rowsPerPage, type ItemFilters } from './push-filters.ts';

export interface ShownPush {
  readonly record: SyncRecord;
  /** What an overwrite says of itself; null before it begins. */
  readonly overwrite: Overwriting | null;
}

export interface Overwriting {
  readonly message: string;
  readonly deleted: number;
  readonly total: number;
  readonly failed: readonly { readonly id: number; readonly code: string; readonly message: string }[];
}

export interface ItemPage {
  readonly items: readonly SyncRecordItem[];
  readonly total: number;
}

/** The audit log hears of an end when its rows are written, which the end itself comes before. */
const isWritten = (event: SynclineEvent, id: string): boolean =>
  event.type === 'audit:recorded' && event.data.entityType === 'sync' && event.data.entityId === id;

export const foldPush =
  (id: string): Fold<ShownPush> =>
  (shown, event) => {
    if (isWritten(event, id)) return 'reload';
    if (!isOfPush(event, id)) return shown;
    if (event.type === 'overwrite:progress') return { ...shown, overwrite: event.data };
    const item = toItem(event);
    if (item === null || shown.record.completed_at !== undefined) return shown;
    return { ...shown, record: counted(shown.record, item) };
  };

export interface PushList {
  readonly records: readonly SyncRecord[];
  readonly total: number;
}

/** A push that begins or ends moves the list; one that goes on moves its row. */
export const foldPushList: Fold<PushList> = (list, event) => {
  if (event.type === 'audit:recorded') return event.data.entityType === 'sync' ? 'reload' : list;
  const item = toItem(event);
  if (item === null) return list;
  const records = replaceWhere(
    list.records,
    ({ id, completed_at: end }) => id === item.sync_history_id && end === undefined,
    (record) => counted(record, item),
  );
  return records === list.records ? list : { ...list, records };
};

export const foldItems =
  (id: string, filters: ItemFilters): Fold<ItemPage> =>
  (page, event) => {
    if (isWritten(event, id)) return 'reload';
    const item = isOfPush(event, id) ? toItem(event) : null;
    if (item === null || !isWantedBy(filters, item)) return page;
    if (page.items.some(({ ardoq_id }) => ardoq_id === item.ardoq_id)) return page;
    const items = filters.page === 1 ? [item, ...page.items].slice(0, rowsPerPage) : page.items;
    return { items, total: page.total + 1 };
  };

function isOfPush({ data }: SynclineEvent, id: string): boolean {
  return 'syncHistoryId' in data && data.syncHistoryId === id;
}

const isWantedBy = ({ status, type }: ItemFilters, item: SyncRecordItem): boolean =>
  (status === '' || item.status === status) && (type === '' || item.item_type === type);

const groupOf = {
  epic: 'epics',
  feature: 'features',
  user_story: 'user_stories',
} as const satisfies Record<ItemType, CounterGroup>;

function counted(record: SyncRecord, { status, item_type }: SyncRecordItem): SyncRecord {
  const columns: readonly CounterColumn[] = [`items_${status}`, `${groupOf[item_type]}_${status}`];
  const counts = Object.fromEntries(columns.map((column) => [column, record[column] + 1]));
  const isQueued = record.status === 'pending';
  return { ...record, ...counts, status: isQueued ? 'in_progress' : record.status };
}

const typeOf: Readonly<Record<string, ItemType>> = {
  epic: 'epic',
  feature: 'feature',
  userstory: 'user_story',
};

/** The row that history will have of it. */
function toItem({ id, type, at, data }: SynclineEvent): SyncRecordItem | null {
  const [noun = '', verb] = type.split(':');
  const itemType = typeOf[noun];
  const status = ItemStatus.safeParse(verb);
  if (itemType === undefined || !status.success || !('ardoqId' in data)) return null;
  const reason = 'error' in data ? data.error : 'reason' in data ? data.reason : undefined;
  return {
    id,
    sync_history_id: data.syncHistoryId,
    ardoq_id: data.ardoqId,
    item_name: data.name,
    item_type: itemType,
    status: status.data,
    created_at: at,
    ...(data.parentArdoqId === null ? {} : { parent_ardoq_id: data.parentArdoqId }),
    ...('azureDevOpsId' in data && data.azureDevOpsId !== undefined
      ? { azure_devops_id: data.azureDevOpsId }
      : {}),
    ...('azureDevOpsUrl' in data && data.azureDevOpsUrl !== undefined
      ? { azure_devops_url: data.azureDevOpsUrl }
      : {}),
    ...(reason === undefined ? {} : { error_message: reason }),
    ...('code' in data && data.code !== undefined ? { error_code: data.code } : {}),
    ...('changedFields' in data ? { changed_fields: data.changedFields } : {}),
  };
}
