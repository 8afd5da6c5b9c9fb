/** The envelope and the parameters of the work item family, as ArchBridge's clients know them (PU1 to PU5). */
import { z } from 'zod';
import { CleanText } from './params.ts';

/** Every path whose failures travel as `{success: false, error, code}`. */
const family =
  /^\/api\/(azure-devops|ardoq|sync-history|audit-logs|field-mapping)(\/|$)|^\/api\/v1\/projects\/[^/]+\/push\/?$/;

export const isPushFamily = (path: string): boolean => family.test(path);

export const FamilyFailure = z.object({
  success: z.literal(false),
  /** A message a person can act on. */
  error: z.string(),
  code: z.string(),
  details: z.unknown().optional(),
});
export type FamilyFailure = z.infer<typeof FamilyFailure>;

export const Pagination = z.object({
  total: z.number().int().nonnegative(),
  limit: z.number().int().positive(),
  offset: z.number().int().nonnegative(),
  has_more: z.boolean(),
});
export type Pagination = z.infer<typeof Pagination>;

export const succeeds = <T extends z.ZodType>(data: T) =>
  z.object({
    success: z.literal(true),
    data,
    message: z.string().optional(),
    count: z.number().int().nonnegative().optional(),
  });

export const succeedsPaged = <T extends z.ZodType>(item: T) =>
  z.object({ success: z.literal(true), data: z.array(item), pagination: Pagination });

/** Echoes the values that were used (PU3). */
export const toPagination = (
  { limit, offset }: { readonly limit: number; readonly offset: number },
  total: number,
  rows: number,
): Pagination => ({ total, limit, offset, has_more: offset + rows < total });

const whole = z.string().regex(/^[+-]?\d{1,30}$/, 'must be a whole number');

const clamped = (byDefault: number, least: number, most: number) =>
  z
    .union([z.literal('').transform(() => byDefault), whole.transform(Number)])
    .default(byDefault)
    .transform((value) => Math.min(Math.max(value, least), most));

/** PU3: numbers out of range are clamped; what is no number is refused. */
export const pageQuery = ({ limit, cap }: { limit: number; cap: number }) => ({
  limit: clamped(limit, 1, cap),
  offset: clamped(0, 0, 2_147_483_647),
});

/** An empty value counts as absent (PU4). */
export const enumFilter = <const T extends string>(values: readonly T[]) =>
  z
    .union([z.literal('').transform(() => undefined), z.enum(values as [T, ...T[]])], {
      error: `must be one of ${values.join(', ')}`,
    })
    .optional();

/** Matched literally and case-insensitively by whoever queries (PU4). */
export const textFilter = () =>
  CleanText.transform((text) => (text.trim() === '' ? undefined : text)).optional();

export const booleanFlag = () =>
  z
    .union(
      [
        z.literal('').transform(() => undefined),
        z.enum(['true', 'false']).transform((text) => text === 'true'),
      ],
      {
        error: 'must be true or false',
      },
    )
    .optional();

const day = /^\d{4}-\d{2}-\d{2}$/;

/** Inclusive ends: a bare end date means the whole day in UTC (PU4). */
const moment = (endOfDay: boolean) =>
  z
    .union([
      z.literal('').transform(() => undefined),
      z
        .string()
        .refine(
          (text) => !Number.isNaN(toMoment(text, endOfDay).getTime()),
          'must be an ISO 8601 date or date-time',
        )
        .transform((text) => toMoment(text, endOfDay)),
    ])
    .optional();

function toMoment(text: string, endOfDay: boolean): Date {
  if (day.test(text)) return new Date(`${text}T${endOfDay ? '23:59:59.999' : '00:00:00.000'}Z`);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(text))
    return new Date(Number.NaN);
  return new Date(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`);
}

export const periodQuery = () => ({ start_date: moment(false), end_date: moment(true) });

export const isPeriod = ({
  start_date,
  end_date,
}: {
  start_date?: Date | undefined;
  end_date?: Date | undefined;
}) => start_date === undefined || end_date === undefined || start_date.getTime() <= end_date.getTime();

/** Of history, its items and audit rows (PU2). */
export const RowId = z.uuid('must be a UUID');

/** Of connections, mappings and plans (PU2). */
export const OpaqueId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be 1 to 255 letters, digits, "-" or "_"');

/** Name or GUID of a project of Azure DevOps, percent-decoded (PU2). */
export const AdoProjectName = z
  .string()
  .min(1)
  .max(64, 'may have 64 characters at most')
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');
