/** Rows of one table as a page inside the envelope, or every match as a file (PU3, HI11). */
import { sql, type SQL } from 'drizzle-orm';
import type { FileFormat } from '../../../shared/api/history.ts';
import { toPagination, type Pagination } from '../../../shared/api/envelope.ts';
import type { Transaction } from '../../db/open.ts';
import { toCsvLine, type CsvCell } from '../../http/csv.ts';
import type { SlicedReply } from '../../http/serve-slices.ts';
import { Slices } from '../../http/slices.ts';
import { dropNulls } from './push-book.ts';

export interface Listing {
  readonly table: 'sync_history' | 'sync_history_items' | 'audit_logs';
  readonly columns: readonly string[];
  readonly where: SQL;
}

interface ListingQuery {
  readonly limit: number;
  readonly offset: number;
  readonly format?: 'json' | FileFormat | undefined;
}

type Row = Record<string, unknown>;

export async function replyWithRows(
  tx: Transaction,
  listing: Listing,
  query: ListingQuery,
  signal: AbortSignal,
): Promise<SlicedReply> {
  const { format = 'json' } = query;
  if (format !== 'json') return await writeFile(tx, listing, format, signal);
  const slices = new Slices();
  slices.append(JSON.stringify({ success: true, ...(await readPage(tx, listing, query)) }));
  return { slices, headers: { 'Content-Type': 'application/json; charset=utf-8' } };
}

async function readPage(
  tx: Transaction,
  listing: Listing,
  query: ListingQuery,
): Promise<{ data: Row[]; pagination: Pagination }> {
  const [counted] = await tx.execute<{ total: number }>(
    sql`select count(*)::integer as total from ${sql.raw(listing.table)} where ${listing.where}`,
  );
  const rows = await tx.execute<Row>(sql`${select(listing)} limit ${query.limit} offset ${query.offset}`);
  return { data: rows.map(dropNulls), pagination: toPagination(query, counted?.total ?? 0, rows.length) };
}

export async function findRow(tx: Transaction, listing: Listing): Promise<Row | null> {
  const [row] = await tx.execute<Row>(sql`${select(listing)} limit 1`);
  return row === undefined ? null : dropNulls(row);
}

const fileTypes: Readonly<Record<FileFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

const sliceRows = 500;

async function writeFile(
  tx: Transaction,
  listing: Listing,
  format: FileFormat,
  signal: AbortSignal,
): Promise<SlicedReply> {
  const { columns, table } = listing;
  const toLine: (row: Row) => string =
    format === 'csv'
      ? (row) => toCsvLine(columns.map((column) => toCell(row[column])))
      : (row) => `${JSON.stringify(dropNulls(row))}\n`;
  const slices = new Slices();
  if (format === 'csv') slices.append(toCsvLine(columns));
  await tx.execute(sql`declare matches no scroll cursor for ${select(listing)}`);
  for (let isMore = true; isMore;) {
    signal.throwIfAborted();
    const rows = await tx.execute<Row>(sql.raw(`fetch ${sliceRows} from matches`));
    slices.append(rows.map(toLine).join(''));
    isMore = rows.length === sliceRows;
  }
  const name = `${table.replaceAll('_', '-')}.${format}`;
  return {
    slices,
    headers: { 'Content-Type': fileTypes[format], 'Content-Disposition': `attachment; filename="${name}"` },
  };
}

function toCell(value: unknown): CsvCell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return JSON.stringify(value);
}

/** Newest first, ties by id (PU3). The order names the table's columns: those selected are texts of them. */
function select({ table, columns, where }: Listing): SQL {
  return sql`select ${sql.raw(columns.map(toColumn).join(', '))} from ${sql.raw(table)} where ${where}
    order by ${sql.raw(`${table}.created_at desc, ${table}.id desc`)}`;
}

function toColumn(column: string): string {
  if (column.endsWith('_at')) {
    return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as ${column}`;
  }
  // The driver gives big integers as text.
  return column === 'duration_ms' || column === 'seq' ? `${column}::float8 as ${column}` : column;
}

/** PU4: literally, whatever the case. */
export function contains(column: string, text: string): SQL {
  const pattern = `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql`${sql.raw(column)} ilike ${pattern}`;
}

/** Filters that were given, all of them. */
export function allOf(filters: readonly (SQL | false | undefined)[]): SQL {
  const given = filters.filter((filter): filter is SQL => filter !== undefined && filter !== false);
  return given.length === 0 ? sql`true` : sql.join(given, sql` and `);
}

export interface Period {
  readonly start_date?: Date | undefined;
  readonly end_date?: Date | undefined;
}

export const inPeriod = ({ start_date, end_date }: Period): SQL =>
  allOf([
    start_date && sql`created_at >= ${start_date.toISOString()}::timestamptz`,
    end_date && sql`created_at <= ${end_date.toISOString()}::timestamptz`,
  ]);
