/** Whether the pages or the page that asks for a token are shown, as the server's answers decide (GU4). */
import { expect, test } from 'vitest';
import { createEntrance } from '../../client/dashboard/entrance/entrance.ts';
import { toRefusal } from '../../client/dashboard/entrance/use-entrance.ts';
import type { Identity } from '../../shared/views/access.ts';

const viewer: Identity = { isRequired: true, role: 'viewer', name: 'eve', expiresAt: null };
const stranger: Identity = { isRequired: true, role: null, name: 'anonymous', expiresAt: null };

/** A server that answers each path in its own way. */
function open(answers: Record<string, () => Response>) {
  const asked: string[] = [];
  const send: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input as string);
    asked.push(`${init?.method ?? 'GET'} ${pathname}`);
    return (answers[pathname] ?? (() => new Response(null, { status: 500 })))();
  };
  return { asked, entrance: createEntrance({ baseUrl: 'http://syncline.test', send }) };
}

const json =
  (body: unknown, status = 200) =>
  () =>
    Response.json(body, { status });
const refused = json({ error: { code: 'UNAUTHENTICATED', message: 'No', requestId: 'r' } }, 401);

test('[GU4] whoever has a role sees the pages, and a stranger is asked for a token', async () => {
  const known = open({ '/api/session': json(viewer) }).entrance;
  const unknown = open({ '/api/session': json(stranger) }).entrance;
  await Promise.all([known.ask(), unknown.ask()]);

  expect(known.state.get()).toEqual({ state: 'open', identity: viewer });
  expect(unknown.state.get()).toEqual({ state: 'shut', wasOpen: false });
});

test('[GU4] a 401 to anything the pages ask for shuts them', async () => {
  const { entrance } = open({ '/api/session': json(viewer), '/api/v1/projects': refused });
  await entrance.ask();

  await entrance.fetch('http://syncline.test/api/v1/projects');

  expect(entrance.state.get()).toEqual({ state: 'shut', wasOpen: true });
});

test('[GU4] a wrong token is refused on the page, which stays as it was', async () => {
  const { entrance } = open({ '/api/session': refused });

  await expect(entrance.signIn('wrong')).rejects.toThrow('No');

  expect(entrance.state.get()).toEqual({ state: 'asking' });
});

test('a server that is away shuts nobody out', async () => {
  const { entrance } = open({});
  await entrance.ask();

  expect(entrance.state.get()).toEqual({ state: 'asking' });
});

test.each([
  [{ state: 'stopped', because: 'revoked' }, true],
  [{ state: 'stopped', because: 'unauthorised' }, true],
  [{ state: 'stopped', because: 'told-to-stop' }, false],
  [{ state: 'closed' }, false],
] as const)('[GU4] a stream that is %j asks who one is: %s', (connection, asks) => {
  const { asked, entrance } = open({ '/api/session': json(stranger) });
  entrance.hearConnection(connection);

  expect(asked.length > 0).toBe(asks);
});

test.each([
  ['viewer', viewer, null],
  ['operator', viewer, 'This needs the role operator; you are signed in as eve with the role viewer.'],
  ['admin', { ...viewer, role: 'admin' as const }, null],
  ['admin', null, null],
  ['anyone', stranger, null],
] as const)('what needs %s says to %j: %s', (need, identity, refusal) => {
  expect(toRefusal(need, identity)).toBe(refusal);
});
