import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLogReader } from '../../../server/features/sessions/read/open-log-reader.ts';
import type { Agent, ReaderState, SessionDelta } from '../../../server/features/sessions/read/reading.ts';
import { commitRank } from '../../../server/features/sessions/read/delta-draft.ts';
import {
  assistant,
  called,
  codex,
  hasCorpora,
  place,
  readLog,
  realLines,
  realLogs,
  record,
  toLines,
  tokenCount,
  user,
  type Json,
  type Line,
} from './logs.ts';

const lineOf = {
  claude: fc.oneof(
    fc.string().map((text) => user(text)),
    fc
      .tuple(fc.nat(3), fc.nat(9))
      .map(([id, output]) =>
        assistant(
          [{ type: 'text', text: 'a' }],
          { id: `m${id}`, usage: { input_tokens: 1, output_tokens: output } },
          { costUSD: output },
        ),
      ),
    fc
      .nat(4)
      .map((id) =>
        assistant([{ type: 'tool_use', id: `t${id}`, name: 'Edit', input: { file_path: `${id}.md` } }]),
      ),
    fc
      .tuple(fc.nat(4), fc.boolean())
      .map(([id, failed]) =>
        user([{ type: 'tool_result', tool_use_id: `t${id}`, content: 'x', is_error: failed }]),
      ),
    fc
      .constantFrom('git commit', 'git show', 'gh pr create')
      .map((command) => assistant([{ type: 'tool_use', id: 'g', name: 'Bash', input: { command } }])),
    fc
      .constantFrom('[main abc1234] x', 'abc1234', 'https://github.com/a/b/pull/1')
      .map((content) => user([{ type: 'tool_result', tool_use_id: 'g', content }])),
    fc.constantFrom<Json | string>(
      'garbage',
      '',
      record('system', { subtype: 'turn_duration' }),
      record('ai-title', { aiTitle: 'T' }),
      record('progress', { data: { type: 'hook_progress', command: 'x' }, cwd: '/home/ada/atlas-fix' }),
      { type: 'user', message: { content: 'no envelope' } },
    ),
  ),
  codex: fc.oneof(
    fc
      .tuple(fc.constantFrom('user_message', 'agent_message'), fc.constantFrom('a', 'b'))
      .map(([type, message]) => codex('event_msg', { type, message })),
    fc
      .tuple(fc.constantFrom('user', 'assistant'), fc.constantFrom('a', 'b'))
      .map(([role, text]) =>
        codex('response_item', { type: 'message', role, content: [{ type: 'output_text', text }] }),
      ),
    fc
      .tuple(fc.nat(900), fc.nat(100), fc.nat(50))
      .map(([input, cached, output]) => tokenCount(input, cached, output)),
    fc
      .nat(3)
      .map((id) => codex('turn_context', { turn_id: `t${id}`, model: `m${id}`, cwd: '/home/ada/atlas' })),
    fc.constantFrom<Json | string>(
      'garbage',
      codex('session_meta', { id: 's', cwd: '/home/ada/atlas' }),
      codex('response_item', {
        type: 'function_call',
        name: 'shell',
        call_id: 'c',
        arguments: '{"command":"cat a/b.md"}',
      }),
      codex('response_item', { type: 'function_call_output', call_id: 'c', output: 'abc' }),
      codex('compacted', { message: 'x' }),
      codex('event_msg', { type: 'context_compacted' }),
    ),
  ),
};

describe('[SE21] reading in parts, with the state stored between, equals reading at once', () => {
  test.each<Agent>(['claude', 'codex'])('of any %s log', (agent) => {
    fc.assert(
      fc.property(
        fc.array(lineOf[agent], { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        (log, cuts) => {
          const lines = toLines(log);

          expect(readInParts(agent, lines, cuts)).toEqual(readInParts(agent, lines, []));
        },
      ),
      { numRuns: 400 },
    );
  });

  test.runIf(hasCorpora)('of real logs', () => {
    for (const path of realLogs) {
      const lines = toLines(realLines(path));
      const cuts = [1, 2, 50, 333, 900, 1800];

      expect(readInParts('claude', lines, cuts)).toEqual(readInParts('claude', lines, []));
    }
  });
});

describe('[SE8] whatever a line holds', () => {
  test.each<Agent>(['claude', 'codex'])(
    'reading a %s log never throws, and the state stays plain JSON',
    (agent) => {
      const keys = fc.constantFrom(
        ...(
          'type message content payload usage id name input info timestamp cwd data toolUseResult ' +
          'structuredPatch lines command file_path output role summary __proto__'
        ).split(' '),
      );
      const words = fc.constantFrom(
        ...(
          'user assistant system progress tool_use tool_result text message function_call ' +
          'response_item event_msg token_count session_meta turn_context Bash /x'
        ).split(' '),
        'git log',
        '\ud800',
      );
      const { value } = fc.letrec((tie) => ({
        value: fc.oneof(
          { depthSize: 'medium' },
          words,
          fc.double(),
          fc.constant(null),
          fc.boolean(),
          tie('list'),
          tie('object'),
        ),
        list: fc.array(tie('value'), { maxLength: 4 }),
        object: fc.dictionary(keys, tie('value'), { maxKeys: 8 }),
      }));
      const line = fc.oneof(
        fc.string({ unit: 'binary' }),
        value.map((each) => JSON.stringify(each)),
        fc.constant('[['.repeat(50_000)),
      );

      fc.assert(
        fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
          const { state } = readLog(agent, lines);

          expect(JSON.parse(JSON.stringify(state))).toEqual(state);
        }),
        { numRuns: 500 },
      );
    },
  );

  test('input that is nested deeper than JSON is written', () => {
    const nested = `{"type":"assistant","message":{"content":[{"type":"tool_use","name":"X","input":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}]}}`;

    expect(readLog('claude', [nested]).records).toHaveLength(1);
  });
});

