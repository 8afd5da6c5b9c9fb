/** One connection of a reader to the journal, over one transport, until it ends for whatever reason. */
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { Wish } from './plan.ts';

export interface LineOptions {
  readonly url: string;
  readonly wish: Wish;
  /** The id to resume from. */
  readonly after: string;
  readonly signal: AbortSignal;
}

export interface LineListener {
  /** Where the server says that it goes on from, or that it cannot. */
  onGreeting(greeting: {
    readonly from: string | null;
    readonly head: string;
    readonly reset: string | null;
  }): void;
  onEvent(event: SynclineEvent): void;
  /** Everything up to here has been told. */
  onThrough(id: string): void;
  /** Something has arrived whole that nobody can read. */
  onGarbage(text: string): void;
  /** Anything at all has arrived. */
  onSign(): void;
}

/** Resolves when the line is no more; never rejects. */
export type FollowLine = (options: LineOptions, listener: LineListener) => Promise<void>;

export function toQuery(wish: Wish, more: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(more);
  if (wish.topics.length > 0) query.set('topics', wish.topics.join(','));
  if (wish.types.length > 0) query.set('types', wish.types.join(','));
  return `/api/events?${query}`;
}

/** Undefined for what cannot be read, which is reported: a server never says such a thing, wherever its line is cut. */
export function readJson(text: string, listener: LineListener): unknown {
  try {
    return JSON.parse(text);
  } catch {
    listener.onGarbage(text);
    return undefined;
  }
}
