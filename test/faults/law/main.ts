/** `npm run faults -- --minutes 30 --seed N`: the laws of delivery under kills, cuts and switches, as long as you like. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { planRun, type Plan } from './plan.ts';
import { openRunPostgres, type RunPostgres } from './postgres-of-run.ts';
import { runLaw, type RunResult } from './run-law.ts';
import { shrink } from './shrink.ts';
import { toComplaint, toSummary } from './summary.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string' },
    events: { type: 'string' },
    cuts: { type: 'string' },
    kills: { type: 'string' },
    readers: { type: 'string', default: '8' },
    'shrink-minutes': { type: 'string', default: '10' },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const scale = {
  seed,
  durationMs: Math.round(minutes * 60_000),
  // The rates at which 35 minutes are enough for a million events, ten thousand cuts and two hundred kills.
  events: Number(values.events ?? Math.round(minutes * 29_000)),
  cuts: Number(values.cuts ?? Math.round(minutes * 290)),
  kills: Number(values.kills ?? Math.round(minutes * 5.8)),
  readers: Number(values.readers),
};
const again = `npm run faults -- --minutes ${minutes} --seed ${seed} --events ${scale.events} --cuts ${scale.cuts} --kills ${scale.kills} --readers ${scale.readers}`;
const say = (line: string) => void process.stdout.write(`${line}\n`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const cluster = await openRunPostgres();
try {
  await main(cluster);
} finally {
  await cluster[Symbol.asyncDispose]();
}

async function main(postgres: RunPostgres): Promise<void> {
  const plan = planRun(scale);
  say(`${again}\n${plan.faults.length} faults, ${plan.eventsPerSecond} events a second`);
  const result = await tryPlan(postgres, plan, say);
  for (const complaint of result.complaints.slice(0, 10)) say(`A server said: ${complaint.trim()}`);
  say(toSummary(plan, result));
  if (result.findings.length === 0) return;

  process.exitCode = 1;
  say(`\n${toComplaint(result.findings)}\nAgain: ${again}`);
  await shrinkPlan(postgres, plan, result);
}

async function tryPlan(
  postgres: RunPostgres,
  plan: Plan,
  onProgress: (line: string) => void = () => undefined,
): Promise<RunResult> {
  const program = [join(import.meta.dirname, '../../../dist/server/main.js')];
  const databaseUrl = await postgres.createDatabase();
  return await runLaw(plan, { databaseUrl, program, onProgress, signal: stopping.signal });
}

/** Fails in the same way, that is. */
async function shrinkPlan(postgres: RunPostgres, plan: Plan, { findings }: RunResult): Promise<void> {
  const wrongs = new Set(findings.map(({ wrong }) => wrong));
  const untilMs = performance.now() + Number(values['shrink-minutes']) * 60_000;
  const isOver = () => stopping.signal.aborted || performance.now() > untilMs;
  if (isOver()) return;
  say('\nShrinking …');
  const smallest = await shrink(plan, {
    isOver,
    async fails(smaller) {
      const tried = await tryPlan(postgres, smaller);
      // Cut short by whoever waits for it: it says nothing.
      if (stopping.signal.aborted) return false;
      const isSame = tried.findings.some(({ wrong }) => wrongs.has(wrong));
      say(`${isSame ? 'still fails' : 'holds'}: ${toShape(smaller)}`);
      return isSame;
    },
  });
  say(`The smallest that was seen to fail: ${toShape(smallest)}\n${JSON.stringify(smallest, null, 2)}`);
}

function toShape({ durationMs, faults, readers, wears, floods, hasProduct }: Plan): string {
  const writers = `${floods} floods, ${hasProduct ? 'syncs' : 'no syncs'}`;
  const lines = wears.join(' ') || 'nothing on the lines';
  return `${durationMs / 1000} s, ${faults.length} faults, ${readers.length} readers, ${writers}, ${lines}`;
}
