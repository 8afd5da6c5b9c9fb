/** Logs of both agents become sessions, in proportion to what is new. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findUncovered } from '../../server/features/sessions/log-discovery.ts';
import { sessionTotals } from '../../server/features/sessions/usage-sums.ts';
import { loadSessionFacts } from '../../server/features/sessions/session-facts.ts';
import { asNobody } from '../support/temp-tree.ts';
import { codexLog, createVoice } from './sessions-logs.ts';
import { openSessions, readSessionRows, type SessionsKit, type TestProject } from './sessions-kit.ts';

let kit: SessionsKit;
beforeAll(async () => void (kit = await openSessions()));
afterAll(async () => kit[Symbol.asyncDispose]());

const corpus = '/work/shared/corpora/sessions/claude/-home-USER-projects-spotter';

const ids = async ({ id }: TestProject): Promise<string[]> =>
  (await kit.sql`select id from sessions where project_id = ${id} order by id`).map((row) =>
    String(row['id']),
  );
const session = async ({ id }: TestProject, sessionId: string) =>
  (await kit.sql`select * from sessions where project_id = ${id} and id = ${sessionId}`)[0];

/** As many messages as a reader without any cleverness finds: the largest output of each message and request. */
function countNaively(folder: string): { input: number; output: number } {
  const best = new Map<string, { input: number; output: number }>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith('.jsonl')) continue;
    for (const line of readFileSync(join(folder, path), 'utf8').split('\n')) {
      if (line === '') continue;
      const { type, message, requestId } = JSON.parse(line) as Record<string, never> & {
        message?: { id?: string; model?: string; usage?: Record<string, number> };
      };
      if (type !== 'assistant' || message?.usage === undefined || message.model?.startsWith('<') === true)
        continue;
      const { input_tokens: input = 0, output_tokens: output = 0 } = message.usage;
      const key = `${message.id} ${requestId}`;
      if (output >= (best.get(key)?.output ?? -1)) best.set(key, { input, output });
    }
  }
  const all = [...best.values()];
  return {
    input: all.reduce((sum, one) => sum + one.input, 0),
    output: all.reduce((sum, one) => sum + one.output, 0),
  };
}

test('[SE9] tokens of real transcripts and their subagents are counted once', async () => {
  const project = await kit.addProject();
  cpSync(corpus, project.folder, { recursive: true });

  const outcome = await project.sync();

  expect(outcome.totals).toEqual({ synced: 6, skipped: 0, removed: 0 });
  const totals = await sessionTotals(kit.db, project.id, project.tools.prices);
  const naive = countNaively(corpus);
  expect(totals).toMatchObject({
    sessions: 6,
    inputTokens: naive.input,
    outputTokens: naive.output,
    costComplete: true,
  });
  expect(totals.cost).toBeGreaterThan(0);
});

test('[SE4] a subagent is a session of its own, by either layout, whichever is read first', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa', { isSidechain: true, agentId: 'x1' });
  project.write('aaa/subagents/agent-x1.jsonl', [voice.user('Look')]);
  project.write('agent-x2.jsonl', [
    createVoice(project.root, 'bbb', { isSidechain: true, agentId: 'x2' }).user('Look'),
  ]);
  project.write('aaa/subagents/agent-acompact-9.jsonl', [voice.user('Compact')]);
  await project.sync();

  expect(await ids(project)).toEqual(['S-aaa:acompact-9', 'S-aaa:x1', 'S-bbb:x2']);
  expect(await session(project, 'S-bbb:x2')).toMatchObject({
    parent_id: 'S-bbb',
    family: 'S-bbb',
    role: 'subagent',
  });
  expect(await session(project, 'S-aaa:acompact-9')).toMatchObject({
    parent_id: 'S-aaa',
    role: 'compaction',
  });
});

test('[DX8] unchanged logs are neither read nor written', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [voice.user('Hello'), voice.says('1', 'Hi')]);
  project.age('aaa.jsonl');
  await project.sync();

  const outcome = await project.sync();

  expect(outcome).toMatchObject({
    transactions: 0,
    events: [],
    phases: [],
    totals: { synced: 0, skipped: 1 },
  });
});

