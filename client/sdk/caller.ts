/** Calls any route by its name, typed and checked by the route's own schemas. */
import { z } from 'zod';
import { routes } from '../../shared/api/index.ts';
import type { RouteName, Routes } from '../../shared/api/index.ts';
import { FamilyFailure } from '../../shared/api/envelope.ts';
import type { Route, RouteAnswer, RouteCall } from '../../shared/api/define.ts';
import { FailureCode } from '../../shared/failure.ts';
import { EventId } from '../../shared/ids.ts';
import { toUrl } from './call-address.ts';
import type { Address } from './call-address.ts';
import { CallError } from './call-error.ts';
import { parseRetryAfter } from './retry-after.ts';

export { CallError } from './call-error.ts';

export interface Answer<T> {
  readonly value: T;
  /** The journal position the value was read at (GR8); follow the stream after it. */
  readonly head: EventId | null;
  readonly etag: string | null;
  readonly status: number;
}

/** 304: what the caller holds under that `ETag` is still right. */
export type Unchanged = Answer<undefined> & { readonly status: 304 };

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** A repeated POST with the same key is answered like the first (OP28). */
  readonly idempotencyKey?: string;
  readonly ifNoneMatch?: undefined;
}

export interface ConditionalCallOptions extends Omit<CallOptions, 'ifNoneMatch'> {
  readonly ifNoneMatch: string;
}

export interface Caller {
  <N extends RouteName>(
    name: N,
    input: RouteCall<Routes[N]>,
    options?: CallOptions,
  ): Promise<Answer<RouteAnswer<Routes[N]>>>;
  <N extends RouteName>(
    name: N,
    input: RouteCall<Routes[N]>,
    options: ConditionalCallOptions,
  ): Promise<Answer<RouteAnswer<Routes[N]>> | Unchanged>;
}

export interface CallerOptions {
  /** Origin of the server; empty for the page's own. */
  readonly baseUrl: string;
  readonly token?: string | undefined;
  readonly fetch?: typeof fetch;
}

export function createCaller({ baseUrl, token, fetch: send = fetch }: CallerOptions): Caller {
  const call = async (
    name: RouteName,
    input: CallInput,
    options: AnyOptions = {},
  ): Promise<Answer<unknown>> => {
    const route: Route = routes[name];
    const url = toUrl(baseUrl, route.path, input);
    const response = await request(send, url, toInit(route, input, token, options));
    return readAnswer(name, route, response);
  };
  // The schema that checks the answer is the one that types it, which TypeScript cannot follow through a table.
  return call as Caller;
}

type CallInput = Address & { readonly body?: unknown };
type AnyOptions = CallOptions | ConditionalCallOptions;

function toInit(
  route: Route,
  { body }: CallInput,
  token: string | undefined,
  options: AnyOptions,
): RequestInit {
  const headers = new Headers({ accept: 'application/json' });
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey);
  if (options.ifNoneMatch !== undefined) headers.set('if-none-match', options.ifNoneMatch);
  if (body !== undefined) headers.set('content-type', 'application/json');
  return {
    method: route.method,
    headers,
    // The browser's cache would answer a 304 as a 200 of its own, with an old `Sync-Head`.
    cache: 'no-store',
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
  };
}

interface TextResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

async function request(send: typeof fetch, url: string, init: RequestInit): Promise<TextResponse> {
  try {
    const response = await send(url, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    // Whoever aborted knows why: its own reason rises untouched.
    init.signal?.throwIfAborted();
    const message = `No answer from ${url}: the server cannot be reached`;
    throw new CallError({ code: 'NETWORK', message, cause });
  }
}

function readAnswer(name: RouteName, route: Route, response: TextResponse): Answer<unknown> {
  const { status, headers } = response;
  const head = EventId.safeParse(headers.get('sync-head')).data ?? null;
  const facts = { head, etag: headers.get('etag'), status };
  if (status === 304) return { ...facts, value: undefined };

  const body = readJson(response.text);
  if (status >= 400) {
    const failure = Failure.safeParse(body);
    if (failure.success) throw toCallError(failure.data, response);
    // The probes answer 503 in their own shape, which is an answer (GR2).
    if (status !== 503 || !route.answer?.safeParse(body).success) throw toMalformed(name, response);
  }
  if (route.answer === null) return { ...facts, value: undefined };

  const parsed = route.answer.safeParse(body);
  if (!parsed.success) throw toMalformed(name, response, parsed.error);
  return { ...facts, value: parsed.data };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is told apart by the schema that finds nothing.
    return undefined;
  }
}

/** `ErrorBody` that also reads the codes of a newer server. */
const Failure = z.union([
  z
    .object({
      error: z.object({
        code: z.string(),
        message: z.string(),
        details: z.unknown().optional(),
        requestId: z.string().optional(),
      }),
    })
    .transform(({ error }): FailureFacts => error),
  // The family of the pushes says the same in other words (PU1).
  FamilyFailure.transform(({ error: message, code, details }): FailureFacts => ({ message, code, details })),
]);

interface FailureFacts {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly requestId?: string | undefined;
}

function toCallError(error: FailureFacts, response: TextResponse): CallError {
  const { message, details, requestId } = error;
  const code = FailureCode.safeParse(error.code).data ?? 'MALFORMED';
  return new CallError({ ...toFacts(response), code, message, details, ...(requestId && { requestId }) });
}

function toMalformed(name: RouteName, response: TextResponse, cause?: unknown): CallError {
  const message = `The answer to ${name} (HTTP ${response.status}) is not one this version understands`;
  return new CallError({ ...toFacts(response), code: 'MALFORMED', message, cause });
}

const toFacts = ({ status, headers }: TextResponse) => ({
  status,
  requestId: headers.get('x-request-id'),
  retryAfterMs: parseRetryAfter(headers.get('retry-after'), Date.now()),
});
