/** Commits that sessions tell of, checked against the repository: the only writer of their tables (SE14). */
import { sql } from 'drizzle-orm';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { CommitFact, CommitSource } from './read/reading.ts';

/** A commit that was seen being made is not unmade by a later mention. */
const rank = (row: string) =>
  sql.raw(`(case ${row}.source when 'created' then 2 when 'resolved' then 1 else 0 end)`);

export async function saveCommits(
  tx: Transaction,
  projectId: string,
  sessions: readonly { readonly sessionId: string; readonly commits: readonly CommitFact[] }[],
): Promise<void> {
  const rows = sessions.flatMap(({ sessionId, commits }) =>
    commits.map((commit) => ({ sessionId, ...commit })),
  );
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into session_commits as known (project_id, session_id, hash, at, source, ref)
    select ${projectId}, "sessionId", hash, at, source, ref
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb)
      as row ("sessionId" text, hash text, at timestamptz, source text, ref text)
    on conflict (project_id, session_id, hash) do update
      set at = excluded.at, source = excluded.source, ref = excluded.ref
      where ${rank('excluded')} > ${rank('known')}`);
}

export async function removeCommits(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from session_commits where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}`);
}

export interface ToldCommit {
  readonly hash: string;
  readonly at: string | null;
  readonly source: CommitSource;
  readonly verified: boolean | null;
  readonly commitId: string | null;
}

/** By session, in the order of time. */
export async function loadCommits(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, ToldCommit[]>> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select session_id, hash, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at_text, source,
      verified, commit_id from session_commits
    where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}
    order by session_id, at nulls first, hash`);
  const bySession = new Map<string, ToldCommit[]>();
  for (const row of rows) {
    const commits = bySession.get(String(row.session_id)) ?? [];
    commits.push({
      hash: String(row.hash),
      at: row.at_text as string | null,
      source: row.source as CommitSource,
      verified: row.verified as boolean | null,
      commitId: row.commit_id as string | null,
    });
    bySession.set(String(row.session_id), commits);
  }
  return bySession;
}

/** What the commits were last checked against; null if they never were, undefined when there are none. */
export async function findCheckedRefs(
  queryable: Queryable,
  projectId: string,
): Promise<string | null | undefined> {
  const [row] = await queryable.execute<{ has_commits: boolean; refs: string | null }>(sql`
    select exists (select from session_commits where project_id = ${projectId}) as has_commits,
      (select refs from session_commit_checks where project_id = ${projectId}) as refs`);
  return row?.has_commits === true ? row.refs : undefined;
}

export async function listHashes(
  queryable: Queryable,
  projectId: string,
): Promise<
  readonly { readonly hash: string; readonly commitId: string | null; readonly verified: boolean | null }[]
> {
  return await queryable.execute<{ hash: string; commitId: string | null; verified: boolean | null }>(sql`
    select distinct hash, commit_id as "commitId", verified from session_commits where project_id = ${projectId}`);
}

export interface Verdict {
  readonly hash: string;
  readonly verified: boolean | null;
  readonly commitId: string | null;
}

/** The sessions whose commits are seen otherwise than before. */
export async function saveVerdicts(
  tx: Transaction,
  projectId: string,
  refs: string,
  verdicts: readonly Verdict[],
): Promise<string[]> {
  const changed = await tx.execute<{ session_id: string }>(sql`
    update session_commits told set verified = verdict.verified, commit_id = verdict."commitId"
    from jsonb_to_recordset(${toStorableJson(verdicts)}::jsonb)
      as verdict (hash text, verified boolean, "commitId" text)
    where told.project_id = ${projectId} and told.hash = verdict.hash
      and (told.verified, told.commit_id) is distinct from (verdict.verified, verdict."commitId")
    returning told.session_id`);
  await tx.execute(sql`
    insert into session_commit_checks (project_id, refs) values (${projectId}, ${refs})
    on conflict (project_id) do update set refs = excluded.refs`);
  return [...new Set(changed.map((row) => row.session_id))];
}
