/** Repeats a measurement and says what came out: the median, and how far the runs lay apart. */

export interface Measured {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly runs: number;
}

/** The first run warms up and does not count. */
export async function measure(
  runs: number,
  work: (run: number) => Promise<number> | number,
): Promise<Measured> {
  await work(0);
  const times: number[] = [];
  for (let run = 1; run <= runs; run += 1) times.push(await work(run));
  return summarise(times);
}

export function summarise(times: readonly number[]): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  return {
    medianMs: percentile(sorted, 50),
    minMs: sorted[0] ?? 0,
    maxMs: sorted.at(-1) ?? 0,
    runs: sorted.length,
  };
}

/** Of a sorted list. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? 0;
}

export async function timed(work: () => unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}
