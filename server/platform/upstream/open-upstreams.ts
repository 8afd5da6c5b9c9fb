/** Opens outside services: allowed hosts only, pooled, bounded, paced, and retried where that is safe (AZ19 to AZ22, CN7). */
import type { LookupFunction } from 'node:net';
import { checkAddresses } from './checked-lookup.ts';
import { createCircuit } from './circuit.ts';
import { openExchange, type ExchangeLimits } from './exchange.ts';
import { hostFailure, requireAllowedHost } from './host-rules.ts';
import { judgeAnswer } from './judge-answer.ts';
import { createPacing } from './pacing.ts';
import { callWithRetries } from './retries.ts';
import { readThrottleHeaders } from './throttle-headers.ts';
import { systemTime, type UpstreamTime } from './upstream-time.ts';
import {
  UpstreamFailure,
  type HostRules,
  type OpenUpstream,
  type UpstreamCall,
  type UpstreamTarget,
} from './upstream.ts';

export interface UpstreamsOptions {
  readonly hosts: HostRules;
  /** Of Syncline, for `User-Agent` (AZ22). */
  readonly version: string;
  readonly time?: UpstreamTime;
  readonly limits?: Partial<ExchangeLimits>;
  /** How names are resolved; the system's own by default. */
  readonly lookup?: LookupFunction;
}

export const upstreamLimits: ExchangeLimits = {
  connectMs: 10_000,
  answerMs: 60_000,
  maxAnswerBytes: 32 * 1024 * 1024,
};

export function openUpstreams(options: UpstreamsOptions): OpenUpstream {
  return (target) => openUpstream(target, options);
}

function openUpstream(
  { service, host, headers }: UpstreamTarget,
  { hosts, version, time = systemTime, limits, lookup }: UpstreamsOptions,
): ReturnType<OpenUpstream> {
  const allowed = requireAllowedHost(host, hosts);
  const exchange = openExchange({
    service,
    host: allowed,
    limits: { ...upstreamLimits, ...limits },
    lookup: allowed.isTrusted ? lookup : checkAddresses(lookup),
  });
  const pacing = createPacing(time);
  const circuit = createCircuit(service, time);
  const closing = new AbortController();

  const sendOnce = async (url: URL, call: UpstreamCall) => {
    const answer = await exchange.send(url, call, {
      Accept: 'application/json',
      'User-Agent': `Syncline/${version}`,
      ...call.headers,
      ...headers,
      ...(call.body === undefined ? {} : { 'Content-Type': call.contentType ?? 'application/json' }),
    });
    const throttle = readThrottleHeaders(answer.headers, time.nowMs());
    pacing.note(throttle);
    return judgeAnswer(service, call, answer, throttle.retryAfterMs);
  };

  return {
    baseUrl: allowed.baseUrl,
    async call(call, callOptions = {}) {
      const url = toUrl(call.path, allowed.baseUrl);
      const attempt = async (signal: AbortSignal) => await sendOnce(url, { ...call, signal });
      return await callWithRetries(attempt, call, callOptions, {
        service,
        pacing,
        circuit,
        time,
        closing: closing.signal,
      });
    },
    async [Symbol.asyncDispose]() {
      closing.abort(toClosed(service));
      await exchange[Symbol.asyncDispose]();
    },
  };
}

/** The credentials go to one host only, whatever a link says (CN7, AR3). */
function toUrl(path: string, baseUrl: string): URL {
  const address = /^[a-z][a-z0-9+.-]*:/i.test(path) ? path : `${baseUrl}${path}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  const { origin } = new URL(baseUrl);
  if (url !== null && url.origin === origin && url.username === '' && url.password === '') return url;
  throw hostFailure(
    `A link of ${origin} leads to ${url?.origin ?? 'no address'}; nothing is sent to another host.`,
  );
}

/** As an open circuit: it concerns every call that is still to come, not this one. */
const toClosed = (service: string): UpstreamFailure =>
  new UpstreamFailure({
    kind: 'open-circuit',
    message: `The connection to ${service} was changed or closed; nothing more is sent over it.`,
    status: null,
    isAmbiguous: false,
    body: null,
    activityId: null,
    retryAfterMs: null,
  });