test('[OP14] the phase tells sessions and bytes, and events name what was added', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  const file = project.write('aaa.jsonl', [voice.user('Hello'), voice.says('1', 'Hi')]);

  const outcome = await project.sync();

  const bytes = readFileSync(file).length;
  expect(outcome.phases).toEqual(['sessions']);
  expect(outcome.progress.at(-1)).toEqual({
    processed: 1,
    sessionCount: 1,
    sessionsProcessed: 1,
    bytesProcessed: bytes,
    bytesTotal: bytes,
  });
  expect(outcome.counts).toMatchObject({ sessionsSynced: 1 });
  expect(outcome.events).toMatchObject([
    {
      type: 'sessions:changed',
      data: { added: [{ id: 'S-aaa', title: 'Hello' }], updated: [], removed: [] },
    },
  ]);
});

test('[SE21] a log that grew is read on, by its path alone', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  const file = project.write('aaa.jsonl', [voice.user('Hello')]);
  await project.sync();

  project.append(file, [voice.says('1', 'Hi', 7)]);
  const outcome = await project.sync({ logs: [file], kind: 'sync_changed_files' });

  expect(outcome).toMatchObject({ transactions: 1, phases: [], totals: { synced: 1, skipped: 0 } });
  expect(outcome.events).toMatchObject([{ data: { updated: [{ id: 'S-aaa' }] } }]);
  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 2, assistant_messages: 1 });
});

test('[SE22] memory and transactions are bounded: a log is written in pieces', async () => {
  const project = await kit.addProject({ batchBytes: 300_000 });
  const voice = createVoice(project.root, 'aaa');
  project.write(
    'aaa.jsonl',
    Array.from({ length: 3000 }, (_one, index) => voice.says(`${index}`, 'x'.repeat(100))),
  );

  const outcome = await project.sync();

  expect(outcome.transactions).toBeGreaterThan(2);
  expect(outcome.counts).toMatchObject({ sessionsSynced: 1 });
  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 3000 });
});

test('[SE22] a crash between batches loses nothing and doubles nothing', async () => {
  const crashed = await kit.addProject({ batchBytes: 300_000 });
  const write = (project: TestProject) => {
    const voice = createVoice('/work/app', 'aaa');
    const records = Array.from({ length: 2500 }, (_one, index) =>
      voice.says(`${index >> 1}`, `${index} ${'x'.repeat(100)}`, index),
    );
    project.write('aaa.jsonl', records);
    // At rest, so that only what was committed can tell that it was not read to its end.
    project.age('aaa.jsonl');
  };
  write(crashed);
  await expect(
    crashed.sync({
      onTransact: (number) => {
        if (number === 2) throw new Error('killed');
      },
    }),
  ).rejects.toThrow('killed');
  expect((await session(crashed, 'S-aaa'))?.['record_count']).toBeGreaterThan(0);

  await crashed.sync();
  const whole = await kit.addProject();
  write(whole);
  await whole.sync();

  expect(await plainRows(crashed)).toEqual(await plainRows(whole));
});

