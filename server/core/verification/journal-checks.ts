/** The journal is gapless from its oldest event to its head (EV2, EV5). */
import { sql } from 'drizzle-orm';
import type { Check } from './check.ts';

export const journalChecks: readonly Check[] = [
  {
    name: 'journal without gaps',
    wrong: sql`
      select seq::text, 'the event after ' || seq || ' is ' || next
      from (select seq, lead(seq) over (order by seq) as next from journal) pair
      where next <> seq + 1`,
  },
  {
    name: 'head of the journal',
    wrong: sql`
      select state.head::text, 'the head is ' || state.head || ', the newest event is ' || coalesce(newest.seq::text, 'none')
      from journal_state state cross join (select max(seq) as seq from journal) newest
      where coalesce(newest.seq, 0) <> state.head`,
  },
  {
    name: 'one state of the journal',
    wrong: sql`
      select count(*)::text, 'the journal has ' || count(*) || ' states' from journal_state having count(*) <> 1`,
  },
];
