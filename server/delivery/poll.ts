/** One page of the journal for who asks, held open for a while when there is nothing yet (PO1). */
import type { ResetReason } from '../../shared/api/events.ts';
import { toEventId } from '../../shared/ids.ts';
import type { Actor } from '../../shared/operations.ts';
import type { JournalPosition, Resumption } from '../core/cursor.ts';
import { FeedReset, openFeed } from '../core/feed.ts';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Delivery } from './delivery.ts';
import { holdPoll } from './poll-hold.ts';

interface PollOptions {
  readonly interest: Interest;
  readonly resume: (position: JournalPosition) => Resumption;
  readonly limit: number;
  readonly waitMs: number;
  readonly actor: Actor;
  /** Of the request. */
  readonly signal: AbortSignal;
}

/** One answer looks at no more: a filter that nothing matches must not read the whole journal at once. */
const seenAtMost = 20_000;

interface Found {
  readonly entries: readonly JournalEntry[];
  /** Everything up to here has been looked at. */
  readonly through: number;
  readonly reset: ResetReason | null;
}

/** The JSON of an `EventPage`. */
export async function readEventPage(delivery: Delivery, options: PollOptions): Promise<string> {
  const position = await delivery.readPosition();
  const { from, reset } = options.resume(position);
  const found = reset === null ? await find(delivery, options, from) : { entries: [], through: from, reset };
  if (found.reset === null) return toPage(found, position, delivery.source.head());

  delivery.subscribers.tally.resets += 1;
  const now = reset === null ? await delivery.readPosition() : position;
  return toPage({ ...found, entries: [], through: now.head }, now, now.head);
}

/** What there is up to the head, or the first that comes while the poll is held. */
async function find(
  { source, subscribers, clock }: Delivery,
  { interest, limit, waitMs, actor, signal }: PollOptions,
  from: number,
): Promise<Found> {
  using hold = holdPoll({ subscribers, clock, waitMs, actor, topicCount: interest.topics.length, signal });
  const entries: JournalEntry[] = [];
  let through = from;
  const isEnough = () =>
    entries.length >= limit ||
    through - from >= seenAtMost ||
    (through >= source.head() && (entries.length > 0 || waitMs === 0));
  try {
    // What the database has and this process has not heard yet is on its way; it is not waited for.
    if (waitMs === 0 && from >= source.head()) return { entries, through, reset: null };
    const feed = openFeed(source, {
      after: from,
      isOfInterest: (entry) => isOfInterest(interest, entry),
      signal: hold.signal,
    });
    for await (const page of feed) {
      entries.push(...page.entries);
      through = page.through;
      if (isEnough()) break;
    }
  } catch (failure) {
    if (failure instanceof FeedReset) return { entries: [], through, reset: failure.reason };
    throw failure;
  }
  const last = entries[limit - 1];
  if (last === undefined || entries.length === limit) return { entries, through, reset: null };
  return { entries: entries.slice(0, limit), through: last.seq, reset: null };
}

function toPage({ entries, through, reset }: Found, position: JournalPosition, heard: number): string {
  const { epoch, oldest } = position;
  const head = Math.max(position.head, heard, through);
  const rest = {
    next: toEventId(epoch, through),
    head: toEventId(epoch, head),
    oldest: toEventId(epoch, oldest),
    hasMore: through < head,
    reset,
  };
  // The events' JSON is there already.
  return `{"events":[${entries.map((entry) => entry.json).join(',')}],${JSON.stringify(rest).slice(1)}`;
}