/** Without what names the project. */
async function plainRows(project: TestProject): Promise<unknown> {
  const text = JSON.stringify(await readSessionRows(kit, project));
  const base = project.folder.split('/.claude/')[0] ?? '';
  const plain = text
    .replaceAll(base, '')
    .replaceAll(base.replace(/[^A-Za-z0-9]/g, '-'), '')
    .replaceAll(`"${project.id}"`, '""');
  return JSON.parse(plain.replaceAll(/"(?:read_with|active_at)":"[^"]*"/g, '"":""')) as unknown;
}

test('[SE2] of neighbours only logs are taken whose records lie in the project', async () => {
  const project = await kit.addProject();
  const neighbour = `${project.folder}-two`;
  project.write(`${neighbour}/aaa.jsonl`, [createVoice(`${project.root}-two`, 'aaa').user('Not ours')]);
  project.write(`${neighbour}/bbb.jsonl`, [createVoice(`${project.root}/two`, 'bbb').user('Ours')]);
  project.write(`${project.folder}--claude-worktrees-fix/ccc.jsonl`, [
    createVoice('/elsewhere', 'ccc').user('Ours'),
  ]);

  await project.sync();

  expect(await ids(project)).toEqual(['S-bbb', 'S-ccc']);
  expect(await kit.openIssues(project)).toMatchObject([{ path: neighbour, code: 'LOGS_NOT_COVERED' }]);
});

test('[SE3] logs that no registered project takes are found in every folder of both agents', async () => {
  const project = await kit.addProject();
  const { homes, root, tools } = project;
  project.write('aaa.jsonl', [createVoice(root, 'aaa').user('Ours')]);
  const strange = join(homes.claude, 'projects/-somewhere-else');
  project.write(join(strange, 'bbb.jsonl'), [createVoice('/somewhere/else', 'bbb').user('Whose?')]);
  project.write(join(strange, 'bbb/subagents/agent-x.jsonl'), [
    createVoice('/somewhere/else', 'bbb').user('Whose?'),
  ]);
  project.write(
    join(homes.codex, 'sessions/2026/05/02/rollout-1-abc.jsonl'),
    codexLog('abc', '/nobody/knows'),
  );
  const owner = { root, worktreeRoots: [], sessionFolders: [], registeredRoots: [root] };

  const uncovered = await findUncovered(tools, [owner], new AbortController().signal);

  expect(uncovered).toEqual([
    { folder: strange, agent: 'claude', logs: 2, cwd: '/somewhere/else' },
    { folder: join(homes.codex, 'sessions'), agent: 'codex', logs: 1, cwd: '/nobody/knows' },
  ]);
});

test('[SE2] logs of git worktrees elsewhere belong to the project', async () => {
  const project = await kit.addProject();
  project.git('init', '--quiet');
  project.git('commit', '--quiet', '--allow-empty', '--message', 'first');
  const other = join(project.root, '../../elsewhere');
  project.git('worktree', 'add', '--quiet', other);
  const folder = join(project.homes.claude, 'projects', join(other).replace(/[^A-Za-z0-9]/g, '-'));
  const voice = createVoice(join(other), 'aaa');
  project.write(join(folder, 'aaa.jsonl'), voice.calls('1', 'Write', { file_path: join(other, 'src/a.ts') }));

  await project.sync();

  const [facts] = await collect(loadSessionFacts(kit.db, project.id, null));
  expect(facts).toMatchObject({
    id: 'S-aaa',
    files: [{ path: 'src/a.ts', action: 'update', tool: 'Write' }],
  });
});

async function collect<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
}

test('[SE18] logs of Codex belong to the longest root that holds their cwd', async () => {
  const project = await kit.addProject();
  const nested = { ...project.tools, listRoots: async () => [project.root, `${project.root}/nested`] };
  const inHome = (name: string) => join(project.homes.codex, name);
  project.write(inHome('sessions/2026/05/02/rollout-1-abc.jsonl'), codexLog('abc', project.root));
  project.write(inHome('archived_sessions/rollout-2-def.jsonl'), codexLog('def', `${project.root}/src`));
  project.write(inHome('sessions/2026/05/02/rollout-3-ghi.jsonl'), codexLog('ghi', `${project.root}/nested`));
  project.write(inHome('sessions/2026/05/03/rollout-4-jkl.jsonl'), codexLog('jkl', '/nobody/knows'));
  Object.assign(project, { tools: nested });

  await project.sync();

  expect(await ids(project)).toEqual(['S-rollout-1-abc', 'S-rollout-2-def']);
  expect(await session(project, 'S-rollout-1-abc')).toMatchObject({
    agent: 'codex',
    recorded_id: 'abc',
    provider: 'openai',
  });
  expect(await kit.openIssues(project)).toMatchObject([
    { path: inHome('sessions'), code: 'LOGS_NOT_COVERED', message: expect.stringContaining('1 log') },
  ]);
});

