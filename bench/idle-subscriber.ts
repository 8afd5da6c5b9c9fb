/** B9: what a server holds for each reader who is connected and hears nothing. */
import type { Memory } from './fanout-speaker.ts';
import { startPart } from './fanout-part.ts';
import { summarise } from './measure.ts';
import type { BenchResult } from './result.ts';

const warmUp = 1000;
const subscribers = 4000;
const runs = 5;

interface Grown {
  /** KiB of one reader. */
  readonly resident: number;
  readonly held: number;
}

export async function run(): Promise<BenchResult[]> {
  const ours: Grown[] = [];
  const bare: Grown[] = [];
  for (let turn = 0; turn < runs; turn += 1) {
    ours.push(await measureOn('fanout-ours', '/api/events'));
    bare.push(await measureOn('floors/sse-http', '/', { joinMs: null }));
  }
  const of = (list: readonly Grown[], what: keyof Grown) => summarise(list.map((grown) => grown[what]));
  const against = (what: keyof Grown, name: string): BenchResult => ({
    id: 'B9',
    what: `${name} of an idle reader, ${subscribers} connected`,
    ours: of(ours, what),
    floor: of(bare, what),
    target: 1.3,
    unit: 'KiB',
  });
  return [against('resident', 'resident memory'), against('held', 'heap and buffers')];
}

async function measureOn(
  module: string,
  path: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Grown> {
  await using server = await startPart(module, settings);
  await using readers = await startPart('fanout-readers');
  const url = await server.ask<string>({ ask: 'url' });
  const open = (count: number) => readers.ask({ ask: 'open', url, path, greeting: 'sse', count });
  // What is loaded and compiled on the way is not of any one reader.
  await open(warmUp);
  const before = await server.ask<Memory>({ ask: 'memory' });
  await open(subscribers);
  const after = await server.ask<Memory>({ ask: 'memory' });
  const each = (bytes: number) => bytes / subscribers / 1024;
  return {
    resident: each(after.rss - before.rss),
    held: each(after.heapUsed + after.external - before.heapUsed - before.external),
  };
}
