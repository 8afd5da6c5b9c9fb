/** Mounts one route of the contract: input checked, answer at one snapshot, failures in the one envelope. */
import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { Route, RouteAnswer, RouteInput } from '../../shared/api/define.ts';
import type { Actor } from '../../shared/operations.ts';
import type { RequestOrigin } from '../core/audit-act.ts';
import type { Journal } from '../core/journal.ts';
import type { Db, Transaction } from '../db/open.ts';
import type { HttpEnv } from './http-env.ts';
import { answerOnce, unkeyed, type KeptAnswer, type KeyedWork } from './idempotency.ts';
import { readBody } from './read-body.ts';
import { readSnapshot } from './snapshot.ts';
import { invalid, parseInput } from './validation.ts';

export interface HttpKit {
  readonly app: Hono<HttpEnv>;
  readonly db: Db;
  readonly journal: Journal;
  /** Largest body in bytes (GU10). */
  readonly maxBodyBytes: number;
  /** Of those that carry a tree; ten times as large when absent. */
  readonly maxLargeBodyBytes?: number;
  /** Throws while the database takes no writes (F10). */
  readonly admitWrite?: () => void;
}

export interface Reply<T> {
  readonly value: T;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ReadContext {
  /** The one snapshot that every part of the answer is read from. */
  readonly tx: Transaction;
  readonly actor: Actor;
  readonly origin: RequestOrigin;
  readonly signal: AbortSignal;
  /** Sent with the answer. */
  readonly header: (name: string, value: string) => void;
}

export interface WriteContext {
  readonly actor: Actor;
  readonly origin: RequestOrigin;
  readonly signal: AbortSignal;
  /** What an Idempotency-Key asks of whoever starts an operation. */
  readonly keyed: KeyedWork;
}

export const maxBodyBytesOf = (
  {
    maxBodyBytes,
    maxLargeBodyBytes = 10 * maxBodyBytes,
  }: Pick<HttpKit, 'maxBodyBytes' | 'maxLargeBodyBytes'>,
  { hasLargeBody = false }: Pick<Route, 'hasLargeBody'>,
): number => (hasLargeBody ? maxLargeBodyBytes : maxBodyBytes);

/** A GET: answers with `ETag` and `Sync-Head`, or 304 (GR8). */
export function serveRead<R extends Route>(
  kit: HttpKit,
  route: R,
  read: (input: RouteInput<R>, context: ReadContext) => Promise<RouteAnswer<R>>,
): void {
  kit.app.get(route.path, async (c) => {
    const input = parseRequest(route, c, undefined);
    const header = (name: string, value: string) => c.header(name, value);
    const context = { actor: c.get('actor'), origin: c.get('origin'), signal: c.req.raw.signal, header };
    const { value, head } = await readSnapshot(kit, (tx) => read(input, { ...context, tx }));
    const body = JSON.stringify(value);
    const etag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
    c.header('ETag', etag);
    c.header('Sync-Head', head);
    c.header('Cache-Control', 'private, no-cache');
    if (isMatch(c.req.header('if-none-match'), etag)) return c.body(null, 304);
    return c.body(body, 200, { 'Content-Type': 'application/json; charset=utf-8' });
  });
}

/** A POST, PUT or DELETE: the reply's own status wins over the route's. */
export function serveWrite<R extends Route>(
  kit: HttpKit,
  route: R,
  write: (input: RouteInput<R>, context: WriteContext) => Promise<Reply<RouteAnswer<R>>>,
): void {
  kit.app.on(route.method, route.path, async (c) => {
    kit.admitWrite?.();
    const { text, value } =
      route.body === undefined ? { text: '', value: {} } : await readBody(c, maxBodyBytesOf(kit, route));
    const input = parseRequest(route, c, value);
    const context = { actor: c.get('actor'), origin: c.get('origin'), signal: c.req.raw.signal };
    const answer = async (keyed: KeyedWork): Promise<KeptAnswer> => {
      const reply = await write(input, { ...context, keyed });
      return { status: reply.status ?? route.status, headers: reply.headers ?? {}, body: reply.value };
    };
    const key = route.isIdempotent === true ? c.req.header('idempotency-key') : undefined;
    if (key === undefined) return send(c, await answer(unkeyed));

    const scope = `${route.method} ${c.req.path.replace(/\/+$/, '')}`;
    const kept = await answerOnce(
      kit.db,
      { scope, key, body: `${new URL(c.req.url).search}\n${text}` },
      answer,
    );
    if (kept.isReplay) c.header('Idempotency-Replayed', 'true');
    return send(c, kept);
  });
}

function send(c: Context<HttpEnv>, { status, headers, body }: KeptAnswer): Response {
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (status === 204) return c.body(null, 204);
  return c.body(JSON.stringify(body), status as 200, { 'Content-Type': 'application/json; charset=utf-8' });
}

/** The parts of a request by the schemas of its route; throws one 422 for all violations. */
export function parseRequest<R extends Route>(route: R, c: Context<HttpEnv>, body: unknown): RouteInput<R> {
  const parsed = parseInput({
    path: { schema: route.params, value: readParams(c) },
    query: { schema: route.query, value: readQuery(c) },
    body: { schema: route.body, value: body },
  });
  return { params: parsed.path, query: parsed.query, body: parsed.body } as RouteInput<R>;
}

function readParams(c: Context<HttpEnv>): Record<string, string> {
  const isBroken = c.req.path.split('/').some((part) => !isDecodable(part));
  if (isBroken) throw invalid([{ path: 'path', reason: 'has a broken percent-encoding' }]);
  return c.req.param();
}

/** Repeated parameters are joined by commas: filters may be written either way (OP29). */
function readQuery(c: Context<HttpEnv>): Record<string, string> {
  const search = new URL(c.req.url).search.slice(1);
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of search.split('&').filter((part) => part !== '')) {
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    if (!isDecodable(name) || !isDecodable(value)) {
      throw invalid([{ path: `query.${name.slice(0, 60)}`, reason: 'has a broken percent-encoding' }]);
    }
    const key = decodePlus(name);
    const decoded = decodePlus(value);
    query[key] = key in query ? `${query[key]},${decoded}` : decoded;
  }
  return query;
}

const decodePlus = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '));

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Does the client hold this answer already? */
export function isMatch(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header === '*' || header.split(',').some((candidate) => toOpaque(candidate) === toOpaque(etag));
}

/** Weak comparison: proxies may drop or add the mark of weakness. */
const toOpaque = (etag: string): string => etag.trim().replace(/^W\//, '');
