/** What a failed call of Azure DevOps means: branches on type key and code, never on other text (AZ18). */
import type { z } from 'zod';
import type { UpstreamAnswer, UpstreamFailure } from '../../../platform/upstream/upstream.ts';
import { TrackerFailure, type TrackerFailureKind } from '../tracker.ts';
import type { AzureCall } from './calls.ts';
import { readWireError, type WireError } from './wire-error.ts';

type Purpose = Pick<AzureCall, 'purpose' | 'isGuarded' | 'isIdempotent'>;

export function toTrackerFailure(failure: UpstreamFailure, call: Purpose): TrackerFailure {
  const { status, isAmbiguous, activityId } = failure;
  const error = readWireError(failure.body);
  const kind = isStale(status, error, call) ? 'stale' : failure.kind;
  return describe(error.message ?? failure.message, error, call, {
    kind,
    isAmbiguous: kind === 'stale' ? false : isAmbiguous,
    status,
    activityId,
    // Where nothing was sent, the cause is what opened the circuit.
    cause: failure.kind === 'open-circuit' ? (failure.cause ?? failure) : failure,
  });
}

/** An entry of `$batch` that was not made, by its own status and body (AZ14). */
export function toEntryFailure(status: number, body: unknown, call: Purpose): TrackerFailure {
  const error = readWireError(body);
  const kind = kindOfStatus(status);
  return describe(error.message ?? `Azure DevOps answered ${status} without a reason.`, error, call, {
    kind,
    // Refused is refused; everything else may have been stored before it went wrong (RC4).
    isAmbiguous: status < 400 || status === 408 || status >= 500,
    status,
    activityId: null,
    cause: body,
  });
}

/** An answer that says it is well and is not what was asked for. */
export function toUnreadable(
  call: Purpose,
  answer: UpstreamAnswer,
  cause: z.ZodError | string,
): TrackerFailure {
  const detail = typeof cause === 'string' ? cause : describeIssue(cause);
  return new TrackerFailure(
    `Azure DevOps answered in an unknown shape when asked to ${call.purpose}: ${detail}`,
    {
      kind: 'unreadable',
      isAmbiguous: !call.isIdempotent,
      status: answer.status,
      activityId: answer.activityId,
    },
    typeof cause === 'string' ? undefined : { cause },
  );
}

interface Facts {
  readonly kind: TrackerFailureKind;
  readonly isAmbiguous: boolean;
  readonly status: number | null;
  readonly activityId: string | null;
  readonly cause: unknown;
}

function describe(text: string, error: WireError, call: Purpose, { cause, ...facts }: Facts): TrackerFailure {
  const fields = error.ruleErrors.map(({ field, message }) => `${field}: ${message}`);
  const message = [`Could not ${call.purpose}: ${cut(text)}`, ...fields.map(cut), ...hint(facts)].join(' ');
  return new TrackerFailure(
    message,
    { ...facts, upstreamCode: toCode(error.message), typeKey: error.typeKey, fieldErrors: error.ruleErrors },
    { cause },
  );
}

function hint({ kind, isAmbiguous }: Pick<Facts, 'kind' | 'isAmbiguous'>): readonly string[] {
  // AZ19: a 404 may hide a missing permission.
  if (kind === 'not-found') return ['It does not exist, or the token may not see it.'];
  return isAmbiguous ? ['It may have taken effect all the same.'] : [];
}

const staleKeys = /^(WorkItemRevisionMismatchException|TestPatchOperationFailed(Exception)?)$/;

/** Which of both statuses a stale revision has is not known, so either will do (AZ18). */
function isStale(status: number | null, error: WireError, call: Purpose): boolean {
  if (call.isGuarded !== true) return false;
  if (status === 409 || status === 412) return true;
  return toCode(error.message) === 'TF26071' || staleKeys.test(error.typeKey ?? '');
}

/** `TF51535` or `VS402323` at the head of the message; digits elsewhere mean nothing. */
function toCode(message: string | null): string | null {
  return /^\s*((?:TF|VS|VSS)\d{3,})\b/.exec(message ?? '')?.[1] ?? null;
}

function kindOfStatus(status: number): TrackerFailureKind {
  if (status === 401 || status === 203 || status === 302) return 'auth';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server';
  return status >= 400 ? 'rejected' : 'unreadable';
}

function describeIssue({ issues }: z.ZodError): string {
  const [first] = issues;
  return first === undefined ? 'no reason known' : `${first.path.join('.') || 'answer'}: ${first.message}`;
}

const longest = 2_000;

const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest)}…`);