test('[SE18] a log that Codex archives is the same session, and is read on', async () => {
  const project = await kit.addProject();
  const from = project.write(
    join(project.homes.codex, 'sessions/2026/05/02/rollout-1-abc.jsonl'),
    codexLog('abc', project.root),
  );
  await project.sync();
  mkdirSync(join(project.homes.codex, 'archived_sessions'));
  const to = join(project.homes.codex, 'archived_sessions/rollout-1-abc.jsonl');
  renameSync(from, to);

  const outcome = await project.sync();

  expect(outcome.totals).toEqual({ synced: 1, skipped: 0, removed: 0 });
  expect(await session(project, 'S-rollout-1-abc')).toMatchObject({ log_path: to, source_gone_at: null });
});

test('[SE11] an unknown model costs nothing that is known, and is an issue until its price comes', async () => {
  const prices = { currency: 'USD' as const, per: 1_000_000 as const, checked: '2026-11-21', prices: [] };
  const project = await kit.addProject({ prices });
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [voice.says('1', 'Hi', 7)]);
  project.age('aaa.jsonl');
  await project.sync();
  expect(await sessionTotals(kit.db, project.id, project.tools.prices)).toMatchObject({
    outputTokens: 7,
    cost: null,
    costComplete: false,
  });
  expect(await kit.openIssues(project)).toMatchObject([{ code: 'UNKNOWN_MODEL' }]);

  const { readPriceTable } = await import('../../server/features/sessions/prices.ts');
  Object.assign(project, { tools: { ...project.tools, prices: readPriceTable() } });
  const outcome = await project.sync();

  expect(outcome.totals).toMatchObject({ synced: 0, skipped: 1 });
  expect(await kit.openIssues(project)).toEqual([]);
  expect(await sessionTotals(kit.db, project.id, project.tools.prices)).toMatchObject({ costComplete: true });
});

test('[SE8] lines that are no JSON objects are one issue of their log, and the others are read', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  const text = `${JSON.stringify(voice.user('Hello'))}\nnonsense\n[1]\n${JSON.stringify(voice.says('1', 'Hi'))}\n`;
  const file = project.write('aaa.jsonl', text);
  await project.sync();
  project.append(file, 'more nonsense\n');
  await project.sync();

  expect(await kit.openIssues(project)).toEqual([
    { path: file, code: 'LINE_INVALID', message: expect.stringContaining('3 lines') },
  ]);
  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 2, invalid_lines: 3 });
});

test('[DX7] a line over the limit is an issue, and the rest is read', async () => {
  const project = await kit.addProject({ maxLineBytes: 2000 });
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [voice.user('x'.repeat(3000)), voice.says('1', 'Hi')]);

  await project.sync();

  expect(await kit.openIssues(project)).toMatchObject([{ code: 'LINE_TOO_LONG' }]);
  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 1, long_lines: 1 });
});

test('[SE24] a log that cannot be read is an issue, and the others of the batch go on', async () => {
  const project = await kit.addProject();
  const bad = project.write('aaa.jsonl', [createVoice(project.root, 'aaa').user('Closed')]);
  project.write('bbb.jsonl', [createVoice(project.root, 'bbb').user('Open')]);
  chmodSync(bad, 0);

  await asNobody(() => project.sync());

  expect(await ids(project)).toEqual(['S-bbb']);
  expect(await kit.openIssues(project)).toEqual([
    { path: bad, code: 'UNREADABLE', message: 'permission denied' },
  ]);
});

test('[SE24] removing a session that others hang on keeps them', async () => {
  const project = await kit.addProject({ now: () => now });
  let now = new Date();
  const file = project.write('aaa.jsonl', [createVoice(project.root, 'aaa').user('Parent')]);
  project.write('aaa/subagents/agent-x.jsonl', [
    createVoice(project.root, 'aaa', { isSidechain: true }).user('Child'),
  ]);
  await project.sync();
  rmSync(file);
  await project.sync();
  now = new Date(Date.now() + 366 * 86_400_000);

  const outcome = await project.sync();

  expect([...outcome.removed]).toEqual(['S-aaa']);
  expect(outcome.events).toMatchObject([{ data: { removed: [{ id: 'S-aaa', title: 'Parent' }] } }]);
  expect(await session(project, 'S-aaa:x')).toMatchObject({ parent_id: 'S-aaa' });
});