test.each([
  ['blank lines', '\n'],
  ['brackets', '['],
  ['hex digits', 'a'],
  ['hashes', 'abc1234 '],
  ['words of git', 'git '],
  ['tags', '<system-reminder>'],
  ['paths', 'a/b.md '],
  ['patch heads', '*** Begin Patch\n*** Add File: x      '],
])('[SE22] the time of a line grows with its length only: %s', (_, part) => {
  const text = part.repeat(1_000_000 / part.length);
  const start = performance.now();

  readLog('claude', [
    user(text),
    user(`/x ${text}`),
    ...called('Bash', { command: `git commit ${text}` }, text),
  ]);
  readLog('codex', [codex('response_item', { type: 'custom_tool_call', name: 'apply_patch', input: text })]);

  // Quadratic work on 1 MB would take minutes.
  expect(performance.now() - start).toBeLessThan(4000);
});

test('[SE21] the state of a long log with calls that never end stays small', () => {
  const lines = Array.from({ length: 3000 }, (_, n) =>
    assistant([{ type: 'tool_use', id: `t${n}`, name: 'Edit', input: { file_path: `${n}.md` } }], {
      id: `m${n}`,
      model: `model-${n}`,
    }),
  );

  const { state } = readLog('claude', lines);

  expect(JSON.stringify(state).length).toBeLessThan(400_000);
});

describe('[SE7] a progress line that is passed over unparsed', () => {
  const progress = record('progress', {
    data: { type: 'hook_progress', command: 'x'.repeat(200) },
    toolUseID: 't',
  });
  const { parentUuid, timestamp, uuid, data, type, toolUseID, ...envelope } = progress;
  /** The order of keys that the program writes. */
  const written = JSON.stringify({ parentUuid, ...envelope, type, data, toolUseID, timestamp, uuid });

  test('tells the same as one that is parsed', () => {
    const parsed = JSON.stringify({ type, ...envelope, parentUuid, uuid, timestamp, toolUseID, data });

    expect(readLog('claude', [written]).summary).toEqual(readLog('claude', [parsed]).summary);
  });

  test.each([
    ['torn', written.slice(0, -20)],
    ['torn and gone on with another', written.slice(0, -120) + written],
    ['within another', `{"parentUuid":null,"a":${written}`],
  ])('is invalid when it is %s', (_, line) => {
    expect(readLog('claude', [line]).summary).toMatchObject({ invalidLines: 1 });
  });

  test.runIf(hasCorpora)('so that a real log reads the same in every order of keys', () => {
    const lines = realLines(realLogs[0] ?? '');
    const turned = lines.map((line) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(line)).reverse())),
    );

    const { records: _, state: _state, ...other } = readLog('claude', turned);
    expect(readLog('claude', lines)).toMatchObject(other);
  });
});

/** As the store does: rows of a key replace or stay by the rules of their kind. */
function readInParts(agent: Agent, lines: readonly Line[], cuts: readonly number[]) {
  let state: ReaderState | null = null;
  const stored = createStore();
  const borders = [...new Set([0, ...cuts.map((cut) => Math.min(cut, lines.length)), lines.length])];
  borders.sort((one, other) => one - other);
  for (const [place0, from] of borders.entries()) {
    const reader = openLogReader(agent, place, state);
    for (const { text, offset } of lines.slice(from, borders[place0 + 1] ?? lines.length))
      reader.push(text, offset);
    stored.add(reader.take());
    state = JSON.parse(JSON.stringify(reader.state)) as ReaderState;
  }
  return { state, rows: stored.rows() };
}

function createStore() {
  const records: unknown[] = [];
  const byKey = new Map<string, unknown>();
  let maskedSecrets = 0;
  const put = <T>(kind: string, key: string, row: T, wins: (known: T) => boolean) => {
    const known = byKey.get(`${kind} ${key}`) as T | undefined;
    if (known === undefined || wins(known)) byKey.set(`${kind} ${key}`, row);
  };
  return {
    add(delta: SessionDelta) {
      records.push(...delta.records);
      maskedSecrets += delta.maskedSecrets;
      for (const row of delta.usage) put('usage', row.key, row, (known) => row.output >= known.output);
      for (const row of delta.files) put('file', row.key, row, () => true);
      for (const row of delta.commands) put('command', row.key, row, () => true);
      for (const row of delta.artifacts) put('artifact', row.key, row, () => true);
      for (const row of delta.issues) put('issue', row.code, row, () => true);
      for (const row of delta.prLinks) put('pr', row.url, row, () => false);
      for (const row of delta.commits)
        put('commit', row.hash, row, (known) => commitRank[row.source] > commitRank[known.source]);
    },
    rows: () => ({ records, maskedSecrets, facts: Object.fromEntries(byKey) }),
  };
}
