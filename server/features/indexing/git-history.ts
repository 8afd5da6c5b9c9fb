/** When each path was first and last committed, read from one `git log` (GD3). */

/** Compact and JSON-able, because it is kept between scans. Times are committer seconds. */
export interface GitHistory {
  readonly paths: readonly (readonly [path: string, newest: number, oldest: number])[];
  /** Newest first. */
  readonly renames: readonly Rename[];
}

export type Rename = readonly [to: string, from: string, at: number, commit: string];

export const emptyHistory: GitHistory = { paths: [], renames: [] };

/** Log tokens read between two rests: some milliseconds of work. */
const tokensPerSlice = 20_000;

/**
 * Reads `git log -z --format='%x01%H %ct' --name-status -M -c`. A generator, so that a caller with an event loop to
 * care for may rest at each step; `prefix` is cut from every path, and paths outside it are dropped.
 */
export function* readLog(log: string, prefix: string): Generator<void, GitHistory> {
  const times = new Map<string, { newest: number; oldest: number }>();
  const renames: Rename[] = [];
  let commit = '';
  let at = 0;
  let position = 0;
  let tokensLeft = tokensPerSlice;

  while (position < log.length) {
    if (tokensLeft <= 0) {
      yield;
      tokensLeft = tokensPerSlice;
    }
    const token = take();
    if (token.startsWith('\u0001')) [commit, at] = toHeader(token);
    else if (token !== '') readChange(token.trimStart());
  }
  return { paths: [...times].map(([path, { newest, oldest }]) => [path, newest, oldest]), renames };

  function take(): string {
    const end = log.indexOf('\0', position);
    const token = log.slice(position, end === -1 ? undefined : end);
    position = end === -1 ? log.length : end + 1;
    tokensLeft -= 1;
    return token;
  }

  /** `R097` and `C100` name two paths; everything else one, also the letter for each parent that a merge shows. */
  function readChange(status: string): void {
    const isPair = /^[RC]\d/.test(status);
    const from = isPair ? toLocal(take()) : undefined;
    const path = toLocal(take());
    if (path === undefined) return;
    touch(path);
    // A copy is a new file, and its source was not touched.
    if (from === undefined || !status.startsWith('R')) return;
    touch(from);
    renames.push([path, from, at, commit]);
  }

  function touch(path: string): void {
    const known = times.get(path);
    if (known === undefined) times.set(path, { newest: at, oldest: at });
    else {
      if (at > known.newest) known.newest = at;
      if (at < known.oldest) known.oldest = at;
    }
  }

  function toLocal(path: string): string | undefined {
    return path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
  }
}

/** The whole log at once. */
export function parseLog(log: string, prefix = ''): GitHistory {
  const reading = readLog(log, prefix);
  for (;;) {
    const step = reading.next();
    if (step.done === true) return step.value;
  }
}

/** 9999-12-31: commits with a broken clock claim to be later than any date can say. */
const lastSecond = 253_402_300_799;

function toHeader(token: string): [commit: string, at: number] {
  const [id = '', seconds = ''] = token.slice(1).split(' ');
  return [id.slice(0, 16), Math.min(Math.max(Number(seconds), 0), lastSecond)];
}

/** Both are unions of what single commits say, so older and newer parts give what one log of all gives. */
export function mergeHistory(older: GitHistory, newer: GitHistory): GitHistory {
  if (newer.paths.length === 0) return older;
  const times = new Map(older.paths.map((row) => [row[0], row]));
  for (const [path, newest, oldest] of newer.paths) {
    const known = times.get(path);
    times.set(
      path,
      known === undefined
        ? [path, newest, oldest]
        : [path, Math.max(known[1], newest), Math.min(known[2], oldest)],
    );
  }
  return { paths: [...times.values()], renames: [...newer.renames, ...older.renames] };
}

export interface PathDates {
  /** Committer time of the newest commit that touched the path. */
  readonly newestMs: number;
  /** Committer time of the oldest one, under whatever name the file had then. */
  readonly oldestMs: number;
}

/** Answers for any path; undefined for one that was never committed. */
export function createHistoryIndex(history: GitHistory): (path: string) => PathDates | undefined {
  const times = new Map(history.paths.map((row) => [row[0], row]));
  const renamesTo = groupByTarget(history.renames);

  return (path) => {
    const row = times.get(path);
    if (row === undefined) return undefined;
    const oldest = Math.min(findOldest(path, row[2]), row[1]);
    return { newestMs: row[1] * 1000, oldestMs: oldest * 1000 };
  };

  /**
   * As `git log --follow` does: from the newest rename to the path on under the older name, and so on back. Only
   * renames at or before the last one count, for a name may have been taken again since.
   */
  function findOldest(path: string, own: number): number {
    let oldest = own;
    let name = path;
    let until = Number.POSITIVE_INFINITY;
    const seen = new Set<string>();
    for (;;) {
      const rename = renamesTo.get(name)?.find(([, , at, commit]) => at <= until && !seen.has(commit));
      if (rename === undefined) return oldest;
      const [, from, at, commit] = rename;
      seen.add(commit);
      name = from;
      until = at;
      oldest = times.get(from)?.[2] ?? at;
    }
  }
}

function groupByTarget(renames: readonly Rename[]): Map<string, Rename[]> {
  const byTarget = new Map<string, Rename[]>();
  // A stable sort: renames of one second stay in the order of the log.
  for (const rename of renames.toSorted((a, b) => b[2] - a[2])) {
    const group = byTarget.get(rename[0]);
    if (group === undefined) byTarget.set(rename[0], [rename]);
    else group.push(rename);
  }
  return byTarget;
}
