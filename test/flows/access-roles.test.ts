/** Every route of the contract asked by every role, over the wire (GU4, GR9). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasRole, Role } from '../../shared/access.ts';
import type { Route } from '../../shared/api/define.ts';
import { routes } from '../../shared/api/index.ts';
import { openAccessKit, owner, type AccessKit } from './access-kit.ts';

let kit: AccessKit;
const secrets = new Map<Role | 'anyone', string | null>([['anyone', null]]);

beforeAll(async () => {
  kit = await openAccessKit();
  for (const role of Role.options) secrets.set(role, (await kit.create(role)).secret);
});
afterAll(() => kit[Symbol.asyncDispose]());

/** Nothing of it exists: whoever is let through learns so. */
const toPath = ({ path }: Route): string => path.replaceAll(/:[A-Za-z]+/g, 'none');

/** What must not really be done by a test of who may do it. */
const isSpent = ({ method, path }: Route): boolean => method === 'DELETE' && path === '/api/session';

const listed = Object.entries<Route>(routes).filter(([, route]) => !isSpent(route));

test.each(listed)('[GU4] %s lets in whom its role says, and nobody less', async (_name, route) => {
  const { method, role: need } = route;
  for (const [who, secret] of secrets) {
    const answer = await kit.ask(secret, toPath(route), {
      method,
      ...(method === 'GET' || method === 'DELETE' ? {} : { body: { token: owner } }),
      headers: { accept: 'application/json' },
    });
    await answer.body?.cancel();

    const mayPass = need === 'anyone' || (who !== 'anyone' && hasRole(who, need));
    const refused = who === 'anyone' ? 401 : 403;
    const isRefused = [401, 403].includes(answer.status);
    expect([who, isRefused ? answer.status : 'let in']).toEqual([who, mayPass ? 'let in' : refused]);
  }
});

test('[GU4] only what a stranger needs is open to anyone', () => {
  const open = listed.filter(([, { role }]) => role === 'anyone').map(([name]) => name);

  expect(open.toSorted()).toEqual([
    'readIdentity',
    'readLiveness',
    'readReadiness',
    'readSystemHealth',
    'signIn',
  ]);
});

test('[GR9] viewers change nothing', () => {
  const changing = listed.filter(([, { role, method }]) => method !== 'GET' && role === 'viewer');

  // A ticket is a way to read.
  expect(changing.map(([name]) => name)).toEqual(['createTicket']);
});

test.each(['/api/openapi.json', '/api/asyncapi.json', '/api/nothing', '/metrics'])(
  '[GU4] %s, which is in no contract, needs a token too',
  async (path) => {
    expect((await kit.ask(null, path)).status).toBe(401);
    expect((await kit.ask(owner, path)).status).not.toBe(401);
  },
);
