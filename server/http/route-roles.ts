/** What a request needs, by the very route that the router has found for it: no second reading of the address. */
import type { Context } from 'hono';
import { matchedRoutes } from 'hono/route';
import { hasRole } from '../../shared/access.ts';
import type { Route } from '../../shared/api/define.ts';
import { AppError } from '../../shared/failure.ts';
import type { HttpEnv } from './http-env.ts';
import type { Visitor } from './visitor.ts';

export type Need = Route['role'];

/** Answers what somebody must be to go on. */
export type ReadNeed = (c: Context<HttpEnv>) => Need;

export function createNeeds(routes: readonly Route[]): ReadNeed {
  const needs = new Map(routes.map(({ method, path, role }) => [`${method} ${path}`, role]));
  return (c) => {
    const found = matchedRoutes(c);
    for (const { method, path } of found) {
      const need = needs.get(`${method} ${path}`) ?? others.get(path);
      if (need !== undefined) return need;
    }
    // The pages, and the way to 404, stand under a star.
    if (found.some(({ path }) => !path.endsWith('*'))) return 'admin';
    return isPage(c.req.path) ? 'anyone' : 'viewer';
  };
}

/** Served beside the API, and not written in its contract. What is in neither list is for admins. */
const others: ReadonlyMap<string, Need> = new Map([
  ['/api/openapi.json', 'viewer'],
  ['/api/asyncapi.json', 'viewer'],
  ['/items/*', 'anyone'],
  ['/metrics', 'viewer'],
]);

/** Pages hold no secret, and must load to ask for one. */
const isPage = (path: string): boolean =>
  path !== '/api' && !path.startsWith('/api/') && !path.startsWith('/socket.io');

export function checkRole({ role }: Visitor, need: Need): void {
  if (need === 'anyone') return;
  if (role === null) {
    throw new AppError('UNAUTHENTICATED', 'This server needs a token: send "Authorization: Bearer …".', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    });
  }
  if (!hasRole(role, need)) {
    throw new AppError('FORBIDDEN', `This needs the role ${need}; the token has the role ${role}.`);
  }
}
