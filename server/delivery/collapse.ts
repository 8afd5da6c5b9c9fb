/** What a reader who lags is spared: figures that later figures of the same operation have replaced (SS4). */
import type { JournalEntry } from '../core/journal-entry.ts';

/** Everything but superseded progress, in order. */
export function collapseProgress(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const newest = new Map<string | null, number>();
  for (const { event, seq } of entries) {
    if (event.type === 'operation:progress') newest.set(event.operationId, seq);
  }
  if (newest.size === 0) return entries;
  return entries.filter(
    ({ event, seq }) => event.type !== 'operation:progress' || newest.get(event.operationId) === seq,
  );
}
