/** Every operation has exactly one end in what is left of the journal, and its record agrees (LAW3). */
import { sql } from 'drizzle-orm';
import type { Check } from './check.ts';

const ends = sql`('operation:completed', 'operation:failed', 'operation:cancelled')`;
/** An operation whose earlier narration is still kept has its end kept too: the oldest events go first. */
const narration = sql`('operation:queued', 'operation:started', 'operation:phase', 'operation:progress')`;

export const operationChecks: readonly Check[] = [
  {
    name: 'one end for an operation',
    wrong: sql`
      select operation_id, 'has ' || count(*) || ' ends: ' || string_agg(type || ' at ' || seq, ', ' order by seq)
      from journal where type in ${ends} and operation_id is not null
      group by operation_id having count(*) > 1`,
  },
  {
    name: 'an end for every operation that has ended',
    wrong: sql`
      select o.id, 'is ' || o.status || ', and no event says so'
      from operations o
      where o.status not in ('queued', 'running')
        and exists (select from journal j where j.operation_id = o.id and j.type in ${narration})
        and not exists (select from journal j where j.operation_id = o.id and j.type in ${ends})`,
  },
  {
    name: 'records agree with their ends',
    wrong: sql`
      select o.id, 'is ' || o.status || ', its end is ' || j.type || ' at ' || j.seq
      from operations o join journal j on j.operation_id = o.id and j.type in ${ends}
      where j.type <> 'operation:' || o.status`,
  },
  {
    name: 'what has ended says when',
    wrong: sql`
      select id, 'is ' || status || case when finished_at is null then ' without a time' else ' and has a time of its end' end
      from operations where (status in ('queued', 'running')) <> (finished_at is null)`,
  },
];
