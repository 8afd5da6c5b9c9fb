/** Cuts what a session did into windows that each end at a commit it made; the last one has none yet (LK14). */
import type { CommitFact, SessionRecord } from './read/reading.ts';
import type { UsageMove } from './usage-ledger.ts';

export interface CommitWindow {
  readonly position: number;
  /** As written in the log; null is the working tree, provisional until a commit comes. */
  readonly hash: string | null;
  readonly startedAt: string | null;
  /** The latest time of anything up to here, so that ends are in order whatever the clocks of a log did. */
  readonly endedAt: string | null;
  readonly events: number;
  readonly tools: number;
  readonly tokens: number;
}

type Open = { -readonly [Name in keyof CommitWindow]: CommitWindow[Name] };

export interface Told {
  readonly records: readonly SessionRecord[];
  readonly commits: readonly Pick<CommitFact, 'hash' | 'at' | 'source' | 'ref'>[];
  readonly moves: readonly Pick<UsageMove, 'at' | 'tokens'>[];
}

/**
 * Moves the windows on by what was read next: records count where they stand in the log, tokens by their time. However
 * a log is cut into readings, the windows come out the same.
 */
export function advanceWindows(before: readonly CommitWindow[], told: Told): CommitWindow[] {
  const windows: Open[] = before.map((window) => ({ ...window }));
  if (windows.length === 0) windows.push(createWindow(0));
  const cuts = findCuts(windows, told);
  for (const record of told.records) {
    addRecord(windows, record);
    for (const commit of cuts.get(record.index) ?? []) close(windows, commit);
  }
  for (const { at, tokens } of told.moves) {
    const window = findWindow(windows, at);
    if (window !== undefined) window.tokens += tokens;
  }
  return windows;
}

/** The first that ends at or after the time; ends are in order, so half of them are left at each step. */
export function findWindow<W extends Pick<CommitWindow, 'hash' | 'endedAt'>>(
  windows: readonly W[],
  at: string | null,
): W | undefined {
  let [from, to] = [0, windows.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (toKey(windows[middle]?.endedAt) >= toKey(at)) to = middle;
    else from = middle + 1;
  }
  return windows[from];
}

const createWindow = (position: number): Open => ({
  position,
  hash: null,
  startedAt: null,
  endedAt: null,
  events: 0,
  tools: 0,
  tokens: 0,
});

function addRecord(windows: readonly Open[], { at, blocks }: SessionRecord): void {
  const open = windows.at(-1);
  if (open === undefined) return;
  open.events += 1;
  for (const { kind } of blocks) if (kind === 'tool_use') open.tools += 1;
  if (at === null) return;
  if (open.startedAt === null || at < open.startedAt) open.startedAt = at;
  if (at > toKey(open.endedAt)) open.endedAt = at;
}

function close(windows: Open[], { hash, at }: Told['commits'][number]): void {
  const open = windows.at(-1);
  if (open === undefined) return;
  open.hash = hash;
  const latest = [windows.at(-2)?.endedAt, open.endedAt, at].reduce<string>(
    (max, time) => (toKey(time) > max ? toKey(time) : max),
    '',
  );
  open.endedAt = latest === '' ? null : latest;
  windows.push(createWindow(windows.length));
}

/** Newly seen commits, by the record that tells of each. What is only mentioned, as by `git log`, ends nothing. */
function findCuts(
  windows: readonly CommitWindow[],
  { records, commits }: Told,
): Map<number, Told['commits'][number][]> {
  const known = windows.flatMap(({ hash }) => (hash === null ? [] : [hash]));
  const cuts = new Map<number, Told['commits'][number][]>();
  const made = commits
    .filter(({ source }) => source !== 'mentioned')
    .map((commit) => ({ commit, index: findTeller(records, commit) }))
    .toSorted((a, b) => a.index - b.index);
  for (const { commit, index } of made) {
    if (known.some((hash) => isSameCommit(hash, commit.hash))) continue;
    known.push(commit.hash);
    cuts.set(index, [...(cuts.get(index) ?? []), commit]);
  }
  return cuts;
}

/** Of the call's result; where that is not in the transcript, the first record that is not earlier. */
function findTeller(records: readonly SessionRecord[], { ref, at }: Told['commits'][number]): number {
  const teller =
    records.find(({ blocks }) =>
      blocks.some((block) => block.kind === 'tool_result' && block.toolUseId === ref),
    ) ??
    records.find((record) => toKey(record.at) >= toKey(at)) ??
    records.at(-1);
  return teller?.index ?? -1;
}

const isSameCommit = (left: string, right: string): boolean =>
  left.startsWith(right) || right.startsWith(left);

/** What has no time comes first. */
const toKey = (at: string | null | undefined): string => at ?? '';
