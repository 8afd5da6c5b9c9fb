/** Which field of a form a refusal belongs to, so that the reason stands beside it. */

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
}

export interface FormErrors {
  /** Reasons by field name, the first segment of the path: `paths.docs.0` belongs to `paths`. */
  readonly fields: Readonly<Record<string, string>>;
  /** What belongs to no field. */
  readonly form: string | null;
}

export const noErrors: FormErrors = { fields: {}, form: null };

/** PJ2: these codes speak of one field without naming it. */
const fieldOfCode: Readonly<Record<string, string>> = { PATH_NOT_FOUND: 'sdlc_path', CONFLICT: 'name' };

export function toFormErrors(refusal: Refusal, fieldNames: readonly string[]): FormErrors {
  const reasons = readDetails(refusal.details);
  const owned = reasons.filter(({ path }) => fieldNames.includes(toField(path)));
  if (owned.length > 0) {
    const others = reasons.filter((reason) => !owned.includes(reason));
    return {
      fields: joined(owned),
      form: others.map(({ path, reason }) => `${path}: ${reason}`).join('; ') || null,
    };
  }
  const field = fieldOfCode[refusal.code];
  if (field !== undefined && fieldNames.includes(field)) {
    return { fields: { [field]: refusal.message }, form: null };
  }
  return { fields: {}, form: refusal.message };
}

interface Reason {
  readonly path: string;
  readonly reason: string;
}

const toField = (path: string): string => path.replace(/^body\./, '').split('.')[0] ?? path;

function joined(reasons: readonly Reason[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const { path, reason } of reasons) {
    const field = toField(path);
    fields[field] = fields[field] === undefined ? reason : `${fields[field]}; ${reason}`;
  }
  return fields;
}

/** A violation says its `reason`, in the family of the pushes its `message` (PU1). */
function readDetails(details: unknown): readonly Reason[] {
  if (!Array.isArray(details)) return [];
  return details.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { path, reason, message } = entry as { path?: unknown; reason?: unknown; message?: unknown };
    const text = reason ?? message;
    return typeof path === 'string' && typeof text === 'string' ? [{ path, reason: text }] : [];
  });
}
