/** Addresses nothing is served at, and methods a known address does not take (GR2). */
import type { Hono } from 'hono';
import type { Route } from '../../shared/api/define.ts';
import { isPushFamily } from '../../shared/api/envelope.ts';
import { AppError } from '../../shared/failure.ts';
import type { HttpEnv } from './http-env.ts';

/** Mounted last: whatever comes this far has no handler. Unknown addresses below `/api` are never pages. */
export function mountNotFound(app: Hono<HttpEnv>, routes: readonly Route[]): void {
  const patterns = routes.map(({ path, method }) => ({ pattern: toPattern(path), method }));
  app.all('*', (c) => {
    const path = c.req.path.length > 1 ? c.req.path.replace(/\/+$/, '') : c.req.path;
    const methods = new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method));
    if (methods.size === 0) {
      const code = isPushFamily(path) ? 'ROUTE_NOT_FOUND' : 'NOT_FOUND';
      throw new AppError(code, `Nothing is served at ${c.req.path}`);
    }
    const allowed = [...methods, ...(methods.has('GET') ? ['HEAD'] : [])].join(', ');
    throw new AppError('METHOD_NOT_ALLOWED', `${c.req.method} is not allowed here; allowed: ${allowed}`, {
      headers: { Allow: allowed },
    });
  });
}

const toPattern = (path: string): RegExp =>
  new RegExp(
    `^${path.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`,
  );
