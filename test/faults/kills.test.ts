/** kill -9 at commits of a sync: some points of the thousand that `npm run faults:kills` goes through. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { moments } from './kills/commit-proxy.ts';
import { createRandom } from './kills/random.ts';
import { scenarios, type Scenario } from './kills/scenarios.ts';
import { openExternalStore } from './kills/store.ts';
import type { Point } from './kills/killing.ts';
import { World } from './kills/world.ts';

const seed = Date.now() % 1_000_000;
const random = createRandom(seed);
let world: World;
let steps = 0;

beforeAll(async () => {
  const store = await openExternalStore(await createTestDatabase());
  world = await World.open({ store, runner: 'tsx', stories: 25 });
});
afterAll(() => world[Symbol.asyncDispose]());

const named = (name: string): Scenario => {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`There is no scenario "${name}"`);
  return found;
};

async function kill(scenario: Scenario, point: Point) {
  steps += 1;
  const step = await world.step(scenario, point, random, steps);
  expect(step.wrong, `${scenario.name}, killed ${step.point}, seed ${seed}`).toEqual([]);
  return step;
}

test('[F1, F2, EV3, LAW3] before, during and after a commit of a sync, nothing is lost, told twice or stuck', async () => {
  const sync = named('a sync of changes');
  const { commits } = await kill(sync, { at: 'rest' });
  const last = commits?.length ?? 0;
  expect(commits?.join(' ')).toMatch(/operation:started.*documents:changed.*operation:completed/);

  await kill(sync, { at: 'commit', nth: 2, moment: 'unheard' });
  const moment = moments[random.pick(moments.length)] ?? 'heard';
  await kill(sync, { at: 'commit', nth: 1 + random.pick(last), moment });
}, 180_000);

test('[OP28, F1] a key whose first request died with its server is answered by one operation', async () => {
  const keyed = named('a sync with an Idempotency-Key');

  const { point } = await kill(keyed, { at: 'commit', nth: 2, moment: 'unheard' });

  expect(point).toMatch(/idempotency_keys.*operation:queued/);
}, 120_000);
