/** B4: from the end of a write to the event at a client, for one file among many. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { summarise } from './measure.ts';
import type { BenchResult } from './result.ts';
import { openBenchServer, type BenchServer } from './server.ts';
import { generateTree } from './trees.ts';

const sizes = [1_000, 20_000];
const saves = 30;
const targetMs = 60;

export async function run(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const size of sizes) {
    const tree = await generateTree(size);
    await using server = await openBenchServer({ SYNCLINE_WATCH: 'true' });
    const slug = await server.register(`Tree of ${size}`, tree);
    await server.sync(slug);
    const ours = summarise(await saveAndHear(server, join(tree, 'part-0000', 'US000001-story.md')));
    results.push({ id: 'B4', what: `one file saved among ${size}`, ours, floor: null, target: targetMs });
    await rm(tree, { recursive: true, force: true });
  }
  return results;
}

async function saveAndHear(server: BenchServer, file: string): Promise<number[]> {
  const stopping = new AbortController();
  const heard = listen(server.url, stopping.signal);
  const times: number[] = [];
  await heard.next();
  for (let save = 0; save < saves; save += 1) {
    await writeFile(file, `# Saved ${save}\n`);
    const writtenMs = performance.now();
    await heard.next();
    times.push(performance.now() - writtenMs);
  }
  stopping.abort();
  return times;
}

/** Yields once when the stream stands, then for every batch of changed documents. */
async function* listen(url: string, signal: AbortSignal): AsyncGenerator<void> {
  const response = await fetch(`${url}/api/events?types=documents:changed`, {
    headers: { accept: 'text/event-stream' },
    signal,
  });
  for await (const chunk of response.body ?? []) {
    const text = Buffer.from(chunk as Uint8Array).toString();
    for (const _frame of text.matchAll(/^event: (?:hello|documents:changed)$/gm)) yield;
  }
}
