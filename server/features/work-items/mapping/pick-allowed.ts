/** A value in the spelling of the field's pick list (FM9). */
import type { TargetField } from '../tracker.ts';

/** Undefined for a value outside the list; as it is where there is no list. */
export function pickAllowed<T extends string | number | boolean>(
  { allowedValues }: TargetField,
  value: T,
): T | string | undefined {
  if (allowedValues === null || allowedValues.length === 0) return value;
  const wanted = String(value).toLowerCase();
  const allowed =
    allowedValues.find((each) => each.toLowerCase() === wanted) ?? findNumbered(allowedValues, wanted);
  if (allowed === undefined) return undefined;
  return typeof value === 'string' ? allowed : value;
}

/** The lists of this service number their words: "2 - High". */
const findNumbered = (allowedValues: readonly string[], wanted: string): string | undefined => {
  const word = wanted.replace(/^\d+ - /, '');
  return allowedValues.find((each) => each.toLowerCase().replace(/^\d+ - /, '') === word);
};
