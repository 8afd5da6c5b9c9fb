/** Failures of the work item family in the envelope its clients know (PU1): same causes, other words. */
import type { FamilyFailure } from '../../shared/api/envelope.ts';
import { AppError, type FailureCode } from '../../shared/failure.ts';
import type { Violation } from './validation.ts';

export function toFamilyError(error: AppError): AppError {
  if (error.code !== 'VALIDATION_ERROR') return error;
  const violations = Array.isArray(error.details) ? (error.details as Violation[]) : [];
  const details = violations.slice(0, mostViolations).map(({ path, reason }) => ({ path, message: reason }));
  return new AppError(toCode(violations), error.message, { details, headers: error.headers, cause: error });
}

export function toFamilyBody({ code, message, details }: AppError): FamilyFailure {
  return { success: false, error: message, code, ...(details === undefined ? {} : { details }) };
}

const mostViolations = 50;
/** Parameters that name something by its id (PU2). */
const isId = /^query\.(configId|sourceConfigId|retry_of)$/;

/** What is malformed in the path comes first: nothing else can be judged without it. */
function toCode(violations: readonly Violation[]): FailureCode {
  const inPath = violations.filter(({ path }) => path.startsWith('path.'));
  if (inPath.length > 0)
    return inPath.some(({ path }) => path === 'path.project') ? 'INVALID_PROJECT' : 'INVALID_ID';
  const inQuery = violations.filter(({ path }) => path.startsWith('query.'));
  if (inQuery.some(({ path }) => isId.test(path))) return 'INVALID_ID';
  if (inQuery.length > 0) return 'INVALID_PARAMETER';
  if (violations.some(({ path, reason }) => path === 'body' && reason.startsWith('is not JSON')))
    return 'INVALID_JSON';
  return 'VALIDATION_FAILED';
}
