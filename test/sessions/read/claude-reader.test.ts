import { describe, expect, test } from 'vitest';
import { assistant, called, place, readLog, record, toolUse, user, type Json } from './logs.ts';

describe('[SE7] records', () => {
  test('people read: what was said, thought, called and answered', () => {
    const { records } = readLog('claude', [
      user('Fix it'),
      assistant([
        { type: 'thinking', thinking: 'Hm', signature: 's' },
        { type: 'text', text: 'Yes' },
      ]),
      ...called('Read', { file_path: 'a.md' }, 'words'),
      record('system', { subtype: 'info', content: 'Note' }),
    ]);

    expect(
      records.map(({ index, role, blocks }) => [
        index,
        role,
        ...blocks.map(({ kind, text }) => [kind, text]),
      ]),
    ).toEqual([
      [0, 'user', ['text', 'Fix it']],
      [1, 'assistant', ['thinking', 'Hm'], ['text', 'Yes']],
      [2, 'assistant', ['tool_use', '{"file_path":"a.md"}']],
      [3, 'user', ['tool_result', 'words']],
      [4, 'system', ['text', 'Note']],
    ]);
  });

  test('of other types are counted and passed over', () => {
    const { records, summary, issues } = readLog('claude', [
      record('mode'),
      record('mode'),
      {},
      record('__proto__'),
    ]);

    expect(records).toEqual([]);
    expect(issues).toEqual([]);
    expect(summary.recordTypes).toEqual([
      ['mode', 2],
      ['unknown', 1],
      ['__proto__', 1],
    ]);
  });

  test('say what the session is', () => {
    const { summary } = readLog('claude', [
      record('user', { slug: 'calm-river', permissionMode: 'plan' }),
      record('user', { gitBranch: 'fix', timestamp: '2026-02-11T19:00:00Z', permissionMode: 'default' }),
      record('user', { gitBranch: 'main', timestamp: '2026-02-12T01:00:00+02:00' }),
    ]);

    expect(summary).toMatchObject({
      recordedId: 'abc',
      cwd: '/home/ada/atlas',
      branches: ['main', 'fix'],
      programVersion: '2.1.39',
      slug: 'calm-river',
      permissionMode: 'default',
      startedAt: '2026-02-11T19:00:00.000Z',
      endedAt: '2026-02-11T23:00:00.000Z',
    });
  });

  test.each<[string, unknown, string]>([
    ['without a time has that of the record before it', undefined, '2026-02-11T20:00:00.000Z'],
    ['with a time that is none has it too', 'yesterday', '2026-02-11T20:00:00.000Z'],
    [
      'with a day that its month lacks is on the day after',
      '2026-02-30T10:00:00.000Z',
      '2026-03-02T10:00:00.000Z',
    ],
  ])('[§11] a record %s', (_, timestamp, at) => {
    expect(readLog('claude', [user('a'), user('b', { timestamp })]).records[1]?.at).toBe(at);
  });

  test('[§11] a first record without a time has the time of the file', () => {
    expect(readLog('claude', [user('a', { timestamp: undefined })]).records[0]?.at).toBe(place.bornAt);
  });
});

describe('[SE4] subagents', () => {
  test.each([
    ['a881341', 'subagent'],
    ['acompact-fffbd0', 'compaction'],
  ])('a log of the side chain %s is a %s', (agentId, role) => {
    const { summary } = readLog('claude', [user('Go', { isSidechain: true, agentId, sessionId: 'parent' })]);

    expect(summary).toMatchObject({ agentId, role, parentRecordedId: 'parent' });
  });

  test('are named by progress while they run, and by their result', () => {
    const call = toolUse('t1', 'Task', { subagent_type: 'explorer', description: 'Look' });
    const progress = record('progress', {
      parentToolUseID: 't1',
      data: { type: 'agent_progress', agentId: 'a7', message: {} },
    });

    expect(readLog('claude', [call]).artifacts).toMatchObject([
      { key: 't1', agentId: null, outcome: 'pending' },
    ]);
    expect(readLog('claude', [call, progress]).artifacts).toMatchObject([
      { key: 't1', agentId: 'a7', name: 'explorer' },
    ]);
    expect(
      readLog('claude', called('Agent', {}, '', { details: { agentId: 'a8' } })).artifacts,
    ).toMatchObject([{ kind: 'agent', name: 'general-purpose', agentId: 'a8', outcome: 'done' }]);
  });
});

