/** Files, commands, artifacts and pull requests of sessions: the only writer of their table. */
import { sql } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { ArtifactFact, CommandFact, FileFact, PrLink, SessionDelta } from './read/reading.ts';

export interface FactsOf {
  readonly file: FileFact;
  readonly command: CommandFact;
  readonly artifact: ArtifactFact;
  readonly pr: PrLink;
}
export type FactKind = keyof FactsOf;

/** A fact with a known key is told anew, except a pull request, which is kept as it was first told. */
export async function saveFacts(
  tx: Transaction,
  projectId: string,
  sessions: readonly { readonly sessionId: string; readonly delta: SessionDelta }[],
): Promise<void> {
  const rows = sessions.flatMap(({ sessionId, delta }) => [
    ...delta.files.map((fact) => ({ sessionId, kind: 'file', key: fact.key, at: fact.at, fact })),
    ...delta.commands.map((fact) => ({ sessionId, kind: 'command', key: fact.key, at: fact.at, fact })),
    ...delta.artifacts.map((fact) => ({ sessionId, kind: 'artifact', key: fact.key, at: fact.at, fact })),
    ...delta.prLinks.map((fact) => ({ sessionId, kind: 'pr', key: fact.url, at: fact.at, fact })),
  ]);
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into session_facts (project_id, session_id, kind, key, at, fact)
    select ${projectId}, "sessionId", kind, key, at, fact
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb)
      as row ("sessionId" text, kind text, key text, at timestamptz, fact jsonb)
    on conflict (project_id, session_id, kind, key) do update set at = excluded.at, fact = excluded.fact
      where excluded.kind <> 'pr'`);
}

export async function removeFacts(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from session_facts where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}`);
}

export type SessionFactLists = { readonly [Kind in FactKind]: readonly FactsOf[Kind][] };

/** By session, each kind in the order of time. */
export async function loadFacts(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, SessionFactLists>> {
  const rows = await queryable.execute<{ session_id: string; kind: FactKind; facts: unknown[] }>(sql`
    select session_id, kind, jsonb_agg(fact order by at nulls first, key) as facts from session_facts
    where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}
    group by session_id, kind`);
  const lists = new Map<string, SessionFactLists>();
  for (const { session_id, kind, facts } of rows) {
    const others = lists.get(session_id) ?? { file: [], command: [], artifact: [], pr: [] };
    lists.set(session_id, { ...others, [kind]: facts });
  }
  return lists;
}
