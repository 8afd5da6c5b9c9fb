/** B10: a million events replayed to one reader against one SELECT of them; a thousand readers who come back at once (F13). */
import { startPart } from './fanout-part.ts';
import { percentile, summarise, timed } from './measure.ts';
import type { BenchResult } from './result.ts';

const long = 1_000_000;
const runs = 5;
const crowd = 1000;
const missed = 1000;
const stormP99AtMostMs = 2000;

interface Filled {
  readonly url: string;
  readonly epoch: string;
  readonly head: number;
}

export async function run(): Promise<BenchResult[]> {
  return [await replayAll(), await storm()];
}

async function replayAll(): Promise<BenchResult> {
  await using server = await startPart('fanout-ours');
  await using readers = await startPart('fanout-readers');
  const { url, head } = await server.ask<Filled>({ ask: 'fill', count: long });
  const path = '/api/events?after=earliest';
  const read = () => readers.ask<number[]>({ ask: 'replay', url, paths: [path], last: head });
  const select = () => server.ask<number>({ ask: 'select' });
  await select();
  await read();
  const ours: number[] = [];
  const floor: number[] = [];
  for (let turn = 0; turn < runs; turn += 1) {
    ours.push(...(await read()));
    floor.push(await timed(select));
  }
  const what = `${long} events replayed to one reader`;
  return { id: 'B10', what, ours: summarise(ours), floor: summarise(floor), target: 2 };
}

/** The journal was just opened, as after a restart: nothing of what they want is in memory. */
async function storm(): Promise<BenchResult> {
  await using server = await startPart('fanout-ours');
  await using readers = await startPart('fanout-readers');
  const p99s: number[] = [];
  for (let turn = 0; turn <= runs; turn += 1) {
    const { url, epoch, head } = await server.ask<Filled>({ ask: 'fill', count: 2 * missed });
    // Each with a cursor of its own: they were cut off at different events.
    const paths = Array.from(
      { length: crowd },
      (_, at) => `/api/events?after=${epoch}-${head - missed - (at % 500)}`,
    );
    const times = await readers.ask<number[]>({ ask: 'replay', url, paths, last: 2 * missed });
    if (turn > 0)
      p99s.push(
        percentile(
          times.toSorted((a, b) => a - b),
          99,
        ),
      );
  }
  const what = `p99 of ${crowd} readers who replay ${missed} events each, all at once`;
  return { id: 'B10', what, ours: summarise(p99s), floor: null, target: stormP99AtMostMs };
}
