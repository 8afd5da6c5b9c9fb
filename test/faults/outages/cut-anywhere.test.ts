/** A stream that breaks off at any byte, again and again: the client's events are the journal's, each once (F14). */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../client/sdk/clock.ts';
import { openConnection } from '../../../client/sdk/connection.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { EventId } from '../../../shared/ids.ts';
import { until } from '../../support/until.ts';
import { appendOutside } from './append-outside.ts';
import { openHttpProxy } from './cutting-proxy.ts';
import { openOutageKit, type OutageKit } from './outage-kit.ts';

let kit: OutageKit;

beforeAll(async () => {
  kit = await openOutageKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

/** Waits are a fiftieth of what they would be, so that many cuts fit into a test. */
const hastyClock = {
  ...systemClock,
  // But for the three seconds within which a line has to say hello.
  after: (ms: number, run: () => void) => systemClock.after(ms > 2_600 && ms <= 3_000 ? ms : ms / 50, run),
};

test('[F14, LAW1] whatever the bytes at which its lines are cut, the client holds what the journal holds', async () => {
  const cuts = fc.array(fc.integer({ min: 0, max: 6_000 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cuts, fc.integer({ min: 1, max: 60 }), async (places, count) => {
      const { head } = await kit.server.json<{ head: EventId }>('/api/events');
      await using proxy = await openHttpProxy(kit.server.url, {
        cutAfter: (line) => places[line - 1] ?? Infinity,
      });
      const events: SynclineEvent[] = [];
      const resets: unknown[] = [];
      using connection = openConnection({
        baseUrl: proxy.url,
        after: head,
        clock: hastyClock,
        onEvents: (some) => void events.push(...some),
        onReset: (reset) => void resets.push(reset),
        onState: () => undefined,
      });
      expect(connection.state().state).not.toBe('closed');

      await appendOutside(kit.sql, count, 80);
      const last = await appendOutside(kit.sql, 1);

      await until('all of it has come', () => (events.at(-1)?.seq ?? 0) >= last, { withinMs: 40_000 });
      const from = Number(head.slice(head.lastIndexOf('-') + 1));
      expect(events.map(({ seq }) => seq)).toEqual(
        Array.from({ length: last - from }, (_, n) => from + 1 + n),
      );
      expect(resets).toEqual([]);
    }),
    { numRuns: Number(process.env.RUNS ?? '12'), endOnFailure: true },
  );
}, 300_000);
