/** `npm run bench [name…]`: measures against floors in the same run, prints ratios, and keeps them as JSON. */
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { findPackageRoot } from '../server/platform/package-root.ts';
import { run as append } from './append.ts';
import { run as boot } from './boot.ts';
import { run as duringSync } from './during-sync.ts';
import { run as fanout } from './fanout.ts';
import { run as firstSync } from './first-sync.ts';
import { run as hugeLog } from './huge-log.ts';
import { run as idleSubscriber } from './idle-subscriber.ts';
import { run as latency } from './latency.ts';
import { run as links } from './links.ts';
import { run as noOp } from './no-op.ts';
import { run as push } from './push.ts';
import { run as replay } from './replay.ts';
import { toLine, type Benchmark, type BenchResult } from './result.ts';
import { run as save } from './save.ts';
import { run as stalled } from './stalled.ts';
import { run as storm } from './storm.ts';

const benchmarks: Readonly<Record<string, Benchmark>> = {
  'first-sync': firstSync,
  'during-sync': duringSync,
  links,
  'no-op': noOp,
  push,
  save,
  storm,
  'huge-log': hugeLog,
  append,
  fanout,
  latency,
  'idle-subscriber': idleSubscriber,
  replay,
  stalled,
  boot,
};

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const unknown = wanted.filter((name) => !(name in benchmarks));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}`);
  process.exitCode = 2;
} else {
  await runAll(wanted.length === 0 ? Object.keys(benchmarks) : wanted);
}

async function runAll(names: readonly string[]): Promise<void> {
  console.log(
    `Node ${process.version}, load ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')}`,
  );
  const results: BenchResult[] = [];
  for (const name of names) {
    const measured = (await benchmarks[name]?.()) ?? [];
    for (const result of measured) console.log(toLine(result));
    results.push(...measured);
  }
  const folder = join(findPackageRoot(), 'bench/results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, JSON.stringify({ node: process.version, load: loadavg(), results }, null, 2));
}
