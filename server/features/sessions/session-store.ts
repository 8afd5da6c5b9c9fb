/** Rows of sessions: the only writer of their table. */
import { sql } from 'drizzle-orm';
import type { SessionRef } from '../../../shared/events/session.ts';
import { toStorableJson } from '../../core/storable-json.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { familyOf, type SessionPiece } from './session-piece.ts';

export interface SavedSessions {
  readonly added: readonly SessionRef[];
  readonly updated: readonly SessionRef[];
}

/** Every piece is of another session. */
export async function saveSessions(
  tx: Transaction,
  projectId: string,
  pieces: readonly SessionPiece[],
): Promise<SavedSessions> {
  const rows = await tx.execute<{ id: string; is_new: boolean }>(sql`
    insert into sessions (project_id, ${columnNames}, source_gone_at, updated_at)
    select ${projectId}, ${columnNames}, null, now()
    from jsonb_to_recordset(${toStorableJson(pieces.map(toRow))}::jsonb) as row (${columnTypes})
    on conflict (project_id, id) do update set ${assignments}, source_gone_at = null, updated_at = now()
    returning id, xmax = 0 as is_new`);
  const isNew = new Map(rows.map((row) => [row.id, row.is_new]));
  const refs = pieces.map(({ log, state }) => ({ id: log.sessionId, title: state.summary.title.text }));
  return {
    added: refs.filter(({ id }) => isNew.get(id) === true),
    updated: refs.filter(({ id }) => isNew.get(id) === false),
  };
}

const columns = {
  id: 'text',
  agent: 'text',
  parent_id: 'text',
  family: 'text',
  role: 'text',
  agent_id: 'text',
  recorded_id: 'text',
  parent_recorded_id: 'text',
  title: 'text',
  title_source: 'text',
  title_confidence: 'double precision',
  models: 'text[]',
  cwd: 'text',
  branches: 'text[]',
  program_version: 'text',
  provider: 'text',
  slug: 'text',
  permission_mode: 'text',
  effort: 'text',
  start_commit: 'text',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  active_at: 'timestamptz',
  ends_turn: 'boolean',
  user_messages: 'integer',
  assistant_messages: 'integer',
  tool_calls: 'integer',
  failed_tool_calls: 'integer',
  api_errors: 'integer',
  compactions: 'integer',
  reported_cost: 'double precision',
  record_types: 'jsonb',
  record_count: 'integer',
  lines: 'integer',
  invalid_lines: 'integer',
  long_lines: 'integer',
  masked_secrets: 'integer',
  log_path: 'text',
  log_bytes: 'bigint',
  sidecars: 'jsonb',
} as const;
type Column = keyof typeof columns;

const names = Object.keys(columns) as Column[];
const columnNames = sql.raw(names.join(', '));
const columnTypes = sql.raw(names.map((name) => `${name} ${columns[name]}`).join(', '));
/** A parent that was found by recorded ids stays when its child is read on. */
const found: readonly Column[] = ['parent_id', 'family'];
const assignments = sql.raw(
  names
    .filter((name) => name !== 'id')
    .map((name) =>
      found.includes(name)
        ? `${name} = case when excluded.parent_id is null and sessions.parent_recorded_id is not distinct from excluded.parent_recorded_id
            then sessions.${name} else excluded.${name} end`
        : `${name} = excluded.${name}`,
    )
    .join(', '),
);

function toRow(piece: SessionPiece): Record<Column, unknown> {
  const { log, state, bornAt } = piece;
  const { summary } = state;
  return {
    id: log.sessionId,
    agent: log.agent,
    parent_id: log.parentId,
    family: familyOf(log.sessionId),
    role: roleOf(piece),
    agent_id: summary.agentId,
    recorded_id: summary.recordedId,
    parent_recorded_id: summary.parentRecordedId,
    title: summary.title.text,
    title_source: summary.title.source,
    title_confidence: summary.title.confidence,
    models: summary.models,
    cwd: summary.cwd,
    branches: summary.branches,
    program_version: summary.programVersion,
    provider: summary.provider,
    slug: summary.slug,
    permission_mode: summary.permissionMode,
    effort: summary.effort,
    start_commit: summary.startCommit,
    started_at: summary.startedAt,
    ended_at: summary.endedAt,
    active_at: summary.endedAt ?? bornAt,
    ends_turn: summary.endsTurn,
    user_messages: summary.userMessages,
    assistant_messages: summary.assistantMessages,
    tool_calls: summary.toolCalls,
    failed_tool_calls: summary.failedToolCalls,
    api_errors: summary.apiErrors,
    compactions: summary.compactions,
    reported_cost: summary.reportedCost,
    record_types: summary.recordTypes,
    record_count: piece.recordCount,
    lines: summary.lines,
    invalid_lines: summary.invalidLines,
    long_lines: summary.longLines,
    masked_secrets: piece.maskedSecrets,
    log_path: log.path,
    log_bytes: piece.position.offset,
    sidecars: piece.sidecars,
  };
}

/** The place of a log says as much as its records: those of a compaction may not name their agent. */
function roleOf({ log, state }: SessionPiece): 'main' | 'subagent' | 'compaction' {
  if (!log.isSubagent) return state.summary.role;
  return log.stem.startsWith('acompact-') ? 'compaction' : 'subagent';
}

/** Finds parents by recorded ids, whichever of the two was read first; answers with the children. */
export async function linkParents(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<SessionRef[]> {
  const ids = anyOf(sessionIds);
  return await tx.execute<{ id: string; title: string }>(sql`
    update sessions child set parent_id = parent.id, family = parent.family
    from sessions parent
    where child.project_id = ${projectId} and parent.project_id = ${projectId} and child.role <> 'main'
      and child.parent_id is null and child.parent_recorded_id = parent.recorded_id and parent.id <> child.id
      and parent.role = 'main' and (child.id = ${ids} or parent.id = ${ids})
    returning child.id, child.title`);
}

export async function markGone(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
  at: Date,
): Promise<void> {
  await tx.execute(sql`
    update sessions set source_gone_at = ${at.toISOString()}::timestamptz
    where project_id = ${projectId} and id = ${anyOf(sessionIds)}`);
}

export async function removeSessionRows(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await tx.execute(sql`
    delete from sessions where project_id = ${projectId} and id = ${anyOf(sessionIds)}`);
}

export async function loadRefs(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<SessionRef[]> {
  if (sessionIds.length === 0) return [];
  return await tx.execute<{ id: string; title: string }>(sql`
    select id, title from sessions where project_id = ${projectId} and id = ${anyOf(sessionIds)} order by id`);
}

/** GU11: in all logs that are indexed. */
export async function countMaskedSecrets(queryable: Queryable): Promise<number> {
  const [row] = await queryable.execute<{ sum: string | null }>(
    sql`select sum(masked_secrets) as sum from sessions`,
  );
  return Number(row?.sum ?? 0);
}
