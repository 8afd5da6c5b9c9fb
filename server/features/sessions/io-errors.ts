/** What an error of the file system means for one log, in words that a person can act on. */

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EIO: 'input/output error',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this system',
  ESTALE: 'the network file system lost it',
};

/** Without the absolute path that Node puts into its message. */
export function describeError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? (message ?? String(error)) : (reasons[code] ?? code);
}
