/** One page of a project's documents (DC12). */
import { sql } from 'drizzle-orm';
import type { DocumentFilters } from '../../../shared/api/documents.ts';
import type { DocumentItem, DocumentPage } from '../../../shared/views/document.ts';
import type { Queryable } from '../../db/open.ts';
import { itemColumns, toCondition, toOrder } from './document-query.ts';

export interface ListQuery extends DocumentFilters {
  readonly page: number;
  readonly per_page: number;
}

export async function listPage(
  queryable: Queryable,
  projectId: string,
  query: ListQuery,
): Promise<DocumentPage> {
  const { page, per_page } = query;
  const condition = toCondition(projectId, query);
  const order = toOrder(query);
  const [items, [row]] = await Promise.all([
    // The ids are sorted alone: whole rows are looked at only for the page itself.
    queryable.execute<DocumentItem>(sql`
      select ${itemColumns} from documents d
      where d.id in (
        select d.id from documents d where ${condition}
        order by ${order} limit ${per_page} offset ${(page - 1) * per_page}
      )
      order by ${order}`),
    queryable.execute<{ total: number }>(
      sql`select count(*)::integer as total from documents d where ${condition}`,
    ),
  ]);
  const total = row?.total ?? 0;
  return { items: [...items], total, page, per_page, pages: Math.ceil(total / per_page) };
}
