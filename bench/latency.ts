/** B8: from the moment an event is due to the reader who has it: 100 readers, 200 events a second. */
import type { Heard } from './fanout-readers.ts';
import { startPart } from './fanout-part.ts';
import { summarise } from './measure.ts';
import type { BenchResult } from './result.ts';

const subscribers = 100;
const perSecond = 200;
const forMs = 3000;
const runs = 7;
const p99AtMostMs = 30;

export async function run(): Promise<BenchResult[]> {
  await using ours = await openLine('fanout-ours', '/api/events');
  await using bare = await openLine('floors/sse-http', '/', { joinMs: null });
  const heard: { ours: Heard[]; bare: Heard[] } = { ours: [], bare: [] };
  await ours.measure();
  await bare.measure();
  for (let turn = 0; turn < runs; turn += 1) {
    heard.ours.push(await ours.measure());
    heard.bare.push(await bare.measure());
  }
  const p99 = (list: readonly Heard[]) => summarise(list.map(({ p99Ms }) => p99Ms));
  const p50 = (list: readonly Heard[]) => summarise(list.map(({ p50Ms }) => p50Ms));
  const what = `${subscribers} readers, ${perSecond} events/s, from due to read`;
  return [
    { id: 'B8', what: `p99, ${what}`, ours: p99(heard.ours), floor: p99(heard.bare), target: 2 },
    { id: 'B8', what: `p99, ${what}`, ours: p99(heard.ours), floor: null, target: p99AtMostMs },
    { id: 'B8', what: `p50, ${what}`, ours: p50(heard.ours), floor: p50(heard.bare), target: 2 },
  ];
}

async function openLine(module: string, path: string, settings: Readonly<Record<string, unknown>> = {}) {
  const server = await startPart(module, settings);
  const readers = await startPart('fanout-readers');
  const url = await server.ask<string>({ ask: 'url' });
  await readers.ask({ ask: 'open', url, path, greeting: 'sse', count: subscribers });
  return {
    async measure(): Promise<Heard> {
      await readers.ask({ ask: 'begin' });
      const events = await server.ask<number>({ ask: 'speak', perSecond, forMs });
      return await readers.ask<Heard>({ ask: 'finish', events, patienceMs: 5000 });
    },
    async [Symbol.asyncDispose]() {
      await readers[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}
