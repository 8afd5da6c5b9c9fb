/** What a filter selects as one file, encoded in slices from one snapshot (EX1). */
import { sql } from 'drizzle-orm';
import type { DocumentFilters } from '../../../shared/api/documents.ts';
import { DocumentItem } from '../../../shared/views/document.ts';
import type { Transaction } from '../../db/open.ts';
import { Slices } from '../../http/slices.ts';
import { toCsvLine } from '../../http/csv.ts';
import { itemColumns, toCondition, toOrder } from './document-query.ts';

export type ExportFormat = 'csv' | 'json';

export interface ExportOptions {
  readonly format: ExportFormat;
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

export interface ExportFile {
  readonly slices: Slices;
  readonly isTruncated: boolean;
}

const sliceRows = 500;

export async function exportItems(
  tx: Transaction,
  projectId: string,
  filters: DocumentFilters,
  { format, maxRows, signal }: ExportOptions,
): Promise<ExportFile> {
  const { head, toSlice, tail } = encoders[format];
  const slices = new Slices();
  slices.append(head);
  // One row more than may be written tells whether there are more.
  await tx.execute(sql`
    declare exported no scroll cursor for
    select ${itemColumns} from documents d where ${toCondition(projectId, filters)}
    order by ${toOrder(filters)} limit ${maxRows + 1}`);
  let count = 0;
  let isTruncated = false;
  for (let isMore = true; isMore && !isTruncated;) {
    signal.throwIfAborted();
    const rows = await tx.execute<DocumentItem>(sql.raw(`fetch ${sliceRows} from exported`));
    const items = rows.slice(0, maxRows - count);
    if (items.length > 0) slices.append(toSlice(items, count === 0));
    count += items.length;
    isMore = rows.length === sliceRows;
    isTruncated = items.length < rows.length;
  }
  slices.append(tail);
  return { slices, isTruncated };
}

interface Encoder {
  readonly head: string;
  readonly toSlice: (items: readonly DocumentItem[], isFirst: boolean) => string;
  readonly tail: string;
}

const itemKeys = Object.keys(DocumentItem.shape) as (keyof DocumentItem)[];

const encoders: Record<ExportFormat, Encoder> = {
  csv: {
    head: toCsvLine(itemKeys),
    toSlice: (items) => items.map((item) => toCsvLine(itemKeys.map((key) => item[key]))).join(''),
    tail: '',
  },
  json: {
    head: '[',
    toSlice: (items, isFirst) =>
      `${isFirst ? '' : ','}\n${items.map((item) => JSON.stringify(item)).join(',\n')}`,
    tail: '\n]\n',
  },
};
