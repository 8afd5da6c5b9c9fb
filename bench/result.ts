/** One line of a benchmark: what we took, what the floor took in the same run, and how the ratio stands to its target. */
import type { Measured } from './measure.ts';

export interface BenchResult {
  /** The id of the target in the quality contract. */
  readonly id: string;
  readonly what: string;
  readonly ours: Measured;
  readonly floor: Measured | null;
  /** At most this many times the floor, or this many milliseconds where there is no floor. */
  readonly target: number;
}

export type Benchmark = () => Promise<BenchResult[]>;

export function toLine({ id, what, ours, floor, target }: BenchResult): string {
  const spread = `${ms(ours.medianMs)} (${ms(ours.minMs)} to ${ms(ours.maxMs)}, ${ours.runs} runs)`;
  if (floor === null)
    return `${id} ${what}: ${spread}, target ${ms(target)} ${verdict(ours.medianMs <= target)}`;
  const ratio = ours.medianMs / floor.medianMs;
  return `${id} ${what}: ${spread}, floor ${ms(floor.medianMs)}, ratio ${ratio.toFixed(2)}, target ${target} ${verdict(ratio <= target)}`;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;
const verdict = (isMet: boolean): string => (isMet ? '[met]' : '[missed]');
