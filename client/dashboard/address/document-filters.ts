/** Filters, sorting and page of the documents list as they stand in the address. */
import { DocumentSort } from '../../../shared/api/documents.ts';
import { readText } from './read-text.ts';

export interface DocumentFilters {
  readonly type: string;
  readonly status: string;
  readonly epic: string;
  readonly owner: string;
  readonly sort: (typeof DocumentSort.options)[number];
  readonly order: 'asc' | 'desc';
  readonly page: number;
}

export const documentsPerPage = 50;
const maxPage = 1_000_000;

/** What the address says; whatever does not fit reads as the default, so no link is ever an error. */
export function readDocumentFilters(query: URLSearchParams): DocumentFilters {
  const sort = DocumentSort.safeParse(query.get('sort'));
  const page = Number(query.get('page') ?? '1');
  return {
    type: readText(query, 'type'),
    status: readText(query, 'status'),
    epic: readText(query, 'epic'),
    owner: readText(query, 'owner'),
    sort: sort.success ? sort.data : 'updated_at',
    order: query.get('order') === 'asc' ? 'asc' : 'desc',
    page: Number.isInteger(page) && page >= 1 && page <= maxPage ? page : 1,
  };
}

/** The address of these filters; defaults are left out so that it stays short. */
export function writeDocumentFilters(filters: DocumentFilters): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of ['type', 'status', 'epic', 'owner'] as const) {
    if (filters[name] !== '') query.set(name, filters[name]);
  }
  if (filters.sort !== 'updated_at') query.set('sort', filters.sort);
  if (filters.order !== 'desc') query.set('order', filters.order);
  if (filters.page !== 1) query.set('page', String(filters.page));
  return query;
}

/** What the server is asked. */
export const toDocumentQuery = ({ page, ...filters }: DocumentFilters) => ({
  ...filters,
  page: String(page),
  per_page: String(documentsPerPage),
});

const textColumns: readonly DocumentFilters['sort'][] = ['title', 'type', 'status', 'doc_id', 'file_path'];

/** A click on a column head: turns the order round, or begins with the order one expects of that column. */
export function sortedBy(filters: DocumentFilters, sort: DocumentFilters['sort']): DocumentFilters {
  if (filters.sort === sort) return { ...filters, order: filters.order === 'asc' ? 'desc' : 'asc', page: 1 };
  return { ...filters, sort, order: textColumns.includes(sort) ? 'asc' : 'desc', page: 1 };
}

export const isFiltered = ({ type, status, epic, owner }: DocumentFilters): boolean =>
  [type, status, epic, owner].some((value) => value !== '');
