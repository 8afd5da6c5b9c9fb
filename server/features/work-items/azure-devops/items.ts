/** Work items by id, read in chunks, and one written at a time (AZ2 to AZ5). */
import {
  TrackerFailure,
  type CallOptions,
  type NewItem,
  type PatchOperation,
  type TargetItem,
  type TargetProject,
} from '../tracker.ts';
import { createItem, mostIds, readBatch, updateItem } from './calls.ts';
import { chunksOf } from './chunks.ts';
import type { AzureClient } from './client.ts';
import { requireDistinctFields } from './distinct-fields.ts';
import { toTargetItem } from './target-item.ts';
import { WireItem, WireItems, WirePartialItems } from './wire-item.ts';

export async function readItems(
  client: AzureClient,
  ids: readonly number[],
  options?: CallOptions,
): Promise<ReadonlyMap<number, TargetItem>> {
  const items = new Map<number, TargetItem>();
  for (const chunk of chunksOf([...new Set(ids)], mostIds)) {
    for (const item of await readChunk(client, chunk, options))
      items.set(item.id, toTargetItem(client, item));
  }
  return items;
}

/** Long texts may make an answer longer than is taken (AZ15): then halves are asked for. */
async function readChunk(
  client: AzureClient,
  ids: readonly number[],
  options?: CallOptions,
): Promise<readonly WireItem[]> {
  try {
    const { value } = await client.read(readBatch(ids, { $expand: 'relations' }), WireItems, options);
    return value.filter((item) => item !== null);
  } catch (error) {
    if (!isTooLong(error) || ids.length === 1) throw error;
    const middle = Math.ceil(ids.length / 2);
    const first = await readChunk(client, ids.slice(0, middle), options);
    return [...first, ...(await readChunk(client, ids.slice(middle), options))];
  }
}

/** What was cut off has no status; what makes no sense has one. */
const isTooLong = (error: unknown): boolean =>
  error instanceof TrackerFailure && error.kind === 'unreadable' && error.status === null;

/** One field of many items; absent ids are absent. */
export async function readField(
  client: AzureClient,
  ids: readonly number[],
  field: string,
  options?: CallOptions,
): Promise<ReadonlyMap<number, unknown>> {
  const values = new Map<number, unknown>();
  for (const chunk of chunksOf(ids, mostIds)) {
    const { value } = await client.read(readBatch(chunk, { fields: [field] }), WirePartialItems, options);
    for (const item of value) if (item !== null) values.set(item.id, findValue(item.fields, field));
  }
  return values;
}

export async function create(
  client: AzureClient,
  project: TargetProject,
  item: NewItem,
  options?: CallOptions,
): Promise<TargetItem> {
  requireDistinctFields(item.patch);
  const call = createItem(project.id, item, { isProbe: false });
  return toTargetItem(client, await client.read(call, WireItem, options));
}

export async function update(
  client: AzureClient,
  id: number,
  patch: readonly PatchOperation[],
  options?: CallOptions,
): Promise<TargetItem> {
  requireDistinctFields(patch);
  const call = updateItem(id, patch, { isProbe: false });
  return toTargetItem(client, await client.read(call, WireItem, options));
}

export type Change =
  { readonly item: NewItem } | { readonly id: number; readonly patch: readonly PatchOperation[] };

/** What the service would answer is of no use: that it does not refuse is all there is to know. */
export async function probe(
  client: AzureClient,
  project: TargetProject,
  change: Change,
  options?: CallOptions,
): Promise<void> {
  requireDistinctFields('item' in change ? change.item.patch : change.patch);
  const how = { isProbe: true };
  const call =
    'item' in change ? createItem(project.id, change.item, how) : updateItem(change.id, change.patch, how);
  await client.send(call, options);
}

/** Field names are the same in any case. */
function findValue(fields: Readonly<Record<string, unknown>>, field: string): unknown {
  if (field in fields) return fields[field];
  return Object.entries(fields).find(([name]) => name.toLowerCase() === field.toLowerCase())?.[1];
}
