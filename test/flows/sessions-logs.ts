/** Records of logs, in the shapes of both agents, that show only what matters to a test. */

type Json = Record<string, unknown>;

export interface LogVoice {
  user(text: string, rest?: Json): Json;
  /** `id` names the message; `tokens` are those of its output. */
  says(id: string, text: string, tokens?: number, rest?: Json): Json;
  /** A call and its result. */
  calls(id: string, name: string, input: Json, output?: string, isError?: boolean): Json[];
}

/** One session's records, a second apart. */
export function createVoice(cwd: string, sessionId: string, rest: Json = {}): LogVoice {
  let count = 0;
  const record = (type: string, own: Json): Json => {
    count += 1;
    const at = new Date(Date.UTC(2026, 1, 11, 20, 0, count)).toISOString();
    return {
      type,
      uuid: `${sessionId}-u${count}`,
      timestamp: at,
      cwd,
      sessionId,
      gitBranch: 'main',
      ...rest,
      ...own,
    };
  };
  const usage = (tokens: number) => ({
    input_tokens: 10,
    output_tokens: tokens,
    cache_read_input_tokens: 100,
    cache_creation_input_tokens: 0,
  });
  const voice: LogVoice = {
    user: (text, own = {}) => record('user', { message: { role: 'user', content: text }, ...own }),
    says: (id, text, tokens = 5, own = {}) =>
      record('assistant', {
        requestId: `req_${id}`,
        message: {
          id: `msg_${id}`,
          role: 'assistant',
          model: 'claude-opus-4-6',
          content: [{ type: 'text', text }],
          usage: usage(tokens),
        },
        ...own,
      }),
    calls: (id, name, input, output = '', isError = false) => [
      record('assistant', {
        requestId: `req_${id}`,
        message: {
          id: `msg_${id}`,
          role: 'assistant',
          model: 'claude-opus-4-6',
          content: [{ type: 'tool_use', id: `toolu_${id}`, name, input }],
          usage: usage(5),
        },
      }),
      record('user', {
        message: {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: `toolu_${id}`, content: output, is_error: isError }],
        },
      }),
    ],
  };
  return voice;
}

export const toLines = (records: readonly Json[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('');

/** The beginning of a Codex log. */
export const codexLog = (id: string, cwd: string): Json[] => [
  {
    timestamp: '2026-05-02T10:00:00.000Z',
    type: 'session_meta',
    payload: { id, cwd, cli_version: '1.0.0', model_provider: 'openai' },
  },
  { timestamp: '2026-05-02T10:00:01.000Z', type: 'turn_context', payload: { cwd, model: 'gpt-5-codex' } },
  {
    timestamp: '2026-05-02T10:00:02.000Z',
    type: 'event_msg',
    payload: { type: 'user_message', message: 'Count the lamps' },
  },
  {
    timestamp: '2026-05-02T10:00:03.000Z',
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: {
        total_token_usage: {
          input_tokens: 100,
          cached_input_tokens: 40,
          output_tokens: 20,
          reasoning_output_tokens: 5,
          total_tokens: 120,
        },
      },
    },
  },
];
