/**
 * A push that is cut off anywhere: killed, its connections reset, its answers lost. Run again undisturbed, the target
 * holds each item once, below the right parent, and a further run writes nothing (RC10, F1, F20).
 *
 * Six points here; `POINTS=200 SEED=7 npm run faults:push` for a long run, which prints what it saw.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { startFakeProcess, type FakeProcess } from '../support/fake-upstream/fake-process.ts';
import type { FaultAction } from '../support/fake-upstream/faults.ts';
import { createRandom } from '../support/fake-upstream/random.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { toFrames, type TreeNode } from './push-kit.ts';

const points = Number(process.env.POINTS ?? '6');
const seed = Number(process.env.SEED ?? '1');

let database: TestDatabase;
let fake: FakeProcess;
let server: ServerProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  fake = await startFakeProcess({ seed });
  server = await start();
  await server.request('POST', '/api/azure-devops/configurations', {
    name: 'Fake',
    organization: 'contoso',
    patToken: 'fake-pat',
    apiHost: fake.url,
    setActive: true,
    markerBase: 'http://syncline.example',
  });
}, 60_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await fake[Symbol.asyncDispose]();
  await database.drop();
});

const start = () =>
  startServerProcess(database.url, {
    SYNCLINE_ALLOWED_UPSTREAM_HOSTS: fake.host,
    // The data folder is another one each time.
    SYNCLINE_SECRET_KEY: '0'.repeat(64),
    SYNCLINE_PUSH_LOOK_UP_WAITS_S: '0.05,0.1,0.2',
    SYNCLINE_UPSTREAM_ANSWER_S: '1',
    SYNCLINE_LOG_LEVEL: 'error',
  });

/** Two epics with two features each, and a story below each: ten items of this point alone. */
function treeOf(point: number): TreeNode[] {
  return [1, 2].map((e) => ({
    _id: `p${point}e${e}`,
    name: `Epic ${point}.${e}`,
    type: 'Epic',
    children: [1, 2].map((f) => ({
      _id: `p${point}e${e}f${f}`,
      name: `Feature ${point}.${e}.${f}`,
      type: 'Feature',
      children: [{ _id: `p${point}e${e}f${f}s`, name: `Story ${point}.${e}.${f}`, type: 'User Story' }],
    })),
  }));
}

async function push(point: number): Promise<{ summary: Record<string, number>; last: string }> {
  try {
    const body = { epics: treeOf(point) };
    const answer = await server.request('POST', '/api/azure-devops/projects/Fabrikam/workitems', body);
    const text = await answer.text();
    const last = toFrames(text).at(-1);
    if (last === undefined) return { summary: {}, last: `${answer.status} ${text}` };
    return { summary: (last.data.summary ?? {}) as Record<string, number>, last: last.event };
  } catch (failure) {
    // Its server was killed.
    return { summary: {}, last: String(failure) };
  }
}

type Disturbance = { readonly name: string; readonly killAfterMs?: number; readonly fault?: FaultAction };

const lostAnswers = [
  'reset-after-commit',
  '500-after-commit',
  'timeout-after-create',
  'truncated-json',
] as const;
const lostCalls = ['reset-before', 'timeout'] as const;

/** Half of the points kill the server, also while an answer is being lost. */
function disturbanceOf(random: ReturnType<typeof createRandom>): Disturbance {
  const kinds = [...lostAnswers, ...lostCalls];
  const kind = kinds[Math.floor(random.next() * kinds.length)] ?? 'reset-before';
  const dice = random.next();
  const killAfterMs = Math.floor(random.next() * 700);
  if (dice < 0.4) return { name: 'kill -9', killAfterMs };
  if (dice < 0.5) return { name: `kill -9 and ${kind}`, killAfterMs, fault: { kind } };
  return { name: kind, fault: { kind } };
}

async function disturb(point: number, { killAfterMs, fault }: Disturbance, nth: number): Promise<void> {
  if (fault !== undefined) await fake.control.addFault({ match: { service: 'azure', nth }, action: fault });
  const pushing = push(point);
  if (killAfterMs === undefined) await pushing;
  else {
    await wait(killAfterMs);
    await server.kill();
    await pushing;
    await server[Symbol.asyncDispose]();
    server = await start();
  }
  await fake.control.clearFaults();
}

const markersOf = (counts: Readonly<Record<string, number>>, point: number) =>
  Object.entries(counts).filter(([marker]) => new RegExp(`/p${point}e\\d`).test(marker));

test(
  '[RC10, F1, F20] whatever cuts a push off, the next one leaves each item once',
  async () => {
    const random = createRandom(seed);
    const seen: Record<string, number> = {};
    let adopted = 0;
    for (let point = 1; point <= points; point += 1) {
      const disturbance = disturbanceOf(random);
      seen[disturbance.name] = (seen[disturbance.name] ?? 0) + 1;
      // Calls of validation and planning come first; some faults hit those.
      await disturb(point, disturbance, 1 + Math.floor(random.next() * 24));
      const before = markersOf(await fake.control.countByMarker(), point).length;

      const again = await push(point);
      expect(again, `point ${point}, ${disturbance.name}, seed ${seed}`).toMatchObject({
        last: 'sync:complete',
        summary: { total: 10, failed: 0, skipped: 0 },
      });
      adopted += before;
      const markers = markersOf(await fake.control.countByMarker(), point);
      expect(markers, `point ${point}, ${disturbance.name}, seed ${seed}`).toHaveLength(10);
      expect(markers.filter(([, count]) => count !== 1)).toEqual([]);

      await fake.control.clearRequests();
      expect(await push(point)).toMatchObject({ summary: { total: 10, unchanged: 10 } });
      expect((await fake.control.requests()).filter(({ isWrite }) => isWrite)).toEqual([]);
    }
    expect(await countOrphans()).toEqual({ hanging: points * 8, orphans: 0 });
    if (process.env.POINTS !== undefined) {
      const told = { points, seed, items: points * 10, duplicates: 0, missing: 0, adopted, seen };
      process.stdout.write(`${JSON.stringify(told, null, 1)}\n`);
    }
  },
  60_000 + points * 20_000,
);

/** Features and stories by whether they hang on something of the right kind. */
async function countOrphans(): Promise<{ hanging: number; orphans: number }> {
  const items = await fake.control.items();
  const typeOf = new Map(items.map(({ id, type }) => [id, type]));
  const below = items.filter(({ type }) => type !== 'Epic');
  const hanging = below.filter(
    ({ type, parent }) => parent !== null && typeOf.get(parent) === (type === 'Feature' ? 'Epic' : 'Feature'),
  );
  return { hanging: hanging.length, orphans: below.length - hanging.length };
}
