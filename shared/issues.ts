/** What can be wrong with one file, and how bad it is (IX1). */
import { z } from 'zod';

export const IssueSeverity = z.enum(['error', 'warning', 'notice']);
export type IssueSeverity = z.infer<typeof IssueSeverity>;

/** Every code with its severity: errors count as failed files, notices count nowhere. */
export const severityOf = {
  UNREADABLE: 'error',
  UNREADABLE_DIR: 'error',
  INVALID_UTF8: 'error',
  TOO_LARGE: 'error',
  PATH_ENCODING: 'error',
  YAML_ERROR: 'error',
  LOG_CORRUPT: 'error',
  UNKNOWN_STATUS: 'warning',
  UNKNOWN_TYPE: 'warning',
  DUPLICATE_KEY: 'warning',
  BAD_DATE: 'warning',
  BAD_REFERENCE: 'warning',
  DUPLICATE_ID: 'warning',
  LINE_TOO_LONG: 'warning',
  LINE_INVALID: 'warning',
  UNKNOWN_MODEL: 'warning',
  COUNT_MISMATCH: 'warning',
  SYMLINK_SKIPPED: 'notice',
  NOT_A_FILE: 'notice',
  STILL_CHANGING: 'notice',
  FRONTMATTER_UNCLOSED: 'notice',
  UNKNOWN_KEYS: 'notice',
  LOGS_NOT_COVERED: 'notice',
} as const satisfies Record<string, IssueSeverity>;

export type IssueCode = keyof typeof severityOf;
export const IssueCode = z.enum(Object.keys(severityOf) as [IssueCode, ...IssueCode[]]);

/** Who found it: the reader of files, or a room that derives from what was read. */
export type IssueSource = 'file' | 'sessions' | 'plans' | 'links';

/** Something found in one file. `line` and `column` count from 1, `offset` is in bytes from 0. */
export const FileIssue = z.object({
  path: z.string(),
  code: IssueCode,
  message: z.string(),
  line: z.number().int().positive().nullable(),
  column: z.number().int().positive().nullable(),
  offset: z.number().int().nonnegative().nullable(),
});
export type FileIssue = z.infer<typeof FileIssue>;

/** An issue with only its place filled in that is known. */
export function toFileIssue(
  path: string,
  code: IssueCode,
  message: string,
  place: Partial<Pick<FileIssue, 'line' | 'column' | 'offset'>> = {},
): FileIssue {
  return { path, code, message, line: null, column: null, offset: null, ...place };
}
