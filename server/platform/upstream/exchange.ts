/** One request and its answer over pooled connections: all of undici that the server uses. */
import type { LookupFunction } from 'node:net';
import { Pool, type Dispatcher } from 'undici';
import type { AllowedHost } from './host-rules.ts';
import { toNetworkFailure, toTimeout } from './network-failure.ts';
import type { UpstreamCall } from './upstream.ts';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface ExchangeLimits {
  readonly connectMs: number;
  /** From sending to the last byte of the answer, a new connection included. */
  readonly answerMs: number;
  readonly maxAnswerBytes: number;
}

export interface Exchange extends AsyncDisposable {
  /** Throws an `UpstreamFailure` when there is no answer. Redirects are answers: none is followed. */
  send(url: URL, call: UpstreamCall, headers: Readonly<Record<string, string>>): Promise<RawAnswer>;
}

export interface ExchangeOptions {
  readonly service: string;
  readonly host: AllowedHost;
  readonly limits: ExchangeLimits;
  /** Of hosts whose addresses must be checked; absent for those that the owner trusts. */
  readonly lookup: LookupFunction | undefined;
}

export function openExchange({ service, host, limits, lookup }: ExchangeOptions): Exchange {
  const pool = new Pool(host.origin, {
    connect: { timeout: limits.connectMs, ...(lookup === undefined ? {} : { lookup }) },
    maxResponseSize: limits.maxAnswerBytes,
    headersTimeout: limits.answerMs,
    bodyTimeout: limits.answerMs,
  });
  return {
    async send(url, call, headers) {
      using limit = limitTime(call, limits.answerMs);
      try {
        const answer = await pool.request({
          path: `${url.pathname}${url.search}`,
          method: call.method,
          headers: { ...headers },
          body: call.body === undefined ? null : JSON.stringify(call.body),
          signal: limit.signal,
        });
        return { status: answer.statusCode, headers: toHeaders(answer), text: await answer.body.text() };
      } catch (error) {
        if (limit.isOver()) throw toTimeout(service, limits.answerMs, call, error);
        if (limit.signal.aborted) throw limit.signal.reason;
        throw toNetworkFailure(service, call, error);
      }
    },
    async [Symbol.asyncDispose]() {
      await pool.close();
    },
  };
}

interface TimeLimit extends Disposable {
  readonly signal: AbortSignal;
  isOver(): boolean;
}

/** Joined by hand: on Node 20 `AbortSignal.any` keeps every call of a long push in the memory of its signal. */
function limitTime({ isIdempotent, signal }: UpstreamCall, answerMs: number): TimeLimit {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, answerMs);
  const abort = () => controller.abort(signal?.reason);
  // A write under way is finished whoever gives up on it: cutting it would leave it in doubt (PU20).
  const cutting = isIdempotent ? signal : undefined;
  cutting?.addEventListener('abort', abort, { once: true });
  return {
    signal: controller.signal,
    isOver: () => isOver,
    [Symbol.dispose]() {
      clearTimeout(timer);
      cutting?.removeEventListener('abort', abort);
    },
  };
}

function toHeaders({ headers }: Dispatcher.ResponseData): Headers {
  const joined = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const part of [value ?? []].flat()) joined.append(name, part);
  }
  return joined;
}
