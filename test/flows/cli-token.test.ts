/** `syncline token` against a server that asks nobody, which is what it must say. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.ts';
import { runSyncline } from '../support/terminal.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const run = (...words: string[]) => runSyncline(server.url, 'token', ...words);

test('[GU4] the secret alone goes to stdout, and without SYNCLINE_TOKEN it is said that it does not count yet', async () => {
  const { code, out, err } = await run('create', 'ci-bot', '--role', 'operator', '--days', '30');

  expect(code).toBe(0);
  expect(out).toEqual([expect.stringMatching(/^syn_[A-Za-z0-9_-]{43}$/)]);
  expect(err.join('\n')).toContain('it counts once SYNCLINE_TOKEN is set');
});

test('[GU4] tokens are listed without their secrets, and revoked by name', async () => {
  const [secret] = (await run('create', 'short-lived', '--role', 'viewer')).out;
  const listed = await run('list');
  expect(listed.out.join('\n')).toMatch(/short-lived +viewer +living +never/);
  expect(listed.out.join('\n')).not.toContain(secret);

  const { code, err } = await run('revoke', 'short-lived');

  expect([code, err.join('\n')]).toEqual([0, expect.stringContaining('short-lived is revoked')]);
  expect((await run('list')).out.join('\n')).toMatch(/short-lived +viewer +revoked \d{4}-/);
});

test.each([
  [['create', 'x', '--role', 'emperor'], 2, '--role'],
  [['create', 'x', '--role', 'viewer', '--days', 'ten'], 2, '--days'],
  [['create', '--role', 'viewer'], 2, 'NAME'],
  [['create', 'a b', '--role', 'viewer'], 2, 'NAME'],
  [['revoke', 'nobody'], 1, 'not found'],
  [['paint'], 2, 'Not an action'],
])('token %j ends with %d and names what is wrong', async (words, code, reason) => {
  const outcome = await run(...words);

  expect(outcome.code).toBe(code);
  expect(outcome.err.join('\n')).toContain(reason);
});
