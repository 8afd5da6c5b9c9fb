/** One reader's way through the journal at its own pace: every transport is a thin face of this. */
import type { ResetReason } from '../../shared/api/events.ts';
import type { JournalEntry } from './journal-entry.ts';
import type { Journal } from './journal.ts';

export interface FeedPage {
  /** Those of interest, in order. */
  readonly entries: readonly JournalEntry[];
  /** Everything up to this `seq` has been read, of interest or not. */
  readonly through: number;
}

export interface FeedOptions {
  readonly after: number;
  readonly isOfInterest: (entry: JournalEntry) => boolean;
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

/** Retention took events that this reader had not read yet: it must reload and go on from the head (F25). */
export class FeedReset extends Error {
  override readonly name = 'FeedReset';
  readonly reason: ResetReason = 'pruned';
}

const pruned = 'Events after the cursor have been pruned';

type FeedSource = Pick<Journal, 'head' | 'pageAfter'> & { readonly bus: Pick<Journal['bus'], 'nextRing'> };

/** Ends only with its signal. */
export async function* openFeed(
  journal: FeedSource,
  { after, isOfInterest, pageSize = 1000, signal }: FeedOptions,
): AsyncGenerator<FeedPage, void, void> {
  let through = after;
  while (!signal.aborted) {
    const head = journal.head();
    const page = await journal.pageAfter(through, pageSize);
    const [first] = page;
    const last = page.at(-1);
    if (first === undefined || last === undefined) {
      if (head > through) throw new FeedReset(pruned);
      // Looked at again in the turn in which the wait begins: what was published since the read has rung already.
      if (journal.head() <= through) await journal.bus.nextRing(signal);
      continue;
    }
    if (first.seq !== through + 1 || last.seq !== through + page.length) throw new FeedReset(pruned);

    through = last.seq;
    yield { entries: page.every(isOfInterest) ? page : page.filter(isOfInterest), through };
  }
}
