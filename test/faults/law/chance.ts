/** All chance of a run: one seed, the same choices. */
import { createRandom } from '../../support/fake-upstream/random.ts';

export interface Chance {
  /** Whole, both ends included. */
  between(least: number, most: number): number;
  /** As many small ones as large ones of each size: 1 to 10 is as likely as 1,000 to 10,000. */
  ofAnySize(least: number, most: number): number;
  is(probability: number): boolean;
  pick<T>(options: readonly T[]): T;
  /** `[option, weight]`. */
  weigh<T>(options: readonly (readonly [T, number])[]): T;
}

export function createChance(seed: number): Chance {
  const { next } = createRandom(seed);
  return {
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    ofAnySize: (least, most) =>
      Math.round(Math.exp(Math.log(least) + next() * (Math.log(most) - Math.log(least)))),
    is: (probability) => next() < probability,
    pick: (options) => options[Math.floor(next() * options.length)]!,
    weigh(options) {
      let left = next() * options.reduce((sum, [, weight]) => sum + weight, 0);
      return (options.find(([, weight]) => (left -= weight) < 0) ?? options.at(-1)!)[0];
    },
  };
}

/** Chance of a part of the run that does not change when another part chooses more or less often. */
export const chanceOf = (seed: number, part: number): Chance =>
  createChance((Math.imul(seed, 0x9e3779b1) ^ Math.imul(part + 1, 0x85ebca6b)) >>> 0);
