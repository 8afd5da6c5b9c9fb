/** Reads that many ask for at once are done once (F13). */
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Journal } from '../core/journal.ts';

/** Everybody gets an answer whose reading began after they asked; those who wait meanwhile share the next one. */
export function shareReading<T>(read: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  const begin = () => {
    next = null;
    return read();
  };
  return () => {
    if (next !== null) return next;
    // How the one before ended is told to those who asked for it.
    next = current.then(begin, begin);
    current = next;
    return next;
  };
}

const pagesKept = 32;

/** Pages in flight are shared, and full ones kept for a while: what is in the journal never changes. */
export function sharePages(journal: Pick<Journal, 'head' | 'pageAfter'>): Journal['pageAfter'] {
  const pages = new Map<string, Promise<readonly JournalEntry[]>>();

  return (seq, limit) => {
    // Not to be shared: a page that is empty now may be wanted again in the next moment.
    if (seq >= journal.head()) return Promise.resolve([]);
    const key = `${seq}:${limit}`;
    const known = pages.get(key);
    if (known !== undefined) return known;

    const page = journal.pageAfter(seq, limit);
    pages.set(key, page);
    const forget = () => void pages.delete(key);
    page.then((entries) => {
      if (entries.length < limit) forget();
      const [oldest] = pages.keys();
      if (pages.size > pagesKept && oldest !== undefined) pages.delete(oldest);
    }, forget);
    return page;
  };
}
