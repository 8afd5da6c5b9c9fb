/** Failures of outside services as our clients may know them: never as our own authentication state (PU6). */
import { AppError, type FailureCode } from '../../shared/failure.ts';
import { UpstreamFailure, type UpstreamFailureKind } from '../platform/upstream/upstream.ts';

/** What an answer is made from: an `UpstreamFailure`, or a failure that a feature made of one. */
export interface FailedCall extends Error {
  readonly kind: UpstreamFailureKind | 'stale';
  readonly status: number | null;
  readonly activityId: string | null;
  readonly retryAfterMs?: number | null;
  readonly upstreamCode?: string | null;
  readonly typeKey?: string | null;
  /** Of the answer, if it was JSON: codes are read from it, the rest of it stays here. */
  readonly body?: unknown;
}

export function toAppError(failure: FailedCall, service: string): AppError {
  const code = toCode(failure);
  const read = readErrorBody(failure.body);
  const details = {
    service,
    status: failure.status,
    ...withoutNulls({
      upstreamCode: failure.upstreamCode ?? read.upstreamCode,
      typeKey: failure.typeKey ?? read.typeKey,
      activityId: failure.activityId,
    }),
  };
  const message = read.sentence === null ? failure.message : `${failure.message} ${read.sentence}`;
  return new AppError(code, message, { details, headers: toHeaders(code, failure), cause: failure });
}

const codeOf: Readonly<Record<FailedCall['kind'], FailureCode>> = {
  auth: 'UPSTREAM_AUTH_FAILED',
  forbidden: 'UPSTREAM_FORBIDDEN',
  'not-found': 'UPSTREAM_NOT_FOUND',
  rejected: 'UPSTREAM_REJECTED',
  stale: 'UPSTREAM_REJECTED',
  throttled: 'UPSTREAM_THROTTLED',
  timeout: 'UPSTREAM_TIMEOUT',
  network: 'UPSTREAM_ERROR',
  server: 'UPSTREAM_ERROR',
  unreadable: 'UPSTREAM_ERROR',
  'open-circuit': 'UPSTREAM_ERROR',
  host: 'HOST_NOT_ALLOWED',
};

/** An open circuit tells what opened it. */
function toCode({ kind, cause }: FailedCall): FailureCode {
  if (kind !== 'open-circuit') return codeOf[kind];
  return cause instanceof UpstreamFailure ? codeOf[cause.kind] : codeOf[kind];
}

function toHeaders(code: FailureCode, { retryAfterMs }: FailedCall): Record<string, string> {
  if (code !== 'UPSTREAM_THROTTLED') return {};
  return { 'Retry-After': String(Math.max(1, Math.ceil((retryAfterMs ?? usualWindowMs) / 1000))) };
}

/** Azure DevOps counts over 5 minutes; a fifth of it is usually enough to be let in again. */
const usualWindowMs = 60_000;

interface ErrorBody {
  readonly upstreamCode: string | null;
  readonly typeKey: string | null;
  readonly sentence: string | null;
}

/** AZ18: the code at the head of the message, the key of the type, and one bounded line for a person. */
function readErrorBody(body: unknown): ErrorBody {
  if (typeof body !== 'object' || body === null) return { upstreamCode: null, typeKey: null, sentence: null };
  const { message, typeKey } = body as { message?: unknown; typeKey?: unknown };
  const sentence = typeof message === 'string' ? toOneLine(message) : '';
  return {
    upstreamCode: /^(?:TF|VS)\d+/.exec(sentence)?.[0] ?? null,
    typeKey: typeof typeKey === 'string' ? typeKey.slice(0, 100) : null,
    sentence: sentence === '' ? null : sentence,
  };
}

const toOneLine = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .trim()
    .slice(0, 300);

const withoutNulls = (facts: Readonly<Record<string, string | null>>): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== null));
