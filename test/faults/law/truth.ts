/** A copy of every event, made in the transaction that wrote it: pruning forgets the journal, not the truth. */
import type { Sql } from 'postgres';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import { floodSlugs } from './plan.ts';
import type { Fact, Truth } from './history.ts';

/** Before the first event. */
export async function keepTruth(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create table law_truth (
      seq bigint primary key, type text not null, at timestamptz not null, project_id text, operation_id text,
      topic text[] not null, tag text not null, data jsonb
    );
    create function law_copy() returns trigger language plpgsql as $$
    begin
      insert into law_truth
        select seq, type, at, project_id, operation_id, topic,
          case when is_flood then coalesce(data->'paths'->>0, data->>'reason', data->>'message') else '' end,
          case when is_flood then null else data end
        from (select *, topic && array['project:${floodSlugs[0]}', 'project:${floodSlugs[1]}'] as is_flood from fresh) told;
      return null;
    end $$;
    create trigger law_copy after insert on journal
      referencing new table as fresh for each statement execute function law_copy();`);
}

interface Row {
  readonly seq: string;
  readonly type: string;
  readonly at: Date;
  readonly project_id: string | null;
  readonly operation_id: string | null;
  readonly topic: readonly string[];
  readonly tag: string;
  readonly data: unknown;
}

const pageSize = 20_000;

/** `known`: what has been read before. */
export async function readTruth(sql: Sql, epoch: string, known: Truth = { facts: [] }): Promise<Truth> {
  const facts = [...known.facts];
  const topics = new Map<string, readonly string[]>();
  for (let after = facts.length; ;) {
    const rows = await sql<Row[]>`
      select seq, type, at, project_id, operation_id, topic, tag, data from law_truth
      where seq > ${after} order by seq limit ${pageSize}`;
    for (const row of rows) facts.push(toFact(row, epoch, topics));
    if (rows.length < pageSize) return { facts };
    after = Number(rows.at(-1)!.seq);
  }
}

/** One list for all who have the same topics: a million events have some dozens of them. */
function toFact(row: Row, epoch: string, known: Map<string, readonly string[]>): Fact {
  const key = row.topic.join();
  const topics = known.get(key) ?? row.topic;
  known.set(key, topics);
  const { type, operation_id: operationId, tag } = row;
  const seq = Number(row.seq);
  return { seq, type, topics, operationId, tag, event: row.data === null ? null : toEvent(row, epoch) };
}

function toEvent(
  { seq, type, at, project_id, operation_id, topic, data }: Row,
  epoch: string,
): SynclineEvent {
  const named = { id: `${epoch}-${seq}`, seq: Number(seq), type, at: at.toISOString() };
  const event = { ...named, projectId: project_id, operationId: operation_id, topic, data };
  // The product checked it when it wrote it.
  return event as unknown as SynclineEvent;
}
