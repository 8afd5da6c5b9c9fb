/** Sessions of coding agents as lists and pages show them (DR1). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';

const count = z.number().int().nonnegative();

export const UsageTotal = z.object({
  messages: count,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  /** A part of the output. */
  reasoningTokens: count,
  totalTokens: count,
  /** US dollars; null when no price is known, *at least* when it is not complete (SE11). */
  cost: z.number().nullable(),
  costComplete: z.boolean(),
});
export type UsageTotal = z.infer<typeof UsageTotal>;

export const UsageByModel = UsageTotal.extend({ model: z.string().nullable() });
export type UsageByModel = z.infer<typeof UsageByModel>;

export const SessionStatus = z.enum(['active', 'completed']);
export type SessionStatus = z.infer<typeof SessionStatus>;

/** Tokens and cost are those of the session and its subagents, each message once (SE9). */
export const SessionItem = UsageTotal.extend({
  id: z.string(),
  agent: z.enum(['claude', 'codex']),
  role: z.enum(['main', 'subagent', 'compaction']),
  title: z.string(),
  titleSource: z.string(),
  titleConfidence: z.number(),
  status: SessionStatus,
  models: z.array(z.string()),
  parentSessionId: z.string().nullable(),
  parentMissing: z.boolean(),
  agentId: z.string().nullable(),
  subagents: count,
  cwd: z.string().nullable(),
  branch: z.string().nullable(),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  activeAt: Timestamp,
  userMessages: count,
  assistantMessages: count,
  toolCalls: count,
  failedToolCalls: count,
  records: count,
  reportedCost: z.number().nullable(),
  /** The agent has cleaned its log away; what was read of it is kept (DX17). */
  sourceGone: z.boolean(),
});
export type SessionItem = z.infer<typeof SessionItem>;

export const SessionPage = z.object({
  items: z.array(SessionItem),
  total: count,
  next_cursor: z.string().nullable(),
});
export type SessionPage = z.infer<typeof SessionPage>;

export const SessionFile = z.object({
  path: z.string(),
  outside: z.boolean(),
  action: z.enum(['read', 'update', 'delete', 'search', 'command', 'other']),
  tool: z.string(),
  at: Timestamp.nullable(),
  ref: z.string(),
  added: z.number().int().nullable(),
  deleted: z.number().int().nullable(),
  outcome: z.enum(['pending', 'done', 'failed']),
});

export const SessionCommand = z.object({
  name: z.string(),
  args: z.string(),
  at: Timestamp.nullable(),
  ref: z.string(),
});

export const SessionCommit = z.object({
  hash: z.string(),
  at: Timestamp.nullable(),
  source: z.enum(['created', 'mentioned', 'resolved']),
  /** Null without a repository to ask. */
  verified: z.boolean().nullable(),
  commitId: z.string().nullable(),
});

export const SessionArtifact = z.object({
  kind: z.enum(['skill', 'agent']),
  name: z.string(),
  description: z.string().nullable(),
  agentId: z.string().nullable(),
  at: Timestamp.nullable(),
  outcome: z.enum(['pending', 'done', 'failed']),
});

/** What the session did up to a commit; without a hash, since the last one (LK14). */
export const CommitWindow = z.object({
  hash: z.string().nullable(),
  provisional: z.boolean(),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  events: count,
  tools: count,
  commands: count,
  files: count,
  linesAdded: count,
  linesDeleted: count,
  tokens: count,
  cost: z.number().nullable(),
});
export type CommitWindow = z.infer<typeof CommitWindow>;

export const SessionDetail = SessionItem.extend({
  branches: z.array(z.string()),
  programVersion: z.string().nullable(),
  provider: z.string().nullable(),
  slug: z.string().nullable(),
  permissionMode: z.string().nullable(),
  effort: z.string().nullable(),
  startCommit: z.string().nullable(),
  apiErrors: count,
  compactions: count,
  recordTypes: z.record(z.string(), count),
  lines: count,
  invalidLines: count,
  longLines: count,
  maskedSecrets: count,
  logPath: z.string(),
  logBytes: count,
  sidecars: z.record(z.string(), z.unknown()),
  /** Of the session alone. */
  usage: z.array(UsageByModel),
  files: z.array(SessionFile),
  commands: z.array(SessionCommand),
  commits: z.array(SessionCommit),
  artifacts: z.array(SessionArtifact),
  prLinks: z.array(z.string()),
  children: z.array(SessionItem),
  commitWindows: z.array(CommitWindow),
});
export type SessionDetail = z.infer<typeof SessionDetail>;

export const RecordBlock = z.object({
  kind: z.enum(['text', 'thinking', 'tool_use', 'tool_result']),
  text: z.string(),
  /** The whole text is in the log, in the line at the record's offset (SE23). */
  truncated: z.boolean(),
  tool: z.string().optional(),
  toolUseId: z.string().optional(),
  isError: z.boolean().optional(),
});

export const SessionRecordView = z.object({
  index: count,
  at: Timestamp.nullable(),
  type: z.string(),
  role: z.string().nullable(),
  uuid: z.string().nullable(),
  offset: count,
  blocks: z.array(RecordBlock),
});

export const SessionRecordPage = z.object({
  items: z.array(SessionRecordView),
  total: count,
  /** The `after` of the next page; null at the end of what is there now. */
  next_cursor: z.string().nullable(),
});
export type SessionRecordPage = z.infer<typeof SessionRecordPage>;

export const SessionTotals = UsageTotal.extend({ sessions: count });
export type SessionTotals = z.infer<typeof SessionTotals>;
