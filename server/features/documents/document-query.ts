/** Which documents of a project a list or an export shows, and in which order (DC12). */
import { sql, type SQL } from 'drizzle-orm';
import type { DocumentFilters, DocumentSort } from '../../../shared/api/documents.ts';
import { anyOf } from '../../db/any-of.ts';
import { toCanonicalIds } from './id-spelling.ts';

type Filters = Pick<DocumentFilters, 'type' | 'status' | 'epic' | 'owner'>;
type Order = Pick<DocumentFilters, 'sort' | 'order'>;

/** Condition over `documents d`. */
export function toCondition(projectId: string, { type, status, epic, owner }: Filters): SQL {
  const conditions = [sql`d.project_id = ${projectId}`];
  if (type !== undefined) conditions.push(sql`d.type = ${type}`);
  if (status !== undefined)
    conditions.push(status === 'none' ? sql`d.status is null` : sql`d.status = ${status}`);
  if (epic !== undefined) conditions.push(isOneOf(sql`d.epic`, toCanonicalIds(epic)));
  if (owner !== undefined) conditions.push(sql`d.owner = ${owner}`);
  return sql.join(conditions, sql` and `);
}

/** As one parameter, however many there are. */
export function isOneOf(column: SQL, values: readonly string[]): SQL {
  return sql`${column} = ${anyOf(values)}`;
}

/** The columns carry the collation `C`. Only where nulls occur are they placed: elsewhere it would keep an index away. */
const orderOf: Record<DocumentSort, Record<DocumentFilters['order'], string>> = {
  title: { asc: 'd.title', desc: 'd.title desc' },
  type: { asc: 'd.type', desc: 'd.type desc' },
  status: { asc: 'd.status nulls first', desc: 'd.status desc nulls last' },
  updated_at: { asc: 'd.updated_at', desc: 'd.updated_at desc' },
  doc_id: { asc: 'd.doc_id', desc: 'd.doc_id desc' },
  file_path: { asc: 'd.file_path', desc: 'd.file_path desc' },
  file_date: { asc: 'd.file_date nulls first', desc: 'd.file_date desc nulls last' },
};

export const byTypeAndId = sql.raw('d.type, d.doc_id, d.file_path');

export function toOrder({ sort, order }: Order): SQL {
  return sql`${sql.raw(orderOf[sort][order])}, ${byTypeAndId}`;
}

const toTimestampText = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** `documents d` as items of a list, in the order of their keys. */
export const itemColumns = sql.raw(`
  d.doc_id, d.type, d.title, d.status, d.owner, d.priority, d.story_points, d.epic, d.story,
  ${toTimestampText('d.updated_at')} as updated_at, d.file_path, d.ref_id,
  ${toTimestampText('d.file_date')} as file_date, d.archived,
  exists (
    select from documents other
    where other.project_id = d.project_id and other.type = d.type and other.doc_id = d.doc_id and other.id <> d.id
  ) as duplicate`);

/** The id of what a document hangs below: its story, else its epic (DC15). Its own id is no parent. */
export const parentRef = (row: string): SQL =>
  sql.raw(`coalesce(nullif(${row}.story, ${row}.ref_id), nullif(${row}.epic, ${row}.ref_id))`);
