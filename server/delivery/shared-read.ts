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

const pagesKept = 16;
/** The driver sends at the end of a turn: with one alone the database would rest while a page is told. */
const pagesAhead = 2;

/**
 * Pages in flight are shared, and full ones kept for a while: what is in the journal never changes. They are cut at the
 * same places for all, so that readers who come back with cursors of their own soon share every page; and while one page
 * is told, the next ones are on their way.
 */
export function sharePages(journal: Pick<Journal, 'head' | 'pageAfter'>): Journal['pageAfter'] {
  const pages = new Map<string, Promise<readonly JournalEntry[]>>();

  const read = (seq: number, size: number) => {
    const key = `${seq}:${size}`;
    const known = pages.get(key);
    if (known !== undefined) return known;
    const page = journal.pageAfter(seq, size);
    pages.set(key, page);
    const forget = () => void pages.delete(key);
    page.then((entries) => {
      if (entries.length < size) forget();
      const [oldest] = pages.keys();
      if (pages.size > pagesKept && oldest !== undefined) pages.delete(oldest);
    }, forget);
    return page;
  };

  return async (seq, limit) => {
    // Not to be shared: a page that is empty now may be wanted again in the next moment.
    if (seq >= journal.head()) return [];
    const size = limit - (seq % limit);
    const page = await read(seq, size);
    if (page.length < size) return page;
    for (let ahead = 0; ahead < pagesAhead; ahead += 1) {
      const next = seq + size + ahead * limit;
      // Whoever asks for it is told what became of it; until then nobody is waiting.
      if (next + limit <= journal.head()) read(next, limit).catch(() => undefined);
    }
    return page;
  };
}
