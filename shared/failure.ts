/** Why a request was refused: codes a client may branch on, and the one error class the server throws on purpose. */
import { z } from 'zod';

/** Every code with the HTTP status it travels under (GR3, OP2). */
export const httpStatusOf = {
  PATH_NOT_FOUND: 400,
  PATH_OUTSIDE_ROOTS: 400,
  VALIDATION_FAILED: 400,
  INVALID_JSON: 400,
  INVALID_ID: 400,
  INVALID_PARAMETER: 400,
  INVALID_PROJECT: 400,
  NO_ACTIVE_CONNECTION: 400,
  CONFIRMATION_REQUIRED: 400,
  HOST_NOT_ALLOWED: 400,
  UNAUTHENTICATED: 401,
  INVALID_TOKEN: 401,
  AUTH_FAILED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ROUTE_NOT_FOUND: 404,
  PLAN_NOT_FOUND: 404,
  UPSTREAM_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  CONNECTION_NOT_TESTED: 409,
  PLAN_STALE: 409,
  PLAN_APPLIED: 409,
  ALREADY_FINISHED: 409,
  NOTHING_TO_RETRY: 409,
  NOT_INDEXED: 409,
  DUPLICATE_CONNECTION: 409,
  DUPLICATE_NAME: 409,
  SECRET_UNREADABLE: 409,
  SYNC_IN_PROGRESS: 409,
  LABEL_EXISTS: 409,
  CONNECTION_IN_USE: 409,
  OPERATION_FINISHED: 409,
  STILL_RUNNING: 409,
  NOT_RETRYABLE: 409,
  IDEMPOTENCY_IN_FLIGHT: 409,
  PLAN_EXPIRED: 410,
  SNAPSHOT_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  MISDIRECTED_REQUEST: 421,
  VALIDATION_ERROR: 422,
  IDEMPOTENCY_MISMATCH: 422,
  UPSTREAM_REJECTED: 422,
  QUEUE_FULL: 429,
  RATE_LIMITED: 429,
  OPERATION_FAILED: 500,
  INTERNAL: 500,
  GITHUB_ERROR: 502,
  UPSTREAM_AUTH_FAILED: 502,
  UPSTREAM_FORBIDDEN: 502,
  UPSTREAM_ERROR: 502,
  UNAVAILABLE: 503,
  UPSTREAM_THROTTLED: 503,
  HISTORY_UNAVAILABLE: 503,
  UPSTREAM_TIMEOUT: 504,
} as const satisfies Record<string, number>;

export type FailureCode = keyof typeof httpStatusOf;
export const FailureCode = z.enum(Object.keys(httpStatusOf) as [FailureCode, ...FailureCode[]]);

/** The body of every error answer, whatever the path (GR2). */
export const ErrorBody = z.object({
  error: z.object({
    code: FailureCode,
    message: z.string(),
    details: z.unknown().optional(),
    requestId: z.string(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

interface AppErrorOptions {
  readonly cause?: unknown;
  readonly details?: unknown;
  /** Where one code travels under several statuses (OP25). */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A failure that the client may know about: its message names the thing and the way out. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: FailureCode;
  readonly details: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: FailureCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.status = options.status ?? httpStatusOf[code];
    this.headers = options.headers ?? {};
  }
}
