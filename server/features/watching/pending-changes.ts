/** What has changed and was not yet handed over: one word for each path, and when a batch may close (WT3, WT4). */
import type { ChangeKind, TreeChange } from '../../platform/watch-source.ts';

export type Batch =
  | { readonly kind: 'paths'; readonly changes: readonly TreeChange[] }
  /** Too many paths to name (WT5). Removals found by the walk apply only if the tree has been quiet. */
  | { readonly kind: 'walk'; readonly removals: boolean };

export interface BatchTimes {
  readonly quietMs: number;
  readonly maxMs: number;
  /** Deletions wait for this much quiet (SY17). */
  readonly deletionQuietMs: number;
  readonly maxPaths: number;
}

/** When the next batch closes: at a time, or as soon as its only file has settled. */
export interface Due {
  readonly atMs: number;
  readonly lonePath: string | null;
}

interface Waiting {
  readonly change: ChangeKind;
  readonly sinceMs: number;
  /** Was part of a batch that failed, so part of it may have been applied. */
  readonly wasTried: boolean;
}

const floodPaths = 1000;

export class PendingChanges {
  readonly #times: BatchTimes;
  readonly #waiting = new Map<string, Waiting>();
  #deletions = 0;
  /** Set when there were too many paths; `removals`: a walk was made, but during the storm. */
  #walk: 'none' | 'removals' | 'all' = 'none';
  /** When the oldest change came that may not wait for a whole quiet. */
  #urgentSinceMs: number | null = null;
  #lastAtMs = 0;

  constructor(times: BatchTimes) {
    this.#times = times;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get paths(): ReadonlySet<string> {
    return new Set(this.#waiting.keys());
  }

  /** A walk stands for what waits, or for a part of it. */
  get isWalk(): boolean {
    return this.#walk !== 'none';
  }

  get oldestAtMs(): number | null {
    const [oldest] = this.#waiting.values();
    return oldest?.sinceMs ?? (this.#walk === 'none' ? null : this.#lastAtMs);
  }

  /** So many that somebody rewrites the tree as a whole. */
  get isFlooded(): boolean {
    return this.#walk !== 'none' || this.#waiting.size > floodPaths;
  }

  add({ path, change }: TreeChange, nowMs: number): void {
    this.#lastAtMs = nowMs;
    if (this.#walk !== 'none') {
      this.#walk = 'all';
      this.#urgentSinceMs ??= nowMs;
      return;
    }
    const earlier = this.#waiting.get(path);
    this.#put(path, mergeChanges(earlier, change), earlier, nowMs);
  }

  /** Takes a batch that failed back, below what came since (WT7). */
  restore(batch: Batch, nowMs: number): void {
    if (batch.kind === 'walk') return this.#overflow(nowMs);
    for (const { path, change } of batch.changes) {
      const later = this.#waiting.get(path);
      const earlier: Waiting = { change, sinceMs: nowMs, wasTried: true };
      this.#put(
        path,
        later === undefined ? change : mergeChanges(earlier, later.change),
        later ?? earlier,
        nowMs,
        true,
      );
    }
  }

  /** Counts as quiet from now on only: what came so far waits as if it had just come. */
  postpone(nowMs: number): void {
    this.#lastAtMs = nowMs;
    if (this.#urgentSinceMs !== null) this.#urgentSinceMs = nowMs;
  }

  due(): Due | null {
    if (this.oldestAtMs === null) return null;
    const { quietMs, maxMs, deletionQuietMs } = this.#times;
    const latestMs = (this.#urgentSinceMs ?? Infinity) + maxMs;
    // Additions wait with the deletions they may belong to: a moved folder is one batch (DX11).
    if (this.#deletions > 0 || this.#walk !== 'none') {
      return { atMs: Math.min(this.#lastAtMs + deletionQuietMs, latestMs), lonePath: null };
    }
    const [lonePath] = this.#waiting.keys();
    const isLone = this.#waiting.size === 1 && lonePath !== undefined;
    return { atMs: Math.min(this.#lastAtMs + quietMs, latestMs), lonePath: isLone ? lonePath : null };
  }

  /** Everything that may go now; deletions stay until the tree has been quiet. */
  close(nowMs: number): Batch | null {
    const isQuiet = nowMs - this.#lastAtMs >= this.#times.deletionQuietMs;
    this.#urgentSinceMs = null;
    if (this.#walk !== 'none') {
      this.#walk = isQuiet ? 'none' : 'removals';
      return { kind: 'walk', removals: isQuiet };
    }
    const changes: TreeChange[] = [];
    for (const [path, { change }] of this.#waiting) {
      if (change === 'deleted' && !isQuiet) continue;
      changes.push({ path, change });
      this.#waiting.delete(path);
    }
    if (isQuiet) this.#deletions = 0;
    return changes.length > 0 ? { kind: 'paths', changes } : null;
  }

  clear(): void {
    this.#waiting.clear();
    this.#deletions = 0;
    this.#walk = 'none';
    this.#urgentSinceMs = null;
  }

  #put(
    path: string,
    change: ChangeKind | null,
    earlier: Waiting | undefined,
    nowMs: number,
    wasTried = false,
  ): void {
    if (this.#waiting.get(path)?.change === 'deleted') this.#deletions--;
    if (change === null) {
      this.#waiting.delete(path);
    } else {
      if (change === 'deleted') this.#deletions++;
      else this.#urgentSinceMs ??= nowMs;
      const since = {
        sinceMs: earlier?.sinceMs ?? nowMs,
        wasTried: wasTried || (earlier?.wasTried ?? false),
      };
      this.#waiting.set(path, { change, ...since });
    }
    if (this.#waiting.size === this.#deletions) this.#urgentSinceMs = null;
    if (this.#waiting.size > this.#times.maxPaths) this.#overflow(nowMs);
  }

  #overflow(nowMs: number): void {
    this.clear();
    this.#walk = 'all';
    this.#urgentSinceMs = nowMs;
  }
}

/** What two changes of one path come to; null for nothing at all. */
export function mergeChanges(
  earlier: { change: ChangeKind; wasTried: boolean } | undefined,
  later: ChangeKind,
): ChangeKind | null {
  if (earlier === undefined) return later;
  if (later === 'deleted') return earlier.change === 'added' && !earlier.wasTried ? null : 'deleted';
  return earlier.change === 'deleted' ? 'modified' : earlier.change;
}
