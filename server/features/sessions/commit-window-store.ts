/** Rows of commit windows: the only writer of their table (LK14). */
import { sql } from 'drizzle-orm';
import type { CommitWindow as WindowView, UsageTotal } from '../../../shared/views/session.ts';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { advanceWindows, findWindow, type CommitWindow } from './commit-windows.ts';
import { loadFacts } from './fact-store.ts';
import type { SessionDelta } from './read/reading.ts';
import type { UsageMove } from './usage-ledger.ts';

interface Told {
  readonly sessionId: string;
  readonly delta: SessionDelta;
}

/** Joins the transaction of what was read, after its rows; answers how many windows are other ones now. */
export async function saveWindows(
  tx: Transaction,
  projectId: string,
  sessions: readonly Told[],
  moves: readonly UsageMove[],
): Promise<number> {
  const ids = sessions.map(({ sessionId }) => sessionId);
  const before = await load(tx, projectId, ids);
  const rows: (CommitWindow & { readonly sessionId: string })[] = [];
  const movesOf = groupMoves(moves);
  for (const { sessionId, delta } of sessions) {
    const known = before.get(sessionId) ?? [];
    const after = advanceWindows(known, { ...delta, moves: movesOf.get(sessionId) ?? [] });
    const changed = after.filter((window, index) => !areEqual(window, known[index]));
    rows.push(...changed.map((window) => ({ sessionId, ...window })));
  }
  if (rows.length > 0) await write(tx, projectId, rows);
  return rows.length;
}

function groupMoves(moves: readonly UsageMove[]): Map<string, UsageMove[]> {
  const bySession = new Map<string, UsageMove[]>();
  for (const move of moves) {
    const own = bySession.get(move.sessionId);
    if (own === undefined) bySession.set(move.sessionId, [move]);
    else own.push(move);
  }
  return bySession;
}

const areEqual = (left: CommitWindow, right: CommitWindow | undefined): boolean =>
  right !== undefined &&
  (Object.keys(left) as (keyof CommitWindow)[]).every((name) => left[name] === right[name]);

async function load(
  queryable: Queryable,
  projectId: string,
  sessionIds: readonly string[],
): Promise<Map<string, CommitWindow[]>> {
  const rows = await queryable.execute<Record<string, unknown>>(sql`
    select session_id, position, hash, ${time('started_at')} as started, ${time('ended_at')} as ended, events, tools, tokens
    from session_commit_windows where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}
    order by session_id, position`);
  const bySession = new Map<string, CommitWindow[]>();
  for (const row of rows) {
    const windows = bySession.get(String(row.session_id)) ?? [];
    windows.push({
      position: Number(row.position),
      hash: row.hash as string | null,
      startedAt: row.started as string | null,
      endedAt: row.ended as string | null,
      events: Number(row.events),
      tools: Number(row.tools),
      tokens: Number(row.tokens),
    });
    bySession.set(String(row.session_id), windows);
  }
  return bySession;
}

const time = (column: string) =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

async function write(
  tx: Transaction,
  projectId: string,
  rows: readonly (CommitWindow & { readonly sessionId: string })[],
): Promise<void> {
  await tx.execute(sql`
    insert into session_commit_windows (project_id, session_id, position, hash, started_at, ended_at, events, tools, tokens)
    select ${projectId}, "sessionId", position, hash, "startedAt", "endedAt", events, tools, tokens
    from jsonb_to_recordset(${toStorableJson(rows)}::jsonb) as row ("sessionId" text, position integer, hash text,
      "startedAt" timestamptz, "endedAt" timestamptz, events integer, tools integer, tokens bigint)
    on conflict (project_id, session_id, position) do update set hash = excluded.hash,
      started_at = excluded.started_at, ended_at = excluded.ended_at, events = excluded.events,
      tools = excluded.tools, tokens = excluded.tokens`);
}

export async function removeWindows(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from session_commit_windows
    where project_id = ${projectId} and session_id = ${anyOf(sessionIds)}`);
}

/** With what its facts tell of each window, and its part of the cost, in proportion to tokens. */
export async function loadWindows(
  queryable: Queryable,
  projectId: string,
  sessionId: string,
  { cost, totalTokens }: Pick<UsageTotal, 'cost' | 'totalTokens'>,
): Promise<WindowView[]> {
  const windows = (await load(queryable, projectId, [sessionId])).get(sessionId) ?? [];
  const facts = (await loadFacts(queryable, projectId, [sessionId])).get(sessionId);
  const views = windows.map(({ position: _position, ...window }) => ({
    ...window,
    provisional: window.hash === null,
    commands: 0,
    files: 0,
    linesAdded: 0,
    linesDeleted: 0,
    cost: cost === null || totalTokens === 0 ? null : (cost * window.tokens) / totalTokens,
    paths: new Set<string>(),
  }));
  for (const { at } of facts?.command ?? []) {
    const window = findWindow(views, at);
    if (window !== undefined) window.commands += 1;
  }
  for (const { at, path, action, outcome, added, deleted } of facts?.file ?? []) {
    const window = findWindow(views, at);
    if (window === undefined || outcome !== 'done' || (action !== 'update' && action !== 'delete')) continue;
    window.paths.add(path);
    window.linesAdded += added ?? 0;
    window.linesDeleted += deleted ?? 0;
  }
  return views.map(({ paths, ...view }) => ({ ...view, files: paths.size }));
}
