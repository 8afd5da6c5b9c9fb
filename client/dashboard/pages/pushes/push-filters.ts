/** Filters of the list of pushes, and of the items of one, as they stand in the address. */
import { ItemStatus, ItemType, PushStatus } from '../../../../shared/work-items.ts';

export interface PushFilters {
  readonly status: PushStatus | '';
  /** From 1. */
  readonly page: number;
}

export interface ItemFilters {
  readonly status: ItemStatus | '';
  readonly type: ItemType | '';
  readonly page: number;
}

export const rowsPerPage = 50;

export function readPushFilters(query: URLSearchParams): PushFilters {
  const status = PushStatus.safeParse(query.get('status'));
  return { status: status.success ? status.data : '', page: readPage(query) };
}

export function readItemFilters(query: URLSearchParams): ItemFilters {
  const status = ItemStatus.safeParse(query.get('status'));
  const type = ItemType.safeParse(query.get('type'));
  return {
    status: status.success ? status.data : '',
    type: type.success ? type.data : '',
    page: readPage(query),
  };
}

/** What is not chosen, and the first page, do not stand in the address. */
export function writeFilters(filters: PushFilters | ItemFilters): URLSearchParams {
  const chosen = Object.entries(filters).filter(
    ([name, value]) => value !== '' && !(name === 'page' && value === 1),
  );
  return new URLSearchParams(chosen.map(([name, value]) => [name, String(value)]));
}

export const toPaging = ({ page }: { readonly page: number }) => ({
  limit: String(rowsPerPage),
  offset: String((page - 1) * rowsPerPage),
});

function readPage(query: URLSearchParams): number {
  const page = Number(query.get('page') ?? '1');
  return Number.isInteger(page) && page >= 1 ? page : 1;
}
