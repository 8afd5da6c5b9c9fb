/** The commands of a terminal, against a running server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SynclineEvent } from '../../shared/events/index.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { runSyncline } from '../support/terminal.ts';
import { createTree, type TestTree } from '../support/tree.ts';

let server: TestServer;
let tree: TestTree;

beforeAll(async () => {
  tree = await createTree({ 'docs/good.md': '# Good\n', 'docs/bad.md': '---\nkey: [open\n---\n' });
  server = await startTestServer();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await tree[Symbol.asyncDispose]();
});

const run = (...words: string[]) => runSyncline(server.url, ...words);

test('sync registers a folder, follows the operation to its end, and tells of bad files', async () => {
  const { code, out, err } = await run('sync', tree.root);

  expect(code).toBe(0);
  expect(out.at(-1)).toMatch(
    /^full_sync completed in \d+ ms: 1 added, .* 1 failed, 1 issue \(syncline ops issues OP-/,
  );
  expect(err).toEqual([expect.stringContaining('error: docs/bad.md: ')]);
});

test('with --json every event of the operation is a line, gapless to its one end', async () => {
  const { code, out } = await run('sync', tree.root, '--json');

  const events = out.map((line) => SynclineEvent.parse(JSON.parse(line)));
  expect(code).toBe(0);
  expect(events[0]?.type).toBe('operation:queued');
  expect(events.filter(({ type }) => type === 'operation:completed')).toHaveLength(1);
  expect(new Set(events.map(({ seq }) => seq)).size).toBe(events.length);
});

test('an operation that fails ends with 1, and says why', async () => {
  await using emptied = await createTree({ 'docs/a.md': '# A\n' });
  await run('sync', emptied.root);
  await emptied.remove('docs/a.md');

  const { code, out } = await run('sync', emptied.root);

  expect(code).toBe(1);
  expect(out.at(-1)).toMatch(/^full_sync failed in \d+ ms: /);
});

test('operations are listed, shown and followed, and their issues named', async () => {
  const listed = await run('ops', 'list', '--json', '--limit', '1', '--status', 'completed');
  const { id } = JSON.parse(listed.out[0]!) as { id: string };

  const shown = await run('ops', 'show', id);
  expect(shown.out[0]).toContain(`${id}  full_sync of `);
  expect(shown.out.join('\n')).toMatch(/discover +\d+/);
  const followed = await run('ops', 'follow', id);
  expect([followed.code, followed.out.at(-1)]).toEqual([0, expect.stringContaining('full_sync completed')]);
  const table = await run('ops');
  expect(table.out[0]).toMatch(/^id +project +kind/);
});

test.each([
  ['ops', 'show', 'OP-nope'],
  ['sync', '--project', 'nobody'],
])('what is not there ends with 1: %s %s %s', async (...words) => {
  const { code, err } = await run(...words);

  expect(code).toBe(1);
  expect(err[0]).toMatch(/not found/);
});

test.each([
  [['sync', 'a', 'b'], 'One folder at a time: b'],
  [['sync', 'a', '--project', 'b'], 'not both'],
  [['ops', 'dance'], 'Not an action of ops: dance'],
  [['ops', 'show'], 'Missing: the id of an operation'],
  [['ops', '--status', 'bogus'], '--status: '],
  [['ops', '--limit', '0'], '--limit: '],
])('the words %j end with 2, and say what is wrong', async (words, message) => {
  const { code, err } = await run(...words);

  expect(code).toBe(2);
  expect(err[0]).toContain(message);
});
