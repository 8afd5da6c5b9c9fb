/** What an error of the file system means for one file. */

/** The path, or a folder on the way to it, is no longer there. */
export function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EIO: 'input/output error',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this system',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'a symbolic link stands in the way',
  ESTALE: 'the network file system lost it',
};

/** A reason a person can act on, without the absolute path that Node puts into its message. */
export function describeError(error: unknown): string {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error ? error.message : String(error);
  return reasons[code] ?? code;
}
