/** The journal in SQL: its rows, its state row, and their upkeep. Who hears of them when is the journal's own matter. */
import { randomBytes } from 'node:crypto';
import { asc, gt, sql } from 'drizzle-orm';
import { Epoch } from '../../shared/ids.ts';
import type { Db, Queryable } from '../db/open.ts';
import { journal, journalState } from '../db/tables/journal.ts';
import type { JournalPosition } from './cursor.ts';
import { JournalEntry } from './journal-entry.ts';

/** Channel on which an append wakes the other servers of the database; a wake-up only, never the message. */
export const journalChannel = 'syncline_journal';

/** The row is made when the database is new. */
export async function openState(db: Db): Promise<{ epoch: Epoch; head: number }> {
  await db.insert(journalState).values({ id: 1, epoch: createEpoch(), head: 0 }).onConflictDoNothing();
  const [state] = await db.select().from(journalState);
  if (state === undefined) throw new Error('The journal has no state row');
  return { epoch: Epoch.parse(state.epoch), head: state.head };
}

/** Another incarnation: whoever holds a cursor of the one before is told to begin anew (EV2). */
export async function renewEpoch(queryable: Queryable): Promise<string> {
  const epoch = createEpoch();
  await queryable.update(journalState).set({ epoch });
  return epoch;
}

const createEpoch = (): string =>
  BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString(36)
    .padStart(12, '0')
    .slice(0, 12);

/** The oldest is the next one to come when none is kept. */
export async function readPosition(queryable: Queryable, epoch: Epoch): Promise<JournalPosition> {
  const [row] = await queryable
    .select({ head: journalState.head, oldest: sql<string | null>`(select min(seq) from journal)` })
    .from(journalState);
  const head = row?.head ?? 0;
  return { epoch, head, oldest: row?.oldest == null ? head + 1 : Number(row.oldest) };
}

interface Drafted {
  readonly count: number;
  readonly at: string;
  /** An array of `WrittenEvent`. */
  readonly json: string;
  /** Who wakes the others, so that it does not wake itself. */
  readonly writer: string;
}

/**
 * Claims the next places and fills them; answers the `seq` before the first. The state row stays locked until the
 * commit, so nobody overtakes: it is to be the last statement of its transaction.
 */
export async function appendRows(
  queryable: Queryable,
  { count, at, json, writer }: Drafted,
): Promise<number> {
  const head = { base: sql<string>`base` };
  const claimed = queryable
    .$with('claimed', head)
    .as(sql`update journal_state set head = head + ${count} where id = 1 returning head - ${count} as base`);
  const appended = queryable.$with('appended', {}).as(sql`
    insert into journal (seq, type, at, project_id, operation_id, topic, data)
    select claimed.base + draft.position, draft.type, ${at}::timestamptz, draft.project_id, draft.operation_id, draft.topic, draft.data
    from claimed, rows from (
      json_to_recordset(${json}::json)
        as (type text, project_id text, operation_id text, topic text[], data jsonb)
    ) with ordinality as draft (type, project_id, operation_id, topic, data, position)`);
  const [row] = await queryable
    .with(claimed, appended)
    .select({ base: sql<string>`base::text`, told: sql`pg_notify(${journalChannel}, ${writer})` })
    .from(claimed)
    .prepare('append')
    .execute();
  return Number(row?.base);
}

interface Span {
  readonly epoch: Epoch;
  readonly after: number;
  readonly limit: number;
}

/** So many make a text that is neither one of many nor one that moves in memory. */
const linesAtOnce = 100;

/** In the order of `seq`; as lines of a few texts, because a row each takes longer to read than to tell (B10). */
export async function readEntries(db: Db, { epoch, after, limit }: Span): Promise<JournalEntry[]> {
  const { seq } = journal;
  const page = db
    .select({ seq, json: toEventJson(epoch).as('json') })
    .from(journal)
    .where(gt(seq, after))
    .orderBy(asc(seq))
    .limit(limit)
    .as('page');
  const piece = sql`${page.seq} / ${sql.raw(String(linesAtOnce))}`;
  const texts = await db
    .select({ lines: sql<string>`string_agg(json, E'\\n' order by ${page.seq})` })
    .from(page)
    .groupBy(piece)
    .orderBy(piece);
  return texts.flatMap(({ lines }) => lines.split('\n')).map((line) => JournalEntry.ofJson(line));
}

/**
 * The text that readers are told, as the database makes it: what is only told again is not parsed and written anew
 * (B10). Ids and types hold nothing that JSON would escape.
 */
const toEventJson = (epoch: Epoch) => sql<string>`'{"id":"' || ${epoch}::text || '-' || seq
  || '","seq":' || seq || ',"type":"' || type
  || '","at":"' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  || coalesce('","projectId":"' || project_id || '"', '","projectId":null')
  || coalesce(',"operationId":"' || operation_id || '"', ',"operationId":null')
  || ',"topic":' || to_json(topic)
  || ',"data":' || data
  || coalesce(',"traceparent":"' || traceparent || '"', '') || '}'`;

/** Where the events of an operation begin, as far as they are still kept; null when none is (OP34). */
export async function findFirstSeq(queryable: Queryable, operationId: string): Promise<number | null> {
  const [row] = await queryable
    .select({ first: sql<string | null>`min(${journal.seq})` })
    .from(journal)
    .where(sql`${journal.operationId} = ${operationId}`);
  return row?.first == null ? null : Number(row.first);
}

/** A write like any other, and room for a megabyte: what fails or hangs here would fail or hang for everybody. */
export async function tryJournalWrite(db: Db): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`update journal_state set head = head where id = 1`);
    await tx.execute(sql`create temporary table syncline_trial on commit drop as
      select repeat('x', 1000) from generate_series(1, 1000)`);
  });
}

/**
 * Deletes the oldest events past the limits, at most `batch`; answers how many. The newest event always stays.
 * Stops at the first that is to be kept: clocks go back, and what is left must have no gap.
 */
export async function pruneJournal(
  db: Queryable,
  { days, count, batch }: { days: number; count: number; batch: number },
): Promise<number> {
  const deleted = await db.execute(sql`
    delete from journal where seq in (
      select seq from (
        select seq, bool_and(
          seq < state.head and (seq <= state.head - ${count} or at < now() - make_interval(days => ${days}))
        ) over (order by seq) as is_expired
        from (select seq, at from journal order by seq limit ${batch}) oldest, journal_state state
      ) judged
      where is_expired
    )`);
  return deleted.count;
}
