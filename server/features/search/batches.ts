/** Much work in batches of bounded weight, a few of them at a time. */

/** Consecutive items, together no heavier than allowed; an item that is too heavy alone is a batch of its own. */
export function* toBatches<T>(
  items: readonly T[],
  heaviest: number,
  weigh: (item: T) => number,
): Generator<T[]> {
  let batch: T[] = [];
  let weight = 0;
  for (const item of items) {
    const own = weigh(item);
    if (batch.length > 0 && weight + own > heaviest) {
      yield batch;
      batch = [];
      weight = 0;
    }
    batch.push(item);
    weight += own;
  }
  if (batch.length > 0) yield batch;
}

/** So many at a time, begun in order. The first failure ends it, once nothing is under way any more. */
export async function inParallel<T>(
  items: Iterable<T>,
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const takeTurns = async () => {
    for (let next = queue.next(); next.done !== true && failures.length === 0; next = queue.next()) {
      await work(next.value).catch((failure: unknown) => failures.push(failure));
    }
  };
  await Promise.all(Array.from({ length: width }, takeTurns));
  if (failures.length > 0) throw failures[0];
}
