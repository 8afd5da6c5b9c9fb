import { describe, expect, test } from 'vitest';
import { codex, readLog, sum, tokenCount, type Json } from './logs.ts';

const meta = (rest: Json = {}) =>
  codex('session_meta', {
    id: '019f0000-0000-7000-8000-000000000001',
    timestamp: '2026-05-02T10:00:00.000Z',
    cwd: '/home/ada/atlas',
    originator: 'codex_cli_rs',
    cli_version: '0.98.0',
    model_provider: 'openai',
    git: { commit_hash: 'abc1234', branch: 'main', repository_url: 'git@example.com:ada/atlas.git' },
    ...rest,
  });
const turn = (turnId: string, model = 'gpt-5.1-codex') =>
  codex('turn_context', {
    turn_id: turnId,
    cwd: '/home/ada/atlas',
    model,
    effort: 'high',
    approval_policy: 'never',
  });
const event = (type: string, rest: Json = {}) => codex('event_msg', { type, ...rest });
const item = (type: string, rest: Json = {}) => codex('response_item', { type, ...rest });
const message = (role: string, text: string) =>
  item('message', { role, content: [{ type: role === 'user' ? 'input_text' : 'output_text', text }] });
const call = (name: string, args: Json, callId = 'c1') =>
  item('function_call', { name, arguments: JSON.stringify(args), call_id: callId });
const output = (text: unknown, callId = 'c1') =>
  item('function_call_output', { call_id: callId, output: text });

describe('[SE19] a Codex log', () => {
  test('says what the session is', () => {
    const { summary } = readLog('codex', [meta(), turn('t1'), meta({ id: 'other', cwd: '/elsewhere' })]);

    expect(summary).toMatchObject({
      agent: 'codex',
      recordedId: '019f0000-0000-7000-8000-000000000001',
      cwd: '/home/ada/atlas',
      programVersion: '0.98.0',
      provider: 'openai',
      branches: ['main'],
      startCommit: 'abc1234',
      effort: 'high',
      permissionMode: 'never',
      role: 'main',
    });
  });

  test.each<[string, Json, Json]>([
    ['a fork', { forked_from_id: 'p1' }, { parentRecordedId: 'p1', role: 'main' }],
    [
      'a subagent',
      { source: { subagent: { thread_spawn: { parent_thread_id: 'p2', depth: 1 } } } },
      { parentRecordedId: 'p2', role: 'subagent' },
    ],
  ])('knows its parent: %s', (_, rest, expected) => {
    expect(readLog('codex', [meta(rest)]).summary).toMatchObject(expected);
  });

  test('tells a message once, whether as event, as item or as both', () => {
    const { records, summary } = readLog('codex', [
      message('user', '<environment_context>\n  <cwd>/x</cwd>\n</environment_context>'),
      message('user', 'Fix it'),
      event('user_message', { message: 'Fix it' }),
      event('agent_message', { message: 'Done' }),
      message('assistant', 'Done'),
      event('user_message', { message: 'Fix it' }),
      message('user', 'Fix it'),
      event('agent_message', { message: 'Only told here' }),
      event('user_message', { message: 'Fix it' }),
      event('user_message', { message: 'Fix it' }),
    ]);

    expect(records.map(({ blocks }) => blocks[0]?.text)).toEqual([
      expect.stringContaining('environment_context'),
      'Fix it',
      'Done',
      'Fix it',
      'Only told here',
      'Fix it',
      'Fix it',
    ]);
    expect(summary).toMatchObject({ userMessages: 4, assistantMessages: 2, title: { text: 'Fix it' } });
  });

  test('writes the files that a patch names', () => {
    const patch = [
      '*** Begin Patch',
      '*** Add File: docs/a.md',
      '+one',
      '+two',
      '*** Update File: /home/ada/atlas/b.ts',
      '@@',
      '-old',
      '+new',
      '*** Delete File: c.ts',
      '*** Update File: d.ts',
      '*** Move to: e/d.ts',
      '*** End Patch',
    ].join('\n');
    const expected = [
      ['docs/a.md', 'update', 2, 0],
      ['b.ts', 'update', 1, 1],
      ['c.ts', 'delete', 0, 0],
      ['d.ts', 'delete', 0, 0],
      ['e/d.ts', 'update', 0, 0],
    ];

    for (const start of [
      item('custom_tool_call', { name: 'apply_patch', call_id: 'c1', input: patch, status: 'completed' }),
      call('apply_patch', { input: patch }),
      call('shell', { command: ['apply_patch', patch] }),
      call('exec_command', { cmd: `apply_patch <<'EOF'\n${patch}\nEOF` }),
    ]) {
      const { files } = readLog('codex', [
        meta(),
        start,
        output('{"output":"ok","metadata":{"exit_code":0}}'),
      ]);
      expect(files.map(({ path, action, added, deleted }) => [path, action, added, deleted])).toEqual(
        expected,
      );
      expect(files.every(({ tool, outcome }) => tool === 'apply_patch' && outcome === 'done')).toBe(true);
    }
  });

  test.each<[Json, string[]]>([
    [call('shell', { command: ['bash', '-lc', 'cat docs/a.md'], workdir: '/home/ada/atlas' }), ['docs/a.md']],
    [call('exec_command', { cmd: 'sed -n 1,9p a.md', workdir: '/home/ada/atlas/docs' }), ['docs/a.md']],
    [item('local_shell_call', { call_id: 'c1', action: { command: ['cat', 'docs/a.md'] } }), ['docs/a.md']],
  ])('takes a shell for a command: %j', (start, paths) => {
    const { files } = readLog('codex', [meta(), start, output('words')]);

    expect(files.map(({ path, action, outcome }) => [path, action, outcome])).toEqual(
      paths.map((path) => [path, 'command', 'done']),
    );
  });

  test.each<[unknown, string]>([
    ['{"output":"no","metadata":{"exit_code":1}}', 'failed'],
    ['{"output":"yes","metadata":{"exit_code":0}}', 'done'],
    ['Exit code: 2\nWall time: 1 s\nOutput:\nno', 'failed'],
    ['Chunk ID: 1\nProcess exited with code 0\nOutput:\nyes', 'done'],
    [{ content: 'no', success: false }, 'failed'],
    [[{ type: 'input_text', text: 'apply_patch verification failed: x' }], 'failed'],
    ['plain words', 'done'],
    [null, 'done'],
  ])('with the output %j a call is %s', (text, outcome) => {
    const { files } = readLog('codex', [meta(), call('shell', { command: 'cat docs/a.md' }), output(text)]);

    expect(files).toMatchObject([{ outcome }]);
  });

  test('[SE14] finds commits', () => {
    const { commits } = readLog('codex', [
      call('shell', { command: ['bash', '-lc', 'git commit -m x'] }),
      output('{"output":"[main abc1234] x\\n","metadata":{"exit_code":0}}'),
    ]);

    expect(commits).toMatchObject([{ hash: 'abc1234', source: 'created', ref: 'c1' }]);
  });

  test('keeps thoughts, names and compactions', () => {
    const { records, summary } = readLog('codex', [
      item('reasoning', { summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'x' }),
      codex('compacted', { message: 'So far', replacement_history: [] }),
      event('context_compacted'),
      event('thread_name_updated', { thread_name: 'Ledger' }),
    ]);

    expect(records.map(({ blocks }) => [blocks[0]?.kind, blocks[0]?.text])).toEqual([
      ['thinking', 'Hm'],
      ['text', 'So far'],
    ]);
    expect(summary).toMatchObject({ compactions: 1, title: { text: 'Ledger', confidence: 1 } });
  });

  test.each<[Json, boolean]>([
    [event('task_complete', { last_agent_message: 'x' }), true],
    [event('turn_aborted', { reason: 'interrupted' }), true],
    [event('context_compacted'), true],
    [event('task_started'), false],
    [message('assistant', 'a'), false],
  ])('[SE17] after %j the turn has ended: %s', (last, endsTurn) => {
    expect(readLog('codex', [message('user', 'x'), last]).summary.endsTurn).toBe(endsTurn);
  });
});

