/** The error body of Azure DevOps, which no published description has (AZ18). */
import { z } from 'zod';

export interface WireError {
  readonly message: string | null;
  readonly typeKey: string | null;
  readonly ruleErrors: readonly { readonly field: string; readonly message: string }[];
}

/** Whatever the body is: what it does not say is null. */
export function readWireError(body: unknown): WireError {
  const parsed = ErrorBody.safeParse(body);
  if (!parsed.success) return { message: null, typeKey: null, ruleErrors: [] };
  const { message, typeKey, customProperties, value } = parsed.data;
  return {
    message: message ?? value?.Message ?? null,
    typeKey: typeKey ?? null,
    ruleErrors: readRuleErrors(customProperties?.['RuleValidationErrors']),
  };
}

const ErrorBody = z.object({
  message: z.string().nullish().catch(null),
  typeKey: z.string().nullish().catch(null),
  customProperties: z.record(z.string(), z.unknown()).nullish().catch(null),
  /** How an entry of `$batch` wraps its error. */
  value: z.object({ Message: z.string() }).nullish().catch(null),
});

const RuleErrors = z.array(z.unknown());

const RuleError = z.object({
  fieldReferenceName: z.string(),
  errorMessage: z.string().nullish(),
  fieldStatusFlags: z.string().nullish(),
});

function readRuleErrors(value: unknown): WireError['ruleErrors'] {
  const list = RuleErrors.safeParse(value);
  if (!list.success) return [];
  return list.data.flatMap((entry) => {
    const parsed = RuleError.safeParse(entry);
    if (!parsed.success) return [];
    const { fieldReferenceName, errorMessage, fieldStatusFlags } = parsed.data;
    return [{ field: fieldReferenceName, message: errorMessage ?? fieldStatusFlags ?? 'was refused' }];
  });
}
