/** One page of the journal, at once or as soon as something of interest comes (PO1). */
import type { EventPage } from '../../shared/api/events.ts';
import { toEventId } from '../../shared/ids.ts';
import type { JournalPosition, Resumption } from '../core/cursor.ts';
import { FeedReset, openFeed } from '../core/feed.ts';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Journal } from '../core/journal.ts';

interface PageOptions {
  readonly interest: Interest;
  readonly position: JournalPosition;
  readonly resumption: Resumption;
  readonly limit: number;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}

/** Read for one answer at most, so that a rare topic in a long journal cannot hold a request for ever. */
const scanAtMost = 20_000;

export async function readPage(journal: Journal, options: PageOptions): Promise<EventPage> {
  const { position, resumption } = options;
  const { entries, through, isCut, reset } = await collect(journal, options);
  const id = (seq: number) => toEventId(position.epoch, seq);
  return {
    events: entries.map((entry) => entry.event),
    next: id(through),
    head: id(Math.max(position.head, journal.head())),
    oldest: id(position.oldest),
    hasMore: isCut,
    reset: reset ?? resumption.reset,
  };
}

async function collect(journal: Journal, { interest, resumption, limit, waitMs, signal }: PageOptions) {
  const deadline = AbortSignal.timeout(waitMs);
  const ending = AbortSignal.any([signal, deadline]);
  const entries: JournalEntry[] = [];
  let through = resumption.from;
  const result = (isCut: boolean) => ({ entries, through, isCut, reset: null });
  const hasAll = () => through >= journal.head() && (entries.length > 0 || waitMs === 0);
  if (hasAll()) return result(false);
  try {
    const feed = openFeed(journal, {
      after: through,
      isOfInterest: (event) => isOfInterest(interest, event),
      signal: waitMs === 0 ? signal : ending,
    });
    for await (const page of feed) {
      const room = limit - entries.length;
      entries.push(...page.entries.slice(0, room));
      if (page.entries.length > room) {
        // The page ends at the last one taken: what was not taken is not skipped.
        through = entries.at(-1)?.seq ?? through;
        return result(true);
      }
      through = page.through;
      if (hasAll()) return result(false);
      if (entries.length >= limit || through - resumption.from >= scanAtMost)
        return result(through < journal.head());
    }
    return result(through < journal.head());
  } catch (failure) {
    if (!(failure instanceof FeedReset)) throw failure;
    return { entries: [], through: journal.head(), isCut: false, reset: failure.reason };
  }
}
