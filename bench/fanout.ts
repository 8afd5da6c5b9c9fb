/** B7: how many deliveries a second one process makes with the slowest hundredth within 50 ms. */
import { existsSync } from 'node:fs';
import type { Greeting, Heard } from './fanout-readers.ts';
import { startPart, type Part } from './fanout-part.ts';
import { summarise, type Measured } from './measure.ts';
import type { BenchResult } from './result.ts';

interface Contender {
  readonly name: string;
  readonly module: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly greeting: Greeting;
  readonly path: string;
}

const ours: Contender = { name: 'SSE', module: 'fanout-ours', greeting: 'sse', path: '/api/events' };
const floor: Contender = {
  name: 'corked node:http',
  module: 'floors/sse-http',
  settings: { joinMs: 5 },
  greeting: 'sse',
  path: '/',
};
const betterSse: Contender = { name: 'better-sse', module: 'peers/better-sse', greeting: 'sse', path: '/' };
const enginePath = '/socket.io/?EIO=4&transport=websocket';
const bareSocketIo: Contender = {
  name: 'bare socket.io',
  module: 'peers/socket-io',
  greeting: 'socket.io',
  path: enginePath,
};
const ourSocketIo: Contender = {
  name: 'socket.io',
  module: 'fanout-ours',
  greeting: 'syncline socket',
  path: enginePath,
};
const nchan: Contender = { name: 'nginx nchan', module: 'peers/nchan', greeting: 'sse', path: '/events' };

const runs = 5;
const stepMs = 1500;
/** The first is what is promised; the wider ones are for a machine on which even the floor cannot keep it. */
const boundsMs = [50, 100, 200, 400];
const growth = 1.25;

export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const subscribers of [1000, 5000]) results.push(...(await compare(subscribers)));
  return results;
}

/** For each bound, the deliveries a second of the fastest step that stayed within it. */
type Capacity = readonly number[];

async function compare(subscribers: number): Promise<BenchResult[]> {
  const contenders = [ours, floor, betterSse, ourSocketIo, bareSocketIo];
  if (existsSync('/usr/lib/nginx/modules/ngx_nchan_module.so')) contenders.push(nchan);
  else console.log('B7 nginx nchan: not installed');
  const found = new Map<Contender, Capacity[]>(contenders.map((contender) => [contender, []]));
  for (let turn = 0; turn < runs; turn += 1) {
    // In turns, so that a noisy minute of the machine falls on all of them.
    for (const [contender, capacities] of found) {
      capacities.push(await findCapacity(contender, subscribers, capacities.at(-1)));
    }
    console.log(`B7 ${subscribers} readers, turn ${turn + 1} of ${runs}: ${toTurn(found)}`);
  }
  const at = (contender: Contender, bound: number): Measured =>
    summarise((found.get(contender) ?? []).map((capacity) => capacity[bound] ?? 0));
  const bound = Math.max(
    0,
    boundsMs.findIndex((_, index) => at(floor, index).medianMs > 0),
  );
  const against = (contender: Contender, peer: Contender, target: number): BenchResult => ({
    id: 'B7',
    what: `${contender.name} to ${subscribers} readers, p99 <= ${boundsMs[bound]} ms, against ${peer.name}`,
    ours: at(contender, bound),
    floor: at(peer, bound),
    target,
    unit: 'deliveries/s',
  });
  return [
    against(ours, floor, 0.5),
    against(ours, betterSse, 8),
    against(ours, bareSocketIo, 8),
    ...(contenders.includes(nchan) ? [against(ours, nchan, 1)] : []),
    against(ourSocketIo, bareSocketIo, 1),
  ];
}

/** It takes a while: what the last turn has found, in thousand deliveries a second. */
const toTurn = (found: ReadonlyMap<Contender, readonly Capacity[]>): string =>
  [...found]
    .map(([{ name }, capacities]) => `${name} ${Math.round((capacities.at(-1)?.[0] ?? 0) / 1000)} k/s`)
    .join(', ');

/** Climbs until the slowest hundredth is too slow for the widest bound. */
async function findCapacity(contender: Contender, subscribers: number, known?: Capacity): Promise<Capacity> {
  await using server = await startPart(contender.module, contender.settings);
  await using readers = await startPart('fanout-readers');
  const url = await server.ask<string>({ ask: 'url' });
  const { path, greeting } = contender;
  const opened = await readers.ask<number>({ ask: 'open', url, path, greeting, count: subscribers });
  if (opened < subscribers) throw new Error(`${contender.name} let only ${opened} of ${subscribers} in`);
  await speak(server, readers, 20, 1000);
  const best = boundsMs.map(() => 0);
  let misses = 0;
  // What was reached at all in an earlier turn says where to begin in this one.
  const start = known === undefined ? 20_000 : Math.max(20_000, Math.max(...known) / 6);
  for (let perSecond = start / subscribers; misses < 2; perSecond *= growth) {
    const heard = await speak(server, readers, perSecond, stepMs);
    const isWhole = heard.share > 0.999;
    for (const [index, boundMs] of boundsMs.entries()) {
      if (isWhole && heard.p99Ms <= boundMs) best[index] = perSecond * subscribers;
    }
    if (process.env['BENCH_VERBOSE'] !== undefined) console.log(toStep(contender, perSecond, heard));
    // One bad step may be the machine; two are the contender.
    misses = isWhole && heard.p99Ms <= Math.max(...boundsMs) ? 0 : misses + 1;
  }
  return best;
}

async function speak(server: Part, readers: Part, perSecond: number, forMs: number): Promise<Heard> {
  await readers.ask({ ask: 'begin' });
  const events = await server.ask<number>({ ask: 'speak', perSecond, forMs });
  return await readers.ask<Heard>({ ask: 'finish', events, patienceMs: 3000 });
}

const toStep = ({ name }: Contender, perSecond: number, { p50Ms, p99Ms, share, busy }: Heard): string =>
  `${name} ${perSecond.toFixed(0)} events/s: p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms, ${(share * 100).toFixed(1)} %, readers ${(busy * 100).toFixed(0)} % busy`;