test('[DX17] a log that was cleaned away keeps its session, until it comes back or its time is over', async () => {
  const project = await kit.addProject();
  const records = [createVoice(project.root, 'aaa').user('Hello')];
  const file = project.write('aaa.jsonl', records);
  project.write('bbb.jsonl', [createVoice(project.root, 'bbb').user('Other')]);
  await project.sync();
  rmSync(file);

  const gone = await project.sync();
  expect(gone.totals).toMatchObject({ synced: 1, removed: 0 });
  expect((await session(project, 'S-aaa'))?.['source_gone_at']).not.toBeNull();
  expect((await project.sync()).totals).toMatchObject({ synced: 0, removed: 0 });

  project.write('aaa.jsonl', records);
  await project.sync();
  expect(await session(project, 'S-aaa')).toMatchObject({ source_gone_at: null, record_count: 1 });
});

test.each([
  ['missing', (folder: string) => rmSync(folder, { recursive: true }), 'source_missing'],
  [
    'replaced by a link',
    (folder: string) => {
      renameSync(folder, `${folder}.old`);
      symlinkSync(`${folder}.old`, folder);
    },
    'source_missing',
  ],
  [
    'emptied',
    (folder: string) => {
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
    },
    'source_emptied',
  ],
])('[DX16] a log folder that is %s fails the operation, and nothing changes', async (_how, change, code) => {
  const project = await kit.addProject();
  const files = ['aaa', 'bbb'].map((name) =>
    project.write(`${name}.jsonl`, [createVoice(project.root, name).user('Hi')]),
  );
  await project.sync();
  const before = await readSessionRows(kit, project);
  change(project.folder);

  await expect(project.sync()).rejects.toMatchObject({ code });
  await expect(project.sync({ logs: files, kind: 'sync_changed_files' })).rejects.toMatchObject({ code });
  expect(await readSessionRows(kit, project)).toEqual(before);

  const allowed = await project.sync({ allowEmpty: true });
  expect(allowed.totals).toMatchObject({ synced: 2, removed: 0 });
});

test('[DX15] below a folder that cannot be read nothing is gone', async () => {
  const project = await kit.addProject();
  project.write('aaa.jsonl', [createVoice(project.root, 'aaa').user('Hi')]);
  project.write('aaa/subagents/agent-x.jsonl', [createVoice(project.root, 'aaa').user('Child')]);
  await project.sync();
  chmodSync(project.at('aaa/subagents'), 0);

  const outcome = await asNobody(() => project.sync());
  chmodSync(project.at('aaa/subagents'), 0o755);

  expect(outcome.totals).toMatchObject({ removed: 0 });
  expect(await session(project, 'S-aaa:x')).toMatchObject({ source_gone_at: null });
  expect(await kit.openIssues(project)).toMatchObject([
    { path: project.at('aaa/subagents'), code: 'UNREADABLE_DIR' },
  ]);
});

test('[SE5] a sidecar that comes late is seen, without its log being read again', async () => {
  const project = await kit.addProject();
  const file = project.write('aaa/subagents/agent-x.jsonl', [createVoice(project.root, 'aaa').user('Child')]);
  project.age('aaa/subagents/agent-x.jsonl');
  await project.sync();
  const meta = project.write(
    'aaa/subagents/agent-x.meta.json',
    '{"agentType":"Explore","description":"Find lamps"}',
  );

  const outcome = await project.sync({ logs: [meta], kind: 'sync_changed_files' });

  expect(outcome.totals).toMatchObject({ synced: 1 });
  expect(await session(project, 'S-aaa:x')).toMatchObject({
    log_path: file,
    sidecars: { agentType: 'Explore', description: 'Find lamps' },
  });
});

