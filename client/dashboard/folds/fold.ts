/** How a view takes in an event: a table from event type to a pure function; types without a line change nothing. */
import type { EventOf, EventType, SynclineEvent } from '../../../shared/events/index.ts';

/** The next value, the same one when nothing changed, or the order to read it again. */
export type Fold<V> = (value: V, event: SynclineEvent) => V | 'reload';

export type FoldTable<V> = {
  readonly [T in EventType]?: (value: V, event: EventOf<T>) => V | 'reload';
};

export function foldBy<V>(table: FoldTable<V>): Fold<V> {
  return (value, event) => {
    // The key that finds the line is the type of the event, which TypeScript cannot correlate.
    const line = table[event.type] as Fold<V> | undefined;
    return line === undefined ? value : line(value, event);
  };
}

/** The project an event is about, by its topic; null when it is about none. */
export function slugOf(event: SynclineEvent): string | null {
  const topic = event.topic.find((name) => name.startsWith('project:'));
  return topic === undefined ? null : topic.slice('project:'.length);
}

/** The item replaced where the test holds; the same list when it holds nowhere or the item stays itself. */
export function replaceWhere<T>(
  items: readonly T[],
  isIt: (item: T) => boolean,
  change: (item: T) => T,
): readonly T[] {
  const index = items.findIndex(isIt);
  const before = items[index];
  if (before === undefined) return items;
  const after = change(before);
  return after === before ? items : items.with(index, after);
}
