/** `syncline doctor` against a running server: what is well, what is not, and how it ends. */
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test('doctor looks at everything, and names what is wrong with a project', async () => {
  await run('sync', tree.root);

  const { code, out } = await run('doctor');

  expect(code).toBe(0);
  expect(out).toContainEqual(expect.stringMatching(/^ok {4}git version /));
  expect(out).toContainEqual(expect.stringMatching(/^ok {4}Server at http/));
  expect(out).toContainEqual(expect.stringMatching(/^warn {2}Project .*bad\.md/));
});

test('doctor ends with 1 when a project cannot be indexed, one finding a line with --json', async () => {
  await using emptied = await createTree({ 'docs/a.md': '# A\n' });
  await run('sync', emptied.root);
  await emptied.remove('docs/a.md');
  await run('sync', emptied.root);

  const { code, out } = await run('doctor', '--json');

  expect(code).toBe(1);
  const findings = out.map((line) => JSON.parse(line) as { state: string; message: string });
  const failed = findings.filter(({ state }) => state === 'fail');
  expect(failed.map(({ message }) => message)).toEqual([expect.stringMatching(/^Project .*: error/)]);
});
