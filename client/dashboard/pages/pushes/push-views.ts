/** Live views of pushes: the list, one of them, and its items. */
import type { Caller } from '../../../sdk/caller.ts';
import type { ViewSpec } from '../../../sdk/store.ts';
import { toPaging, writeFilters, type ItemFilters, type PushFilters } from './push-filters.ts';
import {
  foldItems,
  foldPush,
  foldPushList,
  type ItemPage,
  type PushList,
  type ShownPush,
} from './push-folds.ts';

export const pushListView = (caller: Caller, filters: PushFilters): ViewSpec<PushList> => ({
  key: `pushes?${writeFilters(filters).toString()}`,
  async load(signal) {
    const query = { ...toPaging(filters), status: filters.status };
    const { value, head } = await caller('listSyncHistory', { query }, { signal });
    return { value: { records: value.data, total: value.pagination.total }, head };
  },
  fold: foldPushList,
});

export const pushView = (caller: Caller, id: string): ViewSpec<ShownPush> => ({
  key: `push/${id}`,
  async load(signal) {
    const { value, head } = await caller('readSyncRecord', { params: { id } }, { signal });
    return { value: { record: value.data, overwrite: null }, head };
  },
  fold: foldPush(id),
});

export const pushItemsView = (caller: Caller, id: string, filters: ItemFilters): ViewSpec<ItemPage> => ({
  key: `push-items/${id}?${writeFilters(filters).toString()}`,
  async load(signal) {
    const query = { ...toPaging(filters), status: filters.status, item_type: filters.type };
    const { value, head } = await caller('listSyncItems', { params: { id }, query }, { signal });
    return { value: { items: value.data, total: value.pagination.total }, head };
  },
  fold: foldItems(id, filters),
});
