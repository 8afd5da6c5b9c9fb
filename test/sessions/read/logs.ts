/** Builds log lines as the programs write them, and reads them. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openLogReader } from '../../../server/features/sessions/read/open-log-reader.ts';
import type {
  Agent,
  LogPlace,
  ReaderState,
  SessionDelta,
  SessionSummary,
  UsageFact,
} from '../../../server/features/sessions/read/reading.ts';

export const root = '/home/ada/atlas';

export const place: LogPlace = {
  sessionId: 'S-1',
  projectRoot: root,
  worktreeRoots: ['/home/ada/atlas-fix'],
  bornAt: '2026-01-01T00:00:00.000Z',
};

export type Json = Record<string, unknown>;

export interface Reading extends SessionDelta {
  readonly summary: SessionSummary;
  readonly state: ReaderState;
}

/** Records, or lines as they stand. */
export function readLog(agent: Agent, lines: readonly (Json | string)[], where: LogPlace = place): Reading {
  const reader = openLogReader(agent, where, null);
  for (const { text, offset } of toLines(lines)) reader.push(text, offset);
  const { state } = reader;
  return { ...reader.take(), summary: state.summary, state };
}

export interface Line {
  readonly text: string;
  readonly offset: number;
}

export function toLines(lines: readonly (Json | string)[]): Line[] {
  let offset = 0;
  return lines.map((line) => {
    const text = typeof line === 'string' ? line : JSON.stringify(line);
    const at = offset;
    offset += Buffer.byteLength(text) + 1;
    return { text, offset: at };
  });
}

let nextId = 0;
const inLog = { cwd: root, sessionId: 'abc', version: '2.1.39', gitBranch: 'main', isSidechain: false };

/** A record of Claude Code with an envelope of its own. */
export function record(type: string, rest: Json = {}): Json {
  nextId += 1;
  return {
    parentUuid: null,
    ...inLog,
    type,
    uuid: `u-${nextId}`,
    timestamp: '2026-02-11T20:00:00.000Z',
    ...rest,
  };
}

export function user(content: unknown, rest: Json = {}): Json {
  return record('user', { message: { role: 'user', content }, ...rest });
}

export function assistant(content: unknown[], message: Json = {}, rest: Json = {}): Json {
  const answer = { id: 'msg_1', role: 'assistant', model: 'claude-opus-4-6', content, ...message };
  return record('assistant', { message: answer, requestId: 'req_1', ...rest });
}

export function toolUse(id: string, name: string, input: Json): Json {
  return assistant([{ type: 'tool_use', id, name, input }]);
}

export function toolResult(
  id: string,
  content: unknown,
  rest: { isError?: boolean; details?: unknown } = {},
): Json {
  return user([{ type: 'tool_result', tool_use_id: id, content, is_error: rest.isError === true }], {
    toolUseResult: rest.details,
  });
}

/** A call and its result. */
export function called(
  name: string,
  input: Json,
  output = '',
  rest: { isError?: boolean; details?: unknown } = {},
): Json[] {
  nextId += 1;
  const id = `toolu_${nextId}`;
  return [toolUse(id, name, input), toolResult(id, output, rest)];
}

/** A record of Codex. */
export function codex(type: string, payload: Json, timestamp = '2026-05-02T10:00:00.000Z'): Json {
  return { timestamp, type, payload };
}

export function tokenCount(input: number, cached: number, output: number, reasoning = 0): Json {
  const total = {
    input_tokens: input,
    cached_input_tokens: cached,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
    total_tokens: input + output,
  };
  return codex('event_msg', { type: 'token_count', info: { total_token_usage: total }, rate_limits: null });
}

export function sum(usage: readonly UsageFact[], of: keyof UsageFact): number {
  return usage.reduce((total, fact) => total + Number(fact[of]), 0);
}

const corpus = fileURLToPath(new URL('../../../../shared/corpora/sessions/claude', import.meta.url));
const spotter = `${corpus}/-home-USER-projects-spotter`;

/** The corpora lie beside the repository, not in it. */
export const hasCorpora = existsSync(corpus);

/** Two real logs of Claude Code with their subagents, and logs with odd records. */
export const realLogs = [
  `${spotter}/258c7280-ae70-4798-800f-63464d01a85d.jsonl`,
  `${spotter}/258c7280-ae70-4798-800f-63464d01a85d/subagents/agent-a881341.jsonl`,
  `${spotter}/258c7280-ae70-4798-800f-63464d01a85d/subagents/agent-acompact-fffbd0.jsonl`,
  `${spotter}/ae4a77f8-aedd-4bc1-888f-c94edc91af04.jsonl`,
  `${spotter}/ae4a77f8-aedd-4bc1-888f-c94edc91af04/subagents/agent-aac57f5.jsonl`,
  `${spotter}/ae4a77f8-aedd-4bc1-888f-c94edc91af04/subagents/agent-acompact-946d2b.jsonl`,
  `${corpus}/edge/edge_cases.jsonl`,
  `${corpus}/edge/representative_messages.jsonl`,
  `${corpus}/edge/todowrite_examples.jsonl`,
];

export function realLines(path: string): string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}
