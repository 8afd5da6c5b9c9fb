/** Everybody comes back at the same moment: what they have missed is read once, and soon (F13). */
import { get } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toRetryDelay } from '../../../client/sdk/ladder.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { openOutageKit, type OutageKit } from './outage-kit.ts';

/** `CLIENTS=1000` for all of them; the limit of streams is one more. */
const clients = Number(process.env.CLIENTS ?? '300');
const isLong = process.env.CLIENTS !== undefined;
const missed = isLong ? 500 : 200;

let kit: OutageKit;

beforeAll(async () => {
  kit = await openOutageKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** From the request to the last event that was missed. */
function replay(after: string, last: string): Promise<{ ms: number; seqs: number[]; retryMs: number }> {
  const beganMs = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { accept: 'text/event-stream', 'last-event-id': after };
    const request = get(`${kit.server.url}/api/events`, { headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (!text.includes(`\nid: ${last}\n`) || !text.endsWith('\n\n')) return;
        const seqs = [...text.matchAll(/^id: \w+-(\d+)\nevent: (?!hello)/gm)].map(([, seq]) => Number(seq));
        const upTo = Number(last.slice(last.lastIndexOf('-') + 1));
        resolve({
          ms: performance.now() - beganMs,
          seqs: seqs.filter((seq) => seq <= upTo),
          retryMs: Number(/^retry: (\d+)$/m.exec(text)?.[1]),
        });
        request.destroy();
      });
    });
    request.on('error', reject);
  });
}

const rowsReadOfJournal = async () => {
  const [row] = await kit.sql<{ rows: number }[]>`
    select (seq_tup_read + idx_tup_fetch)::int as rows from pg_stat_all_tables where relname = 'journal'`;
  return row?.rows ?? 0;
};

test('[F13] a restarted server gives all of them what they missed, once and in order, from what one of them would read', async () => {
  const before = await appendOutside(kit.sql, 100);
  await appendOutside(kit.sql, missed);
  // None of it is in memory then.
  await kit.server.restart();
  const { epoch, head: last } = await position();
  // Backends tell what they have counted a moment later.
  await kit.sql`select pg_stat_force_next_flush()`.catch(() => undefined);
  const rowsBefore = await rowsReadOfJournal();

  const replays = await Promise.all(
    Array.from({ length: clients }, (_, n) => {
      const after = n % 2 === 0 ? before : before - (n % 90);
      return replay(`${epoch}-${after}`, `${epoch}-${last}`).then((heard) => ({ ...heard, after }));
    }),
  );

  for (const { seqs, after } of replays) {
    expect(seqs).toEqual(Array.from({ length: last - after }, (_, n) => after + 1 + n));
  }
  const sorted = replays.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const p99 = sorted[Math.floor(sorted.length * 0.99)]!;
  const p50 = sorted[clients >> 1]!;
  if (isLong)
    process.stderr.write(
      `F13: ${clients} clients, replay p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms\n`,
    );
  // A figure of the machine as much as of the program: it counts where nothing else runs.
  if (isLong) expect(p99).toBeLessThan(2_000);
  const rows = (await until(
    'reads are counted',
    async () => (await rowsReadOfJournal()) - rowsBefore || undefined,
  )) as number;
  // What all of them missed, a few times over, and a row for each who asks where the journal stands; not a page each.
  expect(rows).toBeLessThan(10 * missed + clients);
  // What they are told to wait is not the same for all.
  expect(new Set(replays.map(({ retryMs }) => retryMs)).size).toBeGreaterThan(10);
});

test('[F13] clients whose connection was lost spread their return over the whole wait', () => {
  const delays = Array.from({ length: 100 }, (_, n) => toRetryDelay(1, 2_000, n / 100));

  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThanOrEqual(200);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(2_000);
});

async function position(): Promise<{ epoch: string; head: number }> {
  const { head } = await kit.server.json<{ head: string }>('/api/events');
  const at = head.lastIndexOf('-');
  return { epoch: head.slice(0, at), head: Number(head.slice(at + 1)) };
}
