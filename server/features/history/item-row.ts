/** An item of a push as the row that is kept of it, encoded when it is told: memory then holds no more than it counts. */
import type { PushedItem } from '../../core/push-history.ts';
import { toStorableJson } from '../../core/storable-json.ts';
import type { ItemStatus, ItemType } from '../../../shared/work-items.ts';
import { createRowId } from './row-id.ts';

export interface ItemRow {
  readonly ardoqId: string;
  readonly type: ItemType;
  readonly status: ItemStatus;
  /** Under the names of the columns. */
  readonly json: string;
  readonly bytes: number;
}

const longestName = 500;
const longestId = 255;
const longestError = 10_000;

export function toItemRow(item: PushedItem): ItemRow {
  const json = toStorableJson({
    id: createRowId(item.at),
    ardoq_id: cut(item.ardoqId, longestId),
    item_name: cut(item.name, longestName),
    item_type: item.type,
    status: item.status,
    azure_devops_id: item.azureDevOpsId,
    azure_devops_url: item.azureDevOpsUrl,
    error_message: item.error === null ? null : cut(item.error, longestError),
    error_code: item.errorCode,
    parent_ardoq_id: item.parentArdoqId === null ? null : cut(item.parentArdoqId, longestId),
    changed_fields: item.changedFields,
    changed_by_user: item.changedByUser,
    created_at: item.at,
  });
  return {
    ardoqId: item.ardoqId,
    type: item.type,
    status: item.status,
    json,
    bytes: Buffer.byteLength(json),
  };
}

/** By characters as the database counts them, so that no pair is torn. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
