/** What a failure means for one item and for the push: its code, and whether it concerns all items (PU22). */
import { AppError } from '../../../../shared/failure.ts';
import type { OperationErrorCode } from '../../../../shared/operations.ts';
import { OperationFailure } from '../../../core/workflow.ts';
import { TrackerFailure, type TrackerFailureKind } from '../tracker.ts';

/** Ends the push: it concerns all items. */
export class PushFailure extends OperationFailure {
  /** As events and history say it: `UPSTREAM_AUTH_FAILED`. */
  readonly pushCode: string;

  constructor(pushCode: string, message: string, options?: ErrorOptions) {
    super(operationCodeOf(pushCode), message, options);
    this.pushCode = pushCode;
  }
}

const codeOfKind: Readonly<Record<TrackerFailureKind, string>> = {
  auth: 'UPSTREAM_AUTH_FAILED',
  'open-circuit': 'UPSTREAM_ERROR',
  forbidden: 'UPSTREAM_FORBIDDEN',
  'not-found': 'UPSTREAM_NOT_FOUND',
  rejected: 'UPSTREAM_REJECTED',
  stale: 'REV_CONFLICT',
  throttled: 'UPSTREAM_THROTTLED',
  timeout: 'UPSTREAM_TIMEOUT',
  server: 'UPSTREAM_ERROR',
  network: 'UPSTREAM_ERROR',
  unreadable: 'UPSTREAM_ERROR',
  host: 'HOST_NOT_ALLOWED',
};

/** Codes of AZ18 that speak of the value of a field. */
const fieldCodes = new Set(['TF51535', 'TF401347', 'TF401320', 'TF401324']);

export function codeOf(failure: TrackerFailure): string {
  const { kind, fieldErrors, upstreamCode } = failure;
  const isOfField = fieldErrors.length > 0 || (upstreamCode !== null && fieldCodes.has(upstreamCode));
  if (kind === 'open-circuit') return codeOfKind[kindThatOpened(failure)];
  return kind === 'rejected' && isOfField ? 'FIELD_REJECTED' : codeOfKind[kind];
}

/** An open circuit is told by what opened it: an outage is no fault of the credentials (AZ19). */
function kindThatOpened({ cause, kind }: TrackerFailure): TrackerFailureKind {
  if (!(cause instanceof Error) || !('kind' in cause)) return kind;
  const because = String(cause.kind);
  return because in codeOfKind ? (because as TrackerFailureKind) : kind;
}

/** AZ18: the whole cause, field by field. */
export function reasonOf(failure: TrackerFailure): string {
  const fields = failure.fieldErrors
    .filter(({ message }) => !failure.message.includes(message))
    .map(({ field, message }) => `${field}: ${message}`);
  return [failure.message, ...fields].join('; ');
}

export const isFatal = ({ kind }: TrackerFailure): boolean =>
  kind === 'auth' || kind === 'open-circuit' || kind === 'host';

/** Of whatever a phase threw that is not about one item. What is nobody's fault but ours stays as it is. */
export function toPushFailure(failure: unknown): unknown {
  if (failure instanceof TrackerFailure) {
    return new PushFailure(codeOf(failure), reasonOf(failure), { cause: failure });
  }
  if (failure instanceof AppError) return new PushFailure(failure.code, failure.message, { cause: failure });
  return failure;
}

function operationCodeOf(pushCode: string): OperationErrorCode {
  if (pushCode === 'DATABASE_UNAVAILABLE') return 'database_unavailable';
  if (pushCode === 'OVERWRITE_FAILED') return 'overwrite_failed';
  return 'upstream';
}

const pushCodeOf: Readonly<Partial<Record<OperationErrorCode, string>>> = {
  cancelled: 'CANCELLED',
  coalesced: 'CANCELLED',
  interrupted: 'INTERRUPTED',
  database_unavailable: 'DATABASE_UNAVAILABLE',
  overwrite_failed: 'OVERWRITE_FAILED',
  upstream: 'UPSTREAM_ERROR',
};

/** When all that is known is how the operation ended. */
export const toPushCode = (code: OperationErrorCode): string => pushCodeOf[code] ?? 'INTERNAL';
