/** One line of a benchmark: what we took, what the floor took in the same run, and how the ratio stands to its target. */
import type { Measured } from './measure.ts';

export interface BenchResult {
  /** The id of the target in the quality contract. */
  readonly id: string;
  readonly what: string;
  readonly ours: Measured;
  readonly floor: Measured | null;
  /** At most this many times the floor, or this many milliseconds where there is no floor; of a rate, at least. */
  readonly target: number;
  /** Of what was measured; milliseconds when it is not said, and a rate when it is per second. */
  readonly unit?: string;
}

export type Benchmark = () => Promise<BenchResult[]>;

export function toLine({ id, what, ours, floor, target, unit = 'ms' }: BenchResult): string {
  const show = (value: number) => toText(value, unit);
  const isMet = (value: number) => (unit.endsWith('/s') ? value >= target : value <= target);
  const verdict = (value: number) => (isMet(value) ? '[met]' : '[missed]');
  const spread = `${show(ours.medianMs)} (${show(ours.minMs)} to ${show(ours.maxMs)}, ${ours.runs} runs)`;
  if (floor === null) return `${id} ${what}: ${spread}, target ${show(target)} ${verdict(ours.medianMs)}`;
  const ratio = ours.medianMs / floor.medianMs;
  return `${id} ${what}: ${spread}, floor ${show(floor.medianMs)}, ratio ${ratio.toFixed(2)}, target ${target} ${verdict(ratio)}`;
}

const toText = (value: number, unit: string): string =>
  unit.endsWith('/s') ? `${Math.round(value).toLocaleString('en')} ${unit}` : `${value.toFixed(1)} ${unit}`;
