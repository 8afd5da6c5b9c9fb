/** Sessions of coding agents, as read from their logs. Written by features/sessions/session-store and its neighbours. */
import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
} from 'drizzle-orm/pg-core';
import { projects } from './projects.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });
const large = (name: string) => bigint(name, { mode: 'number' });
const ofProject = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

/** Everything a list shows, kept as facts: what depends on the time of day is computed when read (SE17). */
export const sessions = pgTable(
  'sessions',
  {
    projectId: ofProject(),
    id: textC().notNull(),
    agent: text().$type<'claude' | 'codex'>().notNull(),
    /** By the place of its log, else found by the recorded ids; no row need stand for it (SE24). */
    parentId: textC('parent_id'),
    /** The session at the top, whose figures include those of its subagents. */
    family: textC().notNull(),
    role: text().$type<'main' | 'subagent' | 'compaction'>().notNull(),
    agentId: text('agent_id'),
    recordedId: text('recorded_id'),
    parentRecordedId: text('parent_recorded_id'),
    title: text().notNull(),
    titleSource: text('title_source').notNull(),
    titleConfidence: doublePrecision('title_confidence').notNull(),
    models: text().array().notNull(),
    cwd: text(),
    branches: text().array().notNull(),
    programVersion: text('program_version'),
    provider: text(),
    slug: text(),
    permissionMode: text('permission_mode'),
    effort: text(),
    startCommit: text('start_commit'),
    startedAt: time('started_at'),
    endedAt: time('ended_at'),
    /** The last record's time, or the birth of a log that says none. */
    activeAt: time('active_at').notNull(),
    endsTurn: boolean('ends_turn').notNull(),
    userMessages: integer('user_messages').notNull(),
    assistantMessages: integer('assistant_messages').notNull(),
    toolCalls: integer('tool_calls').notNull(),
    failedToolCalls: integer('failed_tool_calls').notNull(),
    apiErrors: integer('api_errors').notNull(),
    compactions: integer().notNull(),
    reportedCost: doublePrecision('reported_cost'),
    recordTypes: jsonb('record_types').$type<[string, number][]>().notNull(),
    recordCount: integer('record_count').notNull(),
    lines: integer().notNull(),
    invalidLines: integer('invalid_lines').notNull(),
    longLines: integer('long_lines').notNull(),
    maskedSecrets: integer('masked_secrets').notNull(),
    logPath: text('log_path').notNull(),
    logBytes: large('log_bytes').notNull(),
    sidecars: jsonb().$type<Record<string, unknown>>().notNull(),
    /** Since when the log is no longer there (DX17). */
    sourceGoneAt: time('source_gone_at'),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    index('sessions_active').on(table.projectId, table.activeAt, table.id),
    index('sessions_parent').on(table.projectId, table.parentId),
    index('sessions_family').on(table.projectId, table.family),
    index('sessions_recorded').on(table.projectId, table.recordedId),
  ],
);

/** Where reading of each log stands; changes in the transaction of the rows that were read (SE22). */
export const sessionLogs = pgTable(
  'session_logs',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    path: text().notNull(),
    folder: text().notNull(),
    size: large('size').notNull(),
    mtimeNs: bigint('mtime_ns', { mode: 'bigint' }).notNull(),
    ctimeNs: bigint('ctime_ns', { mode: 'bigint' }).notNull(),
    ino: bigint({ mode: 'bigint' }).notNull(),
    scannedAtNs: bigint('scanned_at_ns', { mode: 'bigint' }).notNull(),
    /** Of the sidecars that were there (SE5). */
    inputs: text().notNull(),
    offset: large('offset').notNull(),
    headHash: text('head_hash').notNull(),
    tailHash: text('tail_hash').notNull(),
    isSkipping: boolean('is_skipping').notNull(),
    /** Of the reader and of where the project's roots were: another value reads the log from 0. */
    readWith: text('read_with').notNull(),
    state: jsonb().$type<unknown>().notNull(),
    issues: jsonb().$type<unknown[]>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sessionId] })],
);

/** One row for each message that used tokens, in each session that holds it (SE9). */
export const sessionUsage = pgTable(
  'session_usage',
  {
    projectId: ofProject(),
    key: textC().notNull(),
    sessionId: textC('session_id').notNull(),
    family: textC().notNull(),
    model: text(),
    at: time('at'),
    input: large('input').notNull(),
    output: large('output').notNull(),
    cacheRead: large('cache_read').notNull(),
    cacheWrite5m: large('cache_write_5m').notNull(),
    cacheWrite1h: large('cache_write_1h').notNull(),
    reasoning: large('reasoning').notNull(),
    serviceTier: text('service_tier'),
    serverToolUse: jsonb('server_tool_use').$type<Record<string, number>>(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.key, table.sessionId] }),
    index('session_usage_session').on(table.projectId, table.sessionId),
  ],
);

/**
 * Sums of it by what a price depends on: model, day and length of the prompt. `own` counts each key of the session,
 * `family` each key once among a session and its subagents, `project` once in the project.
 */
export const sessionUsageTotals = pgTable(
  'session_usage_totals',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    scope: text().$type<'own' | 'family' | 'project'>().notNull(),
    /** Empty: the log does not say. */
    model: textC().notNull(),
    /** `YYYY-MM-DD`, empty where the log does not say. */
    day: textC().notNull(),
    band: smallint().notNull(),
    messages: integer().notNull(),
    input: large('input').notNull(),
    output: large('output').notNull(),
    cacheRead: large('cache_read').notNull(),
    cacheWrite5m: large('cache_write_5m').notNull(),
    cacheWrite1h: large('cache_write_1h').notNull(),
    reasoning: large('reasoning').notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.projectId, table.sessionId, table.scope, table.model, table.day, table.band],
    }),
  ],
);

/** Files, commands, artifacts and pull requests, by the reader's key. */
export const sessionFacts = pgTable(
  'session_facts',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    kind: text().$type<'file' | 'command' | 'artifact' | 'pr'>().notNull(),
    key: textC().notNull(),
    at: time('at'),
    fact: jsonb().$type<unknown>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sessionId, table.kind, table.key] })],
);

/** Commits that a session tells of, and whether the repository knows them (SE14). */
export const sessionCommits = pgTable(
  'session_commits',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    /** As it is written in the log. */
    hash: textC().notNull(),
    at: time('at'),
    source: text().$type<'created' | 'mentioned' | 'resolved'>().notNull(),
    ref: text().notNull(),
    verified: boolean(),
    /** The whole id of a verified one. */
    commitId: text('commit_id'),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sessionId, table.hash] })],
);

/** The transcript, in the pieces it was read in: text that is written once and paged by index. */
export const sessionRecords = pgTable(
  'session_records',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    firstIndex: integer('first_index').notNull(),
    lastIndex: integer('last_index').notNull(),
    body: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sessionId, table.firstIndex] })],
);

/** What a session did up to each commit (LK14); the last window of a session has none yet. */
export const sessionCommitWindows = pgTable(
  'session_commit_windows',
  {
    projectId: ofProject(),
    sessionId: textC('session_id').notNull(),
    position: integer().notNull(),
    /** As written in the log; null is the working tree. */
    hash: text(),
    startedAt: time('started_at'),
    endedAt: time('ended_at'),
    events: integer().notNull(),
    tools: integer().notNull(),
    tokens: large('tokens').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.sessionId, table.position] })],
);

/** What the commits of a project were last checked against. */
export const sessionCommitChecks = pgTable('session_commit_checks', {
  projectId: ofProject().primaryKey(),
  refs: text().notNull(),
});
