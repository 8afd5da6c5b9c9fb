/**
 * One stream's way along the journal.
 *
 *      start ──► reading alone ──► at the head, served by the fan-out
 *                      ▲                        │
 *                      └──── its queue is full ─┘
 */
import { FeedReset, openFeed } from '../core/feed.ts';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import { toSharedBatches, type Batch } from './batch.ts';
import { collapseProgress } from './collapse.ts';
import type { Fanout, FanoutSource, Member } from './fanout.ts';
import type { Outlet } from './outlet.ts';

export interface FollowerOptions {
  readonly fanout: Pick<Fanout, 'join' | 'leave'>;
  readonly source: FanoutSource;
  readonly interest: Interest;
  readonly outlet: Outlet;
  readonly queueBytes: number;
  readonly owner: FollowerOwner;
}

export interface FollowerOwner {
  /** Events were pruned before they could be read: the reader must be told. */
  onPruned(): void;
  onFailure(failure: unknown): void;
  /** Of so many progress events the reader was spared. */
  onCollapsed(count: number): void;
}

export class Follower implements Member {
  readonly #options: FollowerOptions;
  /** Everything of interest up to here has been written. */
  #through = 0;
  /** Only while it reads alone: most streams are idle at the head, and are to be small. */
  #reading: AbortController | null = null;
  #isStopped = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  get interest(): Interest {
    return this.#options.interest;
  }

  start(after: number): void {
    if (this.#isStopped) return;
    this.#through = after;
    if (this.#joins()) return;
    void this.#readAlone((entries) => entries);
  }

  /** Whoever is served by the fan-out is where the fan-out is. */
  behind(head: number): number {
    return this.#reading === null ? 0 : Math.max(0, head - this.#through);
  }

  stop(): void {
    this.#isStopped = true;
    this.#options.fanout.leave(this);
    this.#reading?.abort();
  }

  take(batch: Batch): void {
    const { outlet, queueBytes, fanout } = this.#options;
    const fresh = batch.beyond(this.#through);
    if (fresh === undefined) return;
    if (outlet.queuedBytes() < queueBytes) return this.#write(fresh);

    fanout.leave(this);
    this.release(fresh.after);
  }

  release(through: number): void {
    this.#through = Math.max(this.#through, through);
    void this.#readAlone((entries) => this.#collapse(entries));
  }

  #joins(): boolean {
    return !this.#isStopped && this.#options.fanout.join(this, this.#through);
  }

  #write(batch: Batch): void {
    this.#options.outlet.write(batch);
    this.#through = batch.through;
  }

  /** Never rejects. Every page is read as late as possible: until then it stays in the journal. */
  async #readAlone(choose: (entries: readonly JournalEntry[]) => readonly JournalEntry[]): Promise<void> {
    const { source, interest, outlet, owner } = this.#options;
    const reading = new AbortController();
    const { signal } = reading;
    this.#reading = reading;
    try {
      await outlet.room(signal);
      const isWanted = (entry: JournalEntry) => isOfInterest(interest, entry);
      for await (const page of openFeed(source, { after: this.#through, isOfInterest: isWanted, signal })) {
        for (const batch of toSharedBatches(choose(page.entries), this.#through, page.through)) {
          this.#write(batch);
          await outlet.room(signal);
        }
        this.#through = page.through;
        if (this.#joins()) return;
      }
    } catch (failure) {
      if (signal.aborted) return;
      if (failure instanceof FeedReset) owner.onPruned();
      else owner.onFailure(failure);
    } finally {
      if (this.#reading === reading) this.#reading = null;
    }
  }

  #collapse(entries: readonly JournalEntry[]): readonly JournalEntry[] {
    const kept = collapseProgress(entries);
    this.#options.owner.onCollapsed(entries.length - kept.length);
    return kept;
  }
}
