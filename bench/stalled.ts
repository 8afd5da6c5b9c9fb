/** LAW4: what the others notice of a reader who takes nothing, what it costs the server, and when it is cut. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Heard } from './fanout-readers.ts';
import type { Memory } from './fanout-speaker.ts';
import { startPart, type Part } from './fanout-part.ts';
import { summarise } from './measure.ts';
import type { BenchResult } from './result.ts';

const subscribers = 200;
const perSecond = 1000;
const forMs = 10_000;
/** Fills what the system keeps for a connection that nobody reads; only then does anything wait in our memory. */
const flood = { perSecond: 8000, forMs: 500, turns: 60 };
const runs = 5;

interface Tally {
  readonly slowCuts: number;
  readonly rss: number;
  readonly queued: number;
}

interface Window {
  readonly p99Ms: number;
  /** Beyond what the server held before. */
  readonly peakBytes: number;
  readonly cutAfterMs: number;
  readonly cuts: number;
}

export async function run(): Promise<BenchResult[]> {
  const windows = new Map<number, Window[]>([
    [0, []],
    [1, []],
    [10, []],
  ]);
  for (let turn = 0; turn <= runs; turn += 1) {
    // In turns, so that a noisy minute of the machine falls on all of them; the first round warms up.
    for (const [stalled, list] of windows) {
      const window = await observe(stalled);
      if (turn > 0) list.push(window);
    }
  }
  const of = (stalled: number, what: (window: Window) => number) =>
    summarise((windows.get(stalled) ?? []).map(what));
  const p99 = (window: Window) => window.p99Ms;
  return [1, 10].flatMap((stalled): BenchResult[] => [
    {
      id: 'LAW4',
      what: `p99 of the others, ${stalled} of ${subscribers} stalled`,
      ours: of(stalled, p99),
      floor: of(0, p99),
      target: 1.1,
    },
    {
      id: 'LAW4',
      what: `until all ${stalled} were cut, from when their connection was full`,
      ours: of(stalled, (window) => window.cutAfterMs),
      floor: null,
      target: forMs,
    },
    {
      id: 'LAW4',
      what: `most memory beyond that without, ${stalled} stalled`,
      ours: of(stalled, (window) => window.peakBytes / 1_048_576),
      floor: null,
      // What waits in memory and what the last page adds to it, for each; and the noise of a heap.
      target: 48 + 2 * stalled,
      unit: 'MiB',
    },
  ]);
}

async function observe(stalled: number): Promise<Window> {
  await using server = await startPart('fanout-ours');
  await using readers = await startPart('fanout-readers');
  const url = await server.ask<string>({ ask: 'url' });
  // As many with and without: what is compared is the stalling, not one reader more.
  await readers.ask({ ask: 'open', url, path: '/api/events', greeting: 'sse', count: subscribers });
  await speak(server, readers, perSecond, 1000);
  await readers.ask({ ask: 'stall', count: stalled });
  // The same flood without anybody stalled, so that memory and compiled code are alike.
  for (let turn = 0; turn < flood.turns; turn += 1) {
    await speak(server, readers, flood.perSecond, flood.forMs);
    const { queued } = await server.ask<Tally>({ ask: 'tally' });
    if (stalled === 0 ? turn >= 8 : queued > stalled * 65_536) break;
  }
  const before = await server.ask<Memory>({ ask: 'memory' });
  const watching = new AbortController();
  const watched = watch(server, stalled, watching.signal);
  const { p99Ms } = await speak(server, readers, perSecond, forMs);
  watching.abort();
  const { peakRss, cutAfterMs, cuts } = await watched;
  return { p99Ms, peakBytes: Math.max(0, peakRss - before.rss), cutAfterMs, cuts };
}

async function speak(server: Part, readers: Part, rate: number, ms: number): Promise<Heard> {
  await readers.ask({ ask: 'begin' });
  const events = await server.ask<number>({ ask: 'speak', perSecond: rate, forMs: ms });
  return await readers.ask<Heard>({ ask: 'finish', events, patienceMs: 5000 });
}

async function watch(server: Part, stalled: number, signal: AbortSignal) {
  const startedMs = performance.now();
  let peakRss = 0;
  let cutAfterMs = Infinity;
  let cuts = 0;
  while (!signal.aborted) {
    const tally = await server.ask<Tally>({ ask: 'tally' });
    peakRss = Math.max(peakRss, tally.rss);
    cuts = tally.slowCuts;
    if (cuts >= stalled) cutAfterMs = Math.min(cutAfterMs, performance.now() - startedMs);
    await sleep(200);
  }
  return { peakRss, cutAfterMs, cuts };
}
