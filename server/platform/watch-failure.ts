/** Why watching failed, and what its owner can do about it (WT10, F4). */

export type WatchFailure =
  /** The system has no watch left to give: polling works, and a raised limit cures it. */
  | { readonly kind: 'limit'; readonly reason: string; readonly remedy: string }
  | { readonly kind: 'crash'; readonly reason: string };

export function toWatchFailure(error: unknown): WatchFailure {
  const limit = limits[codeOf(error)];
  if (limit !== undefined) return { kind: 'limit', ...limit };
  return { kind: 'crash', reason: error instanceof Error ? error.message : String(error) };
}

const limits: Readonly<Record<string, { reason: string; remedy: string }>> = {
  ENOSPC: {
    reason: 'The system has no file watch left (ENOSPC).',
    remedy: 'Raise the limit: sudo sysctl fs.inotify.max_user_watches=524288',
  },
  EMFILE: {
    reason: 'The process may not open another file or watcher (EMFILE).',
    remedy:
      'Raise the limit of open files before the start: ulimit -n 65536 (or: sudo sysctl fs.inotify.max_user_instances=512)',
  },
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
