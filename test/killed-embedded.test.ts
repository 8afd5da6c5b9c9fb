/** kill -9 of a server with the database that it brings, alone and together: once, whatever database other tests run on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from './faults/kills/random.ts';
import { scenarios } from './faults/kills/scenarios.ts';
import { openEmbeddedStore } from './faults/kills/store.ts';
import { World } from './faults/kills/world.ts';

const seed = Date.now() % 1_000_000;
const random = createRandom(seed);
let world: World;

beforeAll(async () => {
  world = await World.open({ store: await openEmbeddedStore(), runner: 'tsx', stories: 25 });
}, 120_000);
afterAll(() => world[Symbol.asyncDispose]());

test('[F1, F17] three times in the middle of a sync, the next start finds everything and goes on', async () => {
  const forced = scenarios.find(({ name }) => name === 'a forced sync');
  if (forced === undefined) throw new Error('There is no forced sync');

  for (const number of [1, 2, 3]) {
    const point = { at: 'time', share: random.next() } as const;
    const step = await world.step(forced, point, random, number);
    expect(step.wrong, `killed ${step.point}, seed ${seed}`).toEqual([]);
  }
}, 180_000);
