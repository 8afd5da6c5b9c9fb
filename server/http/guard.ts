/** Who may ask at all, decided before routing: Host, Origin and token, the same on every surface (GU2 to GU4). */
import { timingSafeEqual, createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import { AppError } from '../../shared/failure.ts';
import type { Actor } from '../../shared/operations.ts';
import type { HttpEnv } from './http-env.ts';

export interface GuardSettings {
  /** Names to answer to, without port, in lower case. */
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly token: string | null;
}

export interface GuardedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export const sessionCookie = 'syncline_session';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
/** CN3: a GET of older clients that keeps a verdict. */
const changesState = (path: string): boolean =>
  /^\/api\/(ardoq|azure-devops)\/test-connection\/*$/.test(path);
/** SH4: probes need no token. The pages hold no secret, and must load to ask for one. */
const isOpen = (path: string): boolean =>
  !path.startsWith('/api/') && !path.startsWith('/socket.io')
    ? true
    : path === '/api/v1/system/health' || path === '/api/session';

/** The actor, or the failure that the request ends with. */
export function checkRequest(settings: GuardSettings, request: GuardedRequest): Actor {
  const { headers, method, path } = request;
  if (!isAllowedHost(settings, headers.host)) {
    throw new AppError(
      'MISDIRECTED_REQUEST',
      `This server does not answer to the host "${headers.host ?? ''}". Add it to SYNCLINE_ALLOWED_HOSTS if it should.`,
    );
  }
  if ((!safeMethods.has(method) || changesState(path)) && !isSameOrigin(settings, headers)) {
    throw new AppError('FORBIDDEN', 'Requests from another origin may not change anything here.');
  }
  if (settings.token === null) return { kind: 'user', name: 'local' };
  if (isSameSecret(settings.token, readToken(headers))) return { kind: 'token', name: 'token' };
  if (isOpen(path)) return { kind: 'user', name: 'anonymous' };
  throw new AppError('UNAUTHENTICATED', 'This server needs a token: send "Authorization: Bearer …".', {
    headers: { 'WWW-Authenticate': 'Bearer' },
  });
}

export function createGuard(settings: GuardSettings): MiddlewareHandler<HttpEnv> {
  return async (c, next) => {
    const { method, path } = c.req;
    c.set('actor', checkRequest(settings, { method, path, headers: c.env.incoming.headers }));
    await next();
  };
}

function isAllowedHost({ hosts }: GuardSettings, host: string | undefined): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host ?? '')?.[1];
  return name !== undefined && hosts.includes(name.toLowerCase());
}

/** Programs send neither header; a browser always sends one of them with an unsafe method. */
function isSameOrigin({ origins }: GuardSettings, headers: IncomingHttpHeaders): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined) {
    return origin === `http://${host}` || origin === `https://${host}` || origins.includes(origin);
  }
  return site === undefined || site === 'same-origin' || site === 'none';
}

function readToken(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return bearer;
  const cookie = new RegExp(`(?:^|;\\s*)${sessionCookie}=([^;]+)`).exec(headers.cookie ?? '')?.[1];
  return cookie === undefined ? '' : decode(cookie);
}

/** What is no encoding is no token of ours either. */
function decode(cookie: string): string {
  try {
    return decodeURIComponent(cookie);
  } catch {
    return '';
  }
}

/** Digests first: the comparison needs equal lengths and must not tell how long the token is. */
function isSameSecret(expected: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(given));
}
