/** Building blocks for query parameters and text fields: strict about what is a number, a flag or a clean string. */
import { z } from 'zod';

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** GR6: text that every layer below can store and print. */
export const CleanText = z
  .string()
  .refine((text) => !text.includes('\0'), 'must not contain NUL')
  .refine((text) => !loneSurrogate.test(text), 'must not contain a lone surrogate');

/** Decimal digits only, of any length, within the range (GR4, GR6). */
export const decimal = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be from ${min} to ${max}`);

export const flag = () => z.enum(['true', 'false']).transform((text) => text === 'true');

/** An empty filter value means no filter (GR7). */
export const filter = () => CleanText.transform((text) => (text === '' ? undefined : text)).optional();

/** Repeated or comma-separated values: any of them. */
export const anyOf = <T extends z.ZodType<unknown, string>>(value: T) =>
  z
    .string()
    .transform((text) => text.split(',').filter((part) => part !== ''))
    .pipe(z.array(value))
    .optional();

/** RFC 3339 with a zone. */
export const ZonedTime = z.iso.datetime({ offset: true, message: 'must be an RFC 3339 time with a zone' });
