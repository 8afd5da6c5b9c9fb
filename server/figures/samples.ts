/** Samples from plain values: the words that all readings are made of. */
import type { Sample } from '../platform/metrics.ts';

export const one = (value: number): Sample[] => [{ value }];

export function countBy<T>(all: Iterable<T>, toLabels: (one: T) => Record<string, string>): Sample[] {
  const counts = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const one of all) {
    const labels = toLabels(one);
    const key = JSON.stringify(labels);
    const counted = counts.get(key) ?? { labels, value: 0 };
    counts.set(key, { labels, value: counted.value + 1 });
  }
  return [...counts.values()];
}
