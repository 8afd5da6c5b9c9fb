/** `npm run faults:kills -- --kills 1000 --seed 1 --database postgres|embedded`: kill -9 at every point there is. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { dieAtBirth, readShape } from './birth.ts';
import { compareDumps, dumpIndex } from './index-dump.ts';
import { openReference, type Reference } from './reference.ts';
import { Planner, type Task } from './planner.ts';
import { createRandom } from './random.ts';
import { Report } from './report.ts';
import { scenarios } from './scenarios.ts';
import { openCluster, openEmbeddedStore, openExternalStore, type Cluster, type Store } from './store.ts';
import { World, type StepReport } from './world.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    database: { type: 'string', default: 'postgres' },
    worlds: { type: 'string', default: '2' },
    stories: { type: 'string', default: '60' },
    only: { type: 'string', default: '' },
    'ready-ms': { type: 'string', default: '3000' },
    verbose: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const stories = Number(values.stories);
const database = values.database === 'embedded' ? 'embedded' : 'postgres';
/** A fresh index of the same tree costs as much as a kill. */
const compareEvery = 5;

const chosen = scenarios
  .filter(({ kind }) => database === 'postgres' || kind !== 'beside')
  .filter(({ name }) => new RegExp(values.only).test(name));
const planner = new Planner(chosen, Number(values.kills), createRandom(seed));
const print = (line: string) => void process.stdout.write(`${line}\n`);
const report = new Report({ readyMs: Number(values['ready-ms']), print });

print(
  `kill -9, ${values.kills} times, on ${database}; seed ${seed}, ${values.worlds} worlds, ` +
    `Node ${process.version}, load ${loadavg()[0]?.toFixed(2)}`,
);
// A run that is cut short ends its steps, and tells what it has seen.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => planner.stop());
const cluster = await openCluster();
try {
  await Promise.all(Array.from({ length: Number(values.worlds) }, (_, index) => live(cluster, index)));
} finally {
  await cluster[Symbol.asyncDispose]();
}
for (const line of report.summary(planner.left)) print(line);
if (report.hasFailed) {
  print(`Repeat with: npm run faults:kills -- --seed ${seed} --database ${database} --kills ${values.kills}`);
  process.exitCode = 1;
}

async function live(within: Cluster, index: number): Promise<void> {
  const reference = await openReference(await within.createDatabase());
  try {
    for (let task = planner.next(); task !== undefined;) {
      // A world in which something went wrong tells nothing more: the next kill gets a new one.
      task = await liveOnce(within, reference, task, index);
    }
  } finally {
    await reference[Symbol.asyncDispose]();
  }
}

/** Answers the task that comes next, when this world is of no more use. */
async function liveOnce(
  within: Cluster,
  reference: Reference,
  first: Task,
  index: number,
): Promise<Task | undefined> {
  const world = await World.open({ store: await openStore(within), runner: 'node', stories });
  const birth = { lengthMs: 2_000, shape: await readShape(world.store.sql) };
  try {
    for (let task: Task | undefined = first; task !== undefined; task = planner.next()) {
      const { scenario, point, number } = task;
      const startedMs = performance.now();
      const random = createRandom(seed * 1_000_003 + number);
      try {
        const wrong: string[] = [];
        let step: StepReport;
        if (scenario.kind === 'birth') {
          const parts = {
            store: await openStore(within),
            tree: world.tree,
            runner: 'node',
            ...birth,
          } as const;
          const born = await dieAtBirth(parts, point, random);
          if (born.points !== null) birth.lengthMs = born.lengthMs;
          step = born;
        } else {
          step = await world.step(scenario, point, random, number);
          if (number % compareEvery === 0) wrong.push(...(await compare(world, reference)));
        }
        wrong.push(...step.wrong);
        if (step.points !== null) planner.learn(scenario, step.points);
        report.add({ ...step, wrong, number, stepMs: performance.now() - startedMs });
        if (values.verbose) print(report.lastLine(index));
        else if (number % 50 === 0) print(report.shortLine());
        if (wrong.length > 0) return planner.next();
      } catch (failure) {
        report.addFailure(number, scenario.name, failure);
        return planner.next();
      }
    }
    return undefined;
  } finally {
    await world[Symbol.asyncDispose]();
  }
}

async function openStore(within: Cluster): Promise<Store> {
  return database === 'embedded' ? openEmbeddedStore() : openExternalStore(await within.createDatabase());
}

async function compare(world: World, reference: Reference): Promise<string[]> {
  const expected = await reference.index(world.tree);
  return compareDumps(await dumpIndex(world.store.sql, world.slug), expected);
}