test('[SE14] commits are checked against what the repository leads to', async () => {
  const project = await kit.addProject();
  project.git('init', '--quiet', '--initial-branch=main');
  project.git('commit', '--quiet', '--allow-empty', '--message', 'kept');
  const kept = project.git('rev-parse', 'HEAD');
  project.git('commit', '--quiet', '--allow-empty', '--message', 'lost');
  const amended = project.git('rev-parse', 'HEAD');
  const voice = createVoice(project.root, 'aaa');
  const commits = (hash: string, id: string) =>
    voice.calls(id, 'Bash', { command: 'git commit -m x' }, `[main ${hash.slice(0, 7)}] x\n 1 file changed`);
  project.write('aaa.jsonl', [...commits(kept, '1'), ...commits(amended, '2')]);
  project.age('aaa.jsonl');
  await project.sync();
  const read = async () => (await collect(loadSessionFacts(kit.db, project.id, ['S-aaa'])))[0]?.commits;
  expect(await read()).toMatchObject([
    { hash: kept, verified: true },
    { hash: amended, verified: true },
  ]);

  project.git('commit', '--quiet', '--allow-empty', '--amend', '--message', 'other');
  const outcome = await project.sync();

  expect([...outcome.changed]).toEqual(['S-aaa']);
  expect(await read()).toMatchObject([
    { hash: kept, verified: true },
    { hash: amended.slice(0, 7), verified: false },
  ]);
  expect((await project.sync()).transactions).toBe(0);
});

test('[SE14] without a repository nobody knows', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', voice.calls('1', 'Bash', { command: 'git commit -m x' }, '[main abc1234] x\n'));

  await project.sync();

  const [facts] = await collect(loadSessionFacts(kit.db, project.id, null));
  expect(facts?.commits).toMatchObject([{ hash: 'abc1234', verified: null }]);
});

test('[SE12] other rooms hear of what was done inside the project, not of attempts', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [
    voice.user('<command-name>/dev:execute-phase</command-name>\n<command-args>1 docs/a.md</command-args>'),
    ...voice.calls('1', 'Edit', { file_path: join(project.root, 'src/a.ts') }, 'done'),
    ...voice.calls('2', 'Write', { file_path: join(project.root, 'src/b.ts') }, 'no', true),
    ...voice.calls('3', 'Read', { file_path: '/etc/hosts' }, 'x'),
  ]);

  await project.sync();

  const [facts] = await collect(loadSessionFacts(kit.db, project.id, null));
  expect(facts).toMatchObject({
    id: 'S-aaa',
    commands: [{ name: '/dev:execute-phase', args: '1 docs/a.md' }],
    files: [{ path: 'src/a.ts', action: 'update', tool: 'Edit' }],
  });
});

test('what is forced is read again, and comes out the same', async () => {
  const project = await kit.addProject();
  cpSync(corpus, project.folder, { recursive: true });
  await project.sync();
  const before = await readSessionRows(kit, project);

  const outcome = await project.sync({ isForced: true });

  expect(outcome.totals.synced).toBe(6);
  expect(await readSessionRows(kit, project)).toEqual(before);
});

test('text that no database column takes is stored all the same', async () => {
  const project = await kit.addProject();
  const voice = createVoice(project.root, 'aaa');
  project.write('aaa.jsonl', [
    voice.user('NUL \u0000 and half a pair \ud800'),
    ...voice.calls('\u0000', 'Read', { file_path: `${project.root}/a\u0000b.ts` }, 'x'),
  ]);

  await project.sync();

  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 3 });
});

test('a sync that is cancelled stops, and the next one goes on', async () => {
  const project = await kit.addProject({ batchBytes: 200_000 });
  const voice = createVoice(project.root, 'aaa');
  project.write(
    'aaa.jsonl',
    Array.from({ length: 3000 }, (_one, index) => voice.says(`${index}`, 'x'.repeat(300))),
  );
  const abort = new AbortController();

  await expect(project.sync({ signal: abort.signal, onTransact: () => abort.abort() })).rejects.toThrow(
    'aborted',
  );
  await project.sync();

  expect(await session(project, 'S-aaa')).toMatchObject({ record_count: 3000 });
});
