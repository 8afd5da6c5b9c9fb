/** Events by another hand than the server's: as a second server of the same database writes them, as many as are wanted. */
import type postgres from 'postgres';

/** Watch events whose data weigh about so many bytes; answers the `seq` of the last. */
export async function appendOutside(sql: postgres.Sql, count: number, bytes = 100): Promise<number> {
  const data = JSON.stringify({ reason: 'x'.repeat(bytes), walked: 0, repaired: 0, durationMs: 0 });
  const [row] = await sql<{ head: number }[]>`
    with claimed as (
      update journal_state set head = head + ${count} where id = 1 returning head
    ), written as (
      insert into journal (seq, type, at, project_id, operation_id, topic, data)
      select claimed.head - ${count} + n, 'reconcile:completed', now(), null, null, array['watch'], ${data}::text::jsonb
      from claimed, generate_series(1, ${count}::int) as n
    )
    select head::int, pg_notify('syncline_journal', 'outside') from claimed`;
  return Number(row?.head);
}