describe('[SE8] a line that is no JSON object', () => {
  test('is counted once a file, and the rest is read', () => {
    const lines = [user('a'), '{"type":', '[1]', '', '42', user('b')];
    const { issues, records, summary } = readLog('claude', lines);

    const offset = JSON.stringify(lines[0]).length + 1;
    expect(issues).toEqual([{ code: 'LINE_INVALID', offset, count: 3 }]);
    expect(records).toHaveLength(2);
    expect(summary).toMatchObject({ lines: 5, invalidLines: 3 });
  });

  test.each([
    [99, ['LINE_INVALID']],
    [100, ['LINE_INVALID', 'LOG_CORRUPT']],
  ])('%i of them at the start: %j', (count, codes) => {
    const lines = [...Array.from({ length: count }, () => 'garbage'), user('a')];

    expect(readLog('claude', lines).issues.map(({ code }) => code)).toEqual(codes);
  });

  test('after a good one makes no log corrupt', () => {
    const lines = [user('a'), ...Array.from({ length: 300 }, () => 'garbage')];

    expect(readLog('claude', lines).issues.map(({ code }) => code)).toEqual(['LINE_INVALID']);
  });
});

describe('[SE12] a tool call', () => {
  test.each<[string, Json, string, string[]]>([
    ['Read', { file_path: '/home/ada/atlas/a.md' }, 'read', ['a.md']],
    ['Write', { file_path: 'docs/a.md' }, 'update', ['docs/a.md']],
    ['Edit', { target_file: 'a.ts' }, 'update', ['a.ts']],
    ['MultiEdit', { file_path: 'a.ts' }, 'update', ['a.ts']],
    ['NotebookEdit', { notebook_path: 'n.ipynb' }, 'update', ['n.ipynb']],
    ['Delete', { path: 'a.md' }, 'delete', ['a.md']],
    ['Grep', { pattern: 'x', path: 'src' }, 'search', ['src']],
    ['Glob', { pattern: '*.md' }, 'search', []],
    [
      'Bash',
      { command: 'cat docs/a.md > /tmp/out/b.txt; ls src -la' },
      'command',
      ['docs/a.md', '/tmp/out/b.txt'],
    ],
    ['mcp__fs__move', { source_file: 'a', new_file: 'b', paths: ['c', 7, 'a'] }, 'other', ['c', 'a', 'b']],
    ['TodoWrite', { todos: [] }, 'other', []],
  ])('%s with %j is %s of %j', (tool, input, action, paths) => {
    const { files } = readLog('claude', called(tool, input));

    expect(files.map(({ path }) => path)).toEqual(paths);
    expect(
      files.every((file) => file.action === action && file.tool === tool && file.outcome === 'done'),
    ).toBe(true);
  });

  test('that failed is an attempt', () => {
    const { files, summary } = readLog(
      'claude',
      called('Write', { file_path: 'a.md' }, 'denied', { isError: true }),
    );

    expect(files).toMatchObject([{ action: 'update', outcome: 'failed', added: null }]);
    expect(summary).toMatchObject({ toolCalls: 1, failedToolCalls: 1 });
  });

  test('is pending until its result comes', () => {
    expect(readLog('claude', [toolUse('t', 'Write', { file_path: 'a.md' })]).files).toMatchObject([
      { outcome: 'pending' },
    ]);
  });

  test.each<[unknown, number | null, number | null]>([
    [{ structuredPatch: [{ lines: [' a', '-b', '+c', '+d'] }, { lines: ['+e'] }] }, 3, 1],
    [{ structuredPatch: [] }, null, null],
    ['File created', null, null],
    [undefined, null, null],
  ])('with the result %j adds %j and deletes %j lines', (details, added, deleted) => {
    const { files } = readLog('claude', called('Edit', { file_path: 'a.md' }, 'ok', { details }));

    expect(files).toMatchObject([{ added, deleted }]);
  });
});

