/** What is known when no answer came: whether the request left at all decides what may be done next (RC4). */
import { UpstreamFailure, type UpstreamCall, type UpstreamFailureFacts } from './upstream.ts';

export function toTimeout(
  service: string,
  answerMs: number,
  call: UpstreamCall,
  cause: unknown,
): UpstreamFailure {
  const message = `${service} did not answer within ${Math.round(answerMs / 1000)} s.`;
  return toFailure({ kind: 'timeout', message, isAmbiguous: !call.isIdempotent }, cause);
}

/** Errors that are no failures of the wire come back as they are. */
export function toNetworkFailure(service: string, call: UpstreamCall, error: unknown): unknown {
  if (error instanceof UpstreamFailure || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    const message = `The answer of ${service} is longer than is taken.`;
    return toFailure({ kind: 'unreadable', message, isAmbiguous: !call.isIdempotent }, error);
  }
  if (['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED'].includes(code)) return error;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const message = `${service} could not be connected to in time.`;
    return toFailure({ kind: 'network', message, isAmbiguous: false }, error);
  }
  const isUnsent = wasNeverSent(error, code);
  const message = isUnsent
    ? `${service} cannot be reached (${code}).`
    : `The connection to ${service} broke before the answer was complete (${code}).`;
  return toFailure({ kind: 'network', message, isAmbiguous: !isUnsent && !call.isIdempotent }, error);
}

type Known = Pick<UpstreamFailureFacts, 'kind' | 'message' | 'isAmbiguous'>;

const toFailure = (known: Known, cause: unknown): UpstreamFailure =>
  new UpstreamFailure(
    { ...known, status: null, body: null, activityId: null, retryAfterMs: null },
    { cause },
  );

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.name);

/** Resolving, connecting and the handshake come before the first byte of a request. */
function wasNeverSent(error: Error, code: string): boolean {
  const call = 'syscall' in error ? String(error.syscall) : '';
  return call === 'connect' || call === 'getaddrinfo' || neverSent.test(code);
}

const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_.*|EHOSTUNREACH|ENETUNREACH|ERR_TLS_.*|ERR_SSL_.*|CERT_.*|.*_SELF_SIGNED_CERT.*|SELF_SIGNED_CERT.*|UNABLE_TO_.*|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
