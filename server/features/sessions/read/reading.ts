/** What reading a session log yields, and what is kept of it between two reads (SE21, SE22). */

export type Agent = 'claude' | 'codex';

/** Where a log belongs, as far as reading it depends on that. Equal places make equal rows. */
export interface LogPlace {
  /** SE6: `S-…`; it makes the keys of nameless usage unique among sessions. */
  readonly sessionId: string;
  readonly projectRoot: string;
  readonly worktreeRoots: readonly string[];
  /** ISO time of the file's birth: the time of records before the first that says one. */
  readonly bornAt: string | null;
}

/** Reads the lines of one log, in order; never throws, whatever they hold. */
export interface LogReader {
  /** One complete line without its newline; `offset` is that of its first byte. */
  push(line: string, offset: number): void;
  /** A line too long to be read (LINE_TOO_LONG). */
  skip(offset: number): void;
  /** Everything since the last take: the rows of one transaction, together with `state`. */
  take(): SessionDelta;
  /** Plain JSON of bounded size; a reader opened with it goes on as if it had never stopped. */
  readonly state: ReaderState;
}

/** Rows with a `key` replace a stored row of that key: a tool call is told again when its result comes. */
export interface SessionDelta {
  readonly records: readonly SessionRecord[];
  readonly usage: readonly UsageFact[];
  readonly files: readonly FileFact[];
  readonly commands: readonly CommandFact[];
  readonly commits: readonly CommitFact[];
  readonly artifacts: readonly ArtifactFact[];
  readonly prLinks: readonly PrLink[];
  readonly issues: readonly LineIssue[];
  /** GU11: how many secrets were masked in what is stored. */
  readonly maskedSecrets: number;
}

/** One record of the transcript, as people read it. */
export interface SessionRecord {
  /** Counts from 0 within the log, without gaps. */
  readonly index: number;
  readonly at: string | null;
  readonly type: string;
  readonly role: string | null;
  readonly uuid: string | null;
  /** Of the record's line in the file, where the whole text is. */
  readonly offset: number;
  readonly blocks: readonly Block[];
}

export type BlockKind = 'text' | 'thinking' | 'tool_use' | 'tool_result';

/** SE23: masked, and cut to what its kind may store. */
export interface Block {
  readonly kind: BlockKind;
  readonly text: string;
  readonly truncated: boolean;
  readonly tool?: string;
  readonly toolUseId?: string;
  readonly isError?: boolean;
}

/** SE9: of one key the fact with the larger `output` counts, on a tie the later. */
export interface UsageFact {
  readonly key: string;
  /** null: the log does not say; priced as unknown (SE11). */
  readonly model: string | null;
  readonly at: string | null;
  /** Without what was read from a cache. */
  readonly input: number;
  /** With `reasoning`, which is a part of it. */
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly reasoning: number;
  readonly serviceTier: string | null;
  readonly serverToolUse: Readonly<Record<string, number>> | null;
}

export type FileAction = 'read' | 'update' | 'delete' | 'search' | 'command' | 'other';

/** SE12, SE13 */
export interface FileFact {
  /** Of the call and the place of the path in it. */
  readonly key: string;
  /** Relative to the project with `/`, absolute when outside. */
  readonly path: string;
  readonly outside: boolean;
  readonly action: FileAction;
  readonly tool: string;
  readonly at: string | null;
  /** Id of the tool call, else the record's uuid. */
  readonly ref: string;
  readonly added: number | null;
  readonly deleted: number | null;
  /** `pending` until the result is read; only `done` is more than an attempt. */
  readonly outcome: 'pending' | 'done' | 'failed';
}

/** SE15 */
export interface CommandFact {
  readonly key: string;
  /** With its leading `/`. */
  readonly name: string;
  readonly args: string;
  readonly at: string | null;
  readonly ref: string;
}

/** SE14: `created` by git's own line, `mentioned` in a git command's output, `resolved` by rev-parse or log. */
export type CommitSource = 'created' | 'mentioned' | 'resolved';

export interface CommitFact {
  /** As written: 7 to 40 hex digits. One commit may be told by several spellings. */
  readonly hash: string;
  readonly at: string | null;
  readonly source: CommitSource;
  readonly ref: string;
}

/** A skill that was used or an agent that was sent (SE15); `agentId` names the subagent's log once known (SE4). */
export interface ArtifactFact {
  readonly key: string;
  readonly kind: 'skill' | 'agent';
  readonly name: string;
  readonly description: string | null;
  readonly agentId: string | null;
  readonly at: string | null;
  readonly outcome: 'pending' | 'done' | 'failed';
}

export interface PrLink {
  readonly url: string;
  readonly at: string | null;
}

/** One a file and code; told again with a larger `count` (SE8). `offset` is that of the first. */
export interface LineIssue {
  readonly code: 'LINE_INVALID' | 'LINE_TOO_LONG' | 'LOG_CORRUPT';
  readonly offset: number;
  readonly count: number;
}

export type TitleSource =
  'custom-title' | 'summary' | 'ai-title' | 'command' | 'last-prompt' | 'first-message' | 'default';

export interface SessionTitle {
  readonly text: string;
  readonly source: TitleSource;
  readonly confidence: number;
}

/** What lists show of a session; kept as facts, so that its status is computed when read (SE17). */
export interface SessionSummary {
  readonly agent: Agent;
  /** As the records say; of a subagent it is the parent's (SE4). */
  readonly recordedId: string | null;
  /** Recorded id of the session this one was sent from or forked from. */
  readonly parentRecordedId: string | null;
  readonly agentId: string | null;
  readonly role: 'main' | 'subagent' | 'compaction';
  readonly title: SessionTitle;
  readonly models: readonly string[];
  /** Where it started, and the branch of that time first. */
  readonly cwd: string | null;
  readonly branches: readonly string[];
  readonly programVersion: string | null;
  readonly provider: string | null;
  readonly slug: string | null;
  readonly permissionMode: string | null;
  readonly effort: string | null;
  readonly startCommit: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Does the last record end the turn (SE17)? */
  readonly endsTurn: boolean;
  readonly userMessages: number;
  readonly assistantMessages: number;
  readonly toolCalls: number;
  readonly failedToolCalls: number;
  readonly apiErrors: number;
  readonly compactions: number;
  /** Sum of what the log itself says it cost (SE11). */
  readonly reportedCost: number | null;
  /** Lines by record type, those that are passed over too (SE7). */
  readonly recordTypes: readonly (readonly [type: string, count: number])[];
  readonly lines: number;
  readonly invalidLines: number;
  readonly longLines: number;
}

/** Opaque but for `summary`; stored as JSON. A state of another `version` cannot be read on from: read from 0. */
export interface ReaderState {
  readonly version: number;
  readonly summary: SessionSummary;
  readonly carry: unknown;
}