describe('[SE20] tokens are the increases of running totals', () => {
  test.each<[string, Json[], number, number, number, number]>([
    ['of one', [tokenCount(1000, 400, 50, 20)], 600, 400, 50, 20],
    ['of several', [tokenCount(1000, 400, 50, 20), tokenCount(3000, 2000, 80, 30)], 1000, 2000, 80, 30],
    ['a repeat adds nothing', [tokenCount(1000, 400, 50), tokenCount(1000, 400, 50)], 600, 400, 50, 0],
    [
      'a fall starts a new base',
      [tokenCount(1000, 0, 50), tokenCount(200, 0, 10), tokenCount(300, 0, 15)],
      1300,
      0,
      65,
      0,
    ],
    [
      'no info is ignored',
      [tokenCount(1000, 0, 50), event('token_count', { info: null }), tokenCount(1100, 0, 55)],
      1100,
      0,
      55,
      0,
    ],
  ])('%s', (_, counts, input, cacheRead, out, reasoning) => {
    const { usage } = readLog('codex', [meta(), turn('t1'), ...counts]);

    expect([
      sum(usage, 'input'),
      sum(usage, 'cacheRead'),
      sum(usage, 'output'),
      sum(usage, 'reasoning'),
    ]).toEqual([input, cacheRead, out, reasoning]);
  });

  test('each of the model in force', () => {
    const { usage, summary } = readLog('codex', [
      tokenCount(5, 0, 5),
      turn('t1', 'gpt-5'),
      tokenCount(10, 0, 10),
      turn('t2', 'gpt-5-mini'),
      tokenCount(30, 0, 30),
    ]);

    expect(usage.map(({ model, output: count }) => [model, count])).toEqual([
      [null, 5],
      ['gpt-5', 5],
      ['gpt-5-mini', 20],
    ]);
    expect(summary.models).toEqual(['gpt-5', 'gpt-5-mini']);
  });

  test('[SE9] a fork that repeats its parent has the same keys for the same tokens', () => {
    const history = [turn('t1'), tokenCount(10, 0, 10), turn('t2'), tokenCount(30, 0, 30)];
    const parent = readLog('codex', [meta({ id: 'p' }), ...history]);
    const fork = readLog('codex', [
      meta({ id: 'f', forked_from_id: 'p' }),
      meta({ id: 'p' }),
      ...history,
      turn('t3'),
      tokenCount(70, 0, 70),
    ]);

    expect(fork.usage.slice(0, 2).map(({ key }) => key)).toEqual(parent.usage.map(({ key }) => key));
    expect(fork.usage[2]).toMatchObject({ output: 40 });
    expect(fork.summary.recordedId).toBe('f');
  });
});