describe('[SE13] a path', () => {
  test.each<[string, string, string, string, boolean]>([
    ['below the root', '/home/ada/atlas', '/home/ada/atlas/docs/a.md', 'docs/a.md', false],
    ['beside the root', '/home/ada/atlas', '/home/ada/atlas-two/a.md', '/home/ada/atlas-two/a.md', true],
    ['written from a folder', '/home/ada/atlas/docs', '../a.md', 'a.md', false],
    ['leading out', '/home/ada/atlas', '../b/a.md', '/home/ada/b/a.md', true],
    ['in a worktree', '/home/ada/atlas-fix', '/home/ada/atlas-fix/docs/a.md', 'docs/a.md', false],
    [
      'in a worktree inside, which git knows no more',
      '/home/ada/atlas',
      '/home/ada/atlas/.claude/worktrees/x/docs/a.md',
      'docs/a.md',
      false,
    ],
    ['of the home folder', '/home/ada/atlas', '~/notes/a.md', '~/notes/a.md', true],
    [
      'below an unknown folder where the session started',
      '/old/atlas',
      '/old/atlas/docs/a.md',
      'docs/a.md',
      false,
    ],
  ])('%s', (_, cwd, written, path, outside) => {
    const lines = [record('user', { cwd }), toolUse('t', 'Read', { file_path: written })].map((line) => ({
      ...line,
      cwd,
    }));

    expect(readLog('claude', lines).files).toMatchObject([{ path, outside }]);
  });

  test('[§11] of a session that moves to another worktree is mapped by the cwd in force', () => {
    const { files } = readLog('claude', [
      toolUse('t1', 'Read', { file_path: 'a.md' }),
      { ...toolUse('t2', 'Read', { file_path: 'docs/b.md' }), cwd: '/home/ada/atlas-fix' },
    ]);

    expect(files.map(({ path }) => path)).toEqual(['a.md', 'docs/b.md']);
  });
});

describe('[SE14] commits', () => {
  const full = '0123456789abcdef0123456789abcdef01234567';

  test.each<[string, string, [string, string][]]>([
    ['./commit.sh', '[main 1234567] Subject\n 1 file changed', [['1234567', 'created']]],
    ['git commit -m x', '[main (root-commit) abc1234] Subject', [['abc1234', 'created']]],
    ['git commit', '[detached HEAD abc1234] Subject', [['abc1234', 'created']]],
    [
      'git push',
      'abc1234..def5678  main -> main',
      [
        ['abc1234', 'mentioned'],
        ['def5678', 'mentioned'],
      ],
    ],
    ['git status', 'line 1234567 of file, facade', []],
    ['cat notes', 'abc1234', []],
    ['git rev-parse HEAD', full, []],
    ['git log -1', `commit ${full}`, []],
    ['git commit -qm x && git rev-parse HEAD', full, [[full, 'resolved']]],
    ['cd a && git -C b commit -qm x; git log', `commit ${full}`, [[full, 'resolved']]],
  ])('after %j with output %j: %j', (command, output, commits) => {
    const found = readLog('claude', called('Bash', { command }, output)).commits;

    expect(found.map(({ hash, source }) => [hash, source])).toEqual(commits);
  });

  test('that git itself told of stay so, whatever mentions them later', () => {
    const { commits } = readLog('claude', [
      ...called('Bash', { command: 'git commit' }, '[main abc1234] x'),
      ...called('Bash', { command: 'git show' }, 'abc1234'),
    ]);

    expect(commits).toMatchObject([{ hash: 'abc1234', source: 'created' }]);
  });
});

