/** Asks a service whether it takes our credentials, and words its answer so that it may be stored and shown. */
import { AppError } from '../../../shared/failure.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { ConnectionKind, TestResult } from '../../../shared/views/connection.ts';
import type { UsableConnections, Verdict } from './connection.ts';

/** A port: one look at the service with these credentials, in a person's patience. */
export type AskService = {
  readonly [K in ConnectionKind]: (
    connection: UsableConnections[K],
    options: { readonly signal: AbortSignal },
  ) => Promise<Verdict>;
};

/** A service that refuses or cannot be reached is a verdict; an abort and our own faults rise. */
export async function judge<K extends ConnectionKind>(
  askService: AskService,
  kind: K,
  connection: UsableConnections[K],
  signal: AbortSignal,
): Promise<Verdict> {
  try {
    const verdict = await askService[kind](connection, { signal });
    return verdict.passed ? verdict : { passed: false, error: toShownError(verdict.error, connection.token) };
  } catch (failure) {
    if (signal.aborted) throw failure;
    if (isHostRefusal(failure)) throw new AppError('HOST_NOT_ALLOWED', failure.message);
    if (!isUpstream(failure)) throw withoutSecret(failure, connection.token);
    return { passed: false, error: toShownError(failure.message, connection.token) };
  }
}

/** What clients throw for a call that failed, whatever class they make of it: an `UpstreamFailure` has this shape. */
interface FailedCall extends Error {
  readonly kind: unknown;
  readonly isAmbiguous: boolean;
}

const isFailedCall = (failure: unknown): failure is FailedCall =>
  failure instanceof Error && 'kind' in failure && 'isAmbiguous' in failure;

/** Known only when the name is resolved (CN7). */
const isHostRefusal = (failure: unknown): failure is Error =>
  (isFailedCall(failure) && failure.kind === 'host') ||
  (failure instanceof AppError && failure.code === 'HOST_NOT_ALLOWED');

const isUpstream = (failure: unknown): failure is Error =>
  isFailedCall(failure) || (failure instanceof AppError && failure.code.startsWith('UPSTREAM_'));

/** A fault of our own is logged as it is: also there, no secret may be part of it. */
function withoutSecret(failure: unknown, token: string): Error {
  const error = failure instanceof Error ? failure : new Error(String(failure));
  const hidden = new Error(hideSecret(error.message, token));
  hidden.stack = hideSecret(error.stack ?? '', token);
  return hidden;
}

/** For a column and for people: one line of a bounded length. */
export const toShownError = (message: string, token: string): string =>
  hideSecret(message, token).replaceAll(controls, ' ').slice(0, 1000);

// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]+/g;

/** A service may repeat what it was sent: the secret is taken out in every form it travels in. */
function hideSecret(text: string, token: string): string {
  const forms = [token, encodeURIComponent(token), toBase64(token), toBase64(`:${token}`)];
  return forms.reduce((left, form) => left.replaceAll(form, '***'), text);
}

const toBase64 = (text: string): string => Buffer.from(text).toString('base64');

export function toTestResult(verdict: Verdict, at: Date): TestResult {
  const timestamp = toTimestamp(at);
  return verdict.passed
    ? { success: true, ...verdict.facts, timestamp }
    : { success: false, error: verdict.error, timestamp };
}
