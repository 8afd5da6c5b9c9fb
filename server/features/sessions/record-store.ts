/** Rows of transcripts: the only writer of their table. Text is written once, in the pieces it was read in (SE23). */
import { sql } from 'drizzle-orm';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { SessionRecord } from './read/reading.ts';

/** Larger ones would be read for a page of few records, smaller ones cost a row each. */
const chunkLength = 128 * 1024;

interface Chunk {
  readonly sessionId: string;
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly body: string;
}

export async function saveRecords(
  tx: Transaction,
  projectId: string,
  sessions: readonly { readonly sessionId: string; readonly records: readonly SessionRecord[] }[],
): Promise<void> {
  const chunks = sessions.flatMap(({ sessionId, records }) => toChunks(sessionId, records));
  for (let from = 0; from < chunks.length; from += 100) {
    // Every text is a parameter of its own: within an array or JSON it would be escaped and parsed for nothing.
    const rows = chunks
      .slice(from, from + 100)
      .map(
        ({ sessionId, firstIndex, lastIndex, body }) =>
          sql`(${projectId}, ${sessionId}, ${firstIndex}::integer, ${lastIndex}::integer, ${body})`,
      );
    await tx.execute(sql`
      insert into session_records (project_id, session_id, first_index, last_index, body)
      values ${sql.join(rows, sql`, `)}`);
  }
}

function toChunks(sessionId: string, records: readonly SessionRecord[]): Chunk[] {
  const chunks: Chunk[] = [];
  let texts: string[] = [];
  let length = 0;
  const close = (lastIndex: number): void => {
    const firstIndex = lastIndex - texts.length + 1;
    // JSON leaves no NUL and no half of a surrogate pair in a text: both are escaped.
    chunks.push({ sessionId, firstIndex, lastIndex, body: `[${texts.join(',')}]` });
    texts = [];
    length = 0;
  };
  for (const record of records) {
    const text = JSON.stringify(record);
    texts.push(text);
    length += text.length;
    if (length >= chunkLength) close(record.index);
  }
  const last = records.at(-1);
  if (texts.length > 0 && last !== undefined) close(last.index);
  return chunks;
}

export async function removeRecords(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from session_records where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}`);
}

/** At most `limit` records after an index, in order. */
export async function listRecords(
  queryable: Queryable,
  projectId: string,
  sessionId: string,
  { after, limit }: { after: number; limit: number },
): Promise<SessionRecord[]> {
  const found: SessionRecord[] = [];
  for (let from = after; found.length < limit;) {
    const chunks = await queryable.execute<{ last_index: number; body: string }>(sql`
      select last_index, body from session_records
      where project_id = ${projectId} and session_id = ${sessionId} and last_index > ${from}
      order by first_index limit 16`);
    for (const { body } of chunks) {
      const records = JSON.parse(body) as SessionRecord[];
      found.push(...records.filter(({ index }) => index > after));
    }
    const end = chunks.at(-1)?.last_index;
    if (end === undefined) break;
    from = end;
  }
  return found.slice(0, limit);
}
