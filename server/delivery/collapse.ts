/** What a reader who lags is spared: figures that later figures of the same operation have replaced (SS4). */
import type { JournalEntry } from '../core/journal-entry.ts';

/** Everything but superseded progress, in order. */
export function collapseProgress(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const newest = new Map<string | null, number>();
  for (const entry of entries) if (isProgress(entry)) newest.set(entry.event.operationId, entry.seq);
  if (newest.size === 0) return entries;
  return entries.filter((entry) => !isProgress(entry) || newest.get(entry.event.operationId) === entry.seq);
}

const isProgress = ({ type }: JournalEntry): boolean => type === 'operation:progress';
