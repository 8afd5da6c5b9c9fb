/** The one envelope every failure travels in (GR2), and how anything thrown becomes one. */
import type { ErrorHandler } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { isPushFamily } from '../../shared/api/envelope.ts';
import { AppError, type ErrorBody } from '../../shared/failure.ts';
import { isConnectionLoss, isTransient } from '../db/database-failure.ts';
import type { Logger } from '../platform/logger.ts';
import { toFamilyBody, toFamilyError } from './envelope.ts';
import type { HttpEnv } from './http-env.ts';

export function toErrorBody(error: AppError, requestId: string): ErrorBody {
  const { code, message, details } = error;
  return { error: { code, message, ...(details === undefined ? {} : { details }), requestId } };
}

export function createErrorHandler(log: Logger): ErrorHandler<HttpEnv> {
  return (failure, c) => {
    const isFamily = isPushFamily(c.req.path);
    const plain = toAppError(failure, log, c.get('requestId'));
    const error = isFamily ? toFamilyError(plain) : plain;
    for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
    const body = isFamily ? toFamilyBody(error) : toErrorBody(error, c.get('requestId'));
    return c.json(body, error.status as ContentfulStatusCode);
  };
}

function toAppError(failure: unknown, log: Logger, requestId: string): AppError {
  if (failure instanceof AppError) return failure;
  if (isTransient(failure)) return unavailable(failure);
  log.error({ err: failure, requestId }, 'A request failed');
  return new AppError('INTERNAL', 'Internal server error');
}

/** Away, full, read-only or overloaded: whoever asks again in a moment may be lucky (GR3, F10, F11). */
function unavailable(failure: unknown): AppError {
  const message = isConnectionLoss(failure)
    ? 'The database cannot be reached; try again in a moment.'
    : 'The database does not take this now; try again in a moment.';
  return new AppError('UNAVAILABLE', message, { headers: { 'Retry-After': '2' }, cause: failure });
}
