/** Retention takes events while clients replay them: each hears a stretch without a gap, or is told to start over (F25). */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventPage, ResetReason } from '../../../shared/api/events.ts';
import { pruneJournal } from '../../../server/core/journal-rows.ts';
import { openDatabase, type Database } from '../../../server/db/open.ts';
import { openReader, transports, type Reader } from '../../delivery/readers.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { openOutageKit, type OutageKit } from './outage-kit.ts';

const events = 6_000;
const kept = 1_000;

let kit: OutageKit;
let pruner: Database;

beforeAll(async () => {
  kit = await openOutageKit();
  pruner = openDatabase(kit.proxy.url, { max: 1 });
});
afterAll(async () => {
  await pruner[Symbol.asyncDispose]();
  await kit[Symbol.asyncDispose]();
});

/** In small batches, as the server does it, while the readers read. */
async function prune(): Promise<void> {
  while ((await pruneJournal(pruner.db, { days: 9, count: kept, batch: 250 })) > 0) await wait(5);
}

/** Stretches of what one reader heard: a reset begins another. */
interface Heard {
  readonly stretches: number[][];
  readonly resets: ResetReason[];
}

async function readToEnd(
  transport: (typeof transports)[number],
  after: string,
  last: number,
): Promise<Heard> {
  const heard: { stretches: number[][]; resets: ResetReason[] } = { stretches: [], resets: [] };
  let cursor: string | null = after;
  for (let line = 0; line < 20; line++) {
    const reader: Reader = await openReader(transport, kit.server.url, { after: cursor });
    await until('it is at the end, or has been cut', () => {
      const isAtEnd = (reader.events.at(-1)?.seq ?? 0) >= last || seqOf(reader.cursor) >= last;
      return isAtEnd || reader.isClosed || reader.greetings.some(({ reset }) => reset !== null);
    });
    heard.stretches.push(reader.events.map(({ seq }) => seq));
    heard.resets.push(...reader.greetings.flatMap(({ reset }) => reset ?? []));
    cursor = reader.cursor;
    reader.close();
    if (seqOf(cursor) >= last) return heard;
  }
  throw new Error(`The reader never came to the end: ${JSON.stringify(heard.resets)}`);
}

const seqOf = (cursor: string | null): number => Number(cursor?.slice(cursor.lastIndexOf('-') + 1) ?? 0);

describe.each(transports)('over %s', (transport) => {
  test('[F25, EV5] what a reader hears has no gap, unless it was told that it must start over', async () => {
    const page = await kit.server.json<EventPage>('/api/events');
    for (let sent = 0; sent < events; sent += 1_000) await appendOutside(kit.sql, 1_000, 300);
    const last = seqOf(page.head) + events;
    // None of it is remembered: it is read while it goes.
    await kit.server.restart();

    const reading = Array.from({ length: 5 }, (_, n) =>
      readToEnd(transport, page.head.replace(/\d+$/, String(seqOf(page.head) + n * 500)), last),
    );
    await prune();
    const heard = await Promise.all(reading);

    for (const [n, { stretches, resets }] of heard.entries()) {
      const from = seqOf(page.head) + n * 500;
      const all = stretches.flat();
      const gaps = all.filter((seq, index) => seq !== (all[index - 1] ?? from) + 1).length;
      // A gap is never silent, nothing comes twice, and the order is kept.
      if (gaps > 0 || all.length < last - from) expect(resets).toContain('pruned');
      else expect(resets).toEqual([]);
      expect(all).toEqual([...new Set(all)].toSorted((a, b) => a - b));
    }
    const [row] = await kit.sql<{ oldest: number }[]>`select min(seq)::int as oldest from journal`;
    expect(row!.oldest).toBeGreaterThan(last - kept - 100);
  });
});