describe('[SE15] what is kept beside the words', () => {
  test.each<[unknown, string | null, string?]>([
    [
      '<command-name>/dev:plan</command-name>\n<command-message>x</command-message>\n<command-args>a b</command-args>',
      '/dev:plan',
      'a b',
    ],
    [
      '<command-name>test-command</command-name><command-args>--verbose</command-args>',
      '/test-command',
      '--verbose',
    ],
    [[{ type: 'text', text: '/clear' }], '/clear', ''],
    ['/dev:execute-phase 2 docs/a.md', '/dev:execute-phase', '2 docs/a.md'],
    ['/home/ada/a.md is broken', null],
    ['Use /clear', null],
    ['<command-name></command-name>', null],
  ])('of %j the command %j', (content, name, args) => {
    const { commands } = readLog('claude', [user(content)]);

    expect(commands.map((command) => [command.name, command.args])).toEqual(
      name === null ? [] : [[name, args]],
    );
  });

  test('skills', () => {
    expect(
      readLog('claude', called('Skill', { skill: 'docs:search', args: 'otel' })).artifacts,
    ).toMatchObject([{ kind: 'skill', name: 'docs:search', description: 'otel', outcome: 'done' }]);
  });

  test('links of pull requests, each once with its first time', () => {
    const url = 'https://github.com/ada/atlas/pull/7';
    const { prLinks } = readLog('claude', [
      ...called('Bash', { command: 'gh pr create --fill' }, `Creating…\n${url}\n`),
      ...called('Bash', { command: 'cat notes' }, 'https://github.com/ada/atlas/pull/8'),
      record('pr-link', { prUrl: url, prNumber: 7, timestamp: '2026-03-01T00:00:00.000Z' }),
    ]);

    expect(prLinks).toEqual([{ url, at: '2026-02-11T20:00:00.000Z' }]);
  });
});

describe('[SE17] the last record ends the turn', () => {
  test.each<[string, Json, boolean]>([
    ['the length of the turn', record('system', { subtype: 'turn_duration', durationMs: 5 }), true],
    ['a length of any record', record('result', { durationMs: 5 }), true],
    [
      'a compact boundary',
      record('system', { subtype: 'compact_boundary', content: 'Conversation compacted' }),
      true,
    ],
    ['a note', record('system', { subtype: 'info' }), false],
    ['an answer', assistant([]), false],
  ])('%s', (_, last, endsTurn) => {
    expect(readLog('claude', [user('a'), last]).summary.endsTurn).toBe(endsTurn);
  });

  test('until somebody goes on; a title does not', () => {
    const end = record('system', { subtype: 'turn_duration' });

    expect(readLog('claude', [end, record('ai-title', { aiTitle: 'T' })]).summary.endsTurn).toBe(true);
    expect(readLog('claude', [end, user('more')]).summary.endsTurn).toBe(false);
    expect(readLog('claude', [end, record('progress', { data: {} })]).summary.endsTurn).toBe(false);
  });
});

describe('[SE23] stored text', () => {
  test.each<[string, number, (text: string) => Json]>([
    ['text', 4000, (text) => assistant([{ type: 'text', text }])],
    ['thinking', 8000, (thinking) => assistant([{ type: 'thinking', thinking }])],
    ['tool_result', 20_000, (content) => user([{ type: 'tool_result', tool_use_id: 't', content }])],
  ])('of kind %s has at most %i characters', (_, limit, line) => {
    const lines = [user('a'), line('é'.repeat(limit)), line('é'.repeat(limit + 1))];
    const { records } = readLog('claude', lines);

    expect(records[1]?.blocks).toMatchObject([{ text: 'é'.repeat(limit), truncated: false }]);
    expect(records[2]?.blocks).toMatchObject([{ text: 'é'.repeat(limit), truncated: true }]);
    const before = lines.slice(0, 2).map((each) => Buffer.byteLength(JSON.stringify(each)) + 1);
    expect(records[2]?.offset).toBe(before[0]! + before[1]!);
  });

  test('is never cut within a character, and holds nothing that Postgres refuses', () => {
    const { records } = readLog('claude', [user(`${'x'.repeat(3999)}😀`), user('a\0b\ud800c')]);

    expect(records[0]?.blocks[0]?.text).toBe('x'.repeat(3999));
    expect(records[1]?.blocks[0]?.text).toBe('a\uFFFDb\uFFFDc');
  });
});
