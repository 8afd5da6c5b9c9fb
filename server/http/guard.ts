/** The gate in front of HTTP: who asks is known, and may, before any handler runs (GU2 to GU4). */
import type { Context, MiddlewareHandler } from 'hono';
import type { Gate } from './gate.ts';
import type { HttpEnv } from './http-env.ts';
import { checkRole, type ReadNeed } from './route-roles.ts';

export function createGuard(gate: Gate, readNeed: ReadNeed): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const { incoming } = c.env;
    const { method, path } = c.req;
    const { headers, rawHeaders, url = path } = incoming;
    const address = gate.readAddress(incoming);
    const request = { method, path, headers, rawHeaders, target: url, address };
    const visitor = asksForStream(c) ? await gate.admitStream(request) : gate.admit(request);
    c.set('visitor', visitor);
    c.set('actor', visitor.actor);
    checkRole(visitor, readNeed(c));
    await next();
  };
}

/** Where a ticket counts, and where opening is counted. */
const asksForStream = (c: Context<HttpEnv>): boolean =>
  c.req.method === 'GET' &&
  /^\/api\/(.*\/)?events\/?$/.test(c.req.path) &&
  /\btext\/event-stream\b/.test(c.req.header('accept') ?? '');
