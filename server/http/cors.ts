/** Pages of other origins that may read our answers: those the owner has listed, and nobody else (GU3, PU7). */
import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../shared/failure.ts';
import type { HttpEnv } from './http-env.ts';

const exposed = [
  'ETag',
  'Location',
  'Preference-Applied',
  'Retry-After',
  'Sync-Head',
  'Sync-History',
  'Sync-Resume',
  'X-Operation-Id',
  'X-Request-Id',
];

const methods = 'GET, HEAD, POST, PUT, DELETE';
const preflightSeconds = '600';

/** By hand, because streams are written past the framework: what is decided here must reach them too. */
export function createCors(origins: readonly string[]): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin');
    const isPreflight =
      c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') !== undefined;
    if (origin === undefined || !origins.includes(origin)) {
      if (origin !== undefined && isPreflight) throw refused(origin);
      return await next();
    }
    const headers = {
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': exposed.join(', '),
      Vary: 'Origin',
    };
    c.set('cors', headers);
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    if (!isPreflight) return await next();
    c.header('Access-Control-Allow-Methods', methods);
    c.header('Access-Control-Allow-Headers', c.req.header('access-control-request-headers') ?? '');
    c.header('Access-Control-Max-Age', preflightSeconds);
    return c.body(null, 204);
  };
}

const refused = (origin: string): AppError =>
  new AppError('FORBIDDEN', `Pages of ${origin} may not ask here; add it to SYNCLINE_ALLOWED_ORIGINS.`);
