import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingingBus } from '../../server/core/bus.ts';
import { openFeed } from '../../server/core/feed.ts';
import { JournalEntry } from '../../server/core/journal-entry.ts';
import type { Batch } from '../../server/delivery/batch.ts';
import { Fanout, type FanoutSource } from '../../server/delivery/fanout.ts';
import { Follower } from '../../server/delivery/follower.ts';
import { lowWaterBytes } from '../../server/delivery/outlet.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { eventAt, range } from '../sdk/support/events.ts';

const everything = { topics: ['all'], types: [] };
const log = createLogger('silent');

/** A journal whose answers come when the scheduler says so; what they hold is decided when they are asked for. */
function scheduledJournal(scheduler: fc.Scheduler) {
  const entries: JournalEntry[] = [];
  const bus = new RingingBus();
  const source: FanoutSource = {
    bus,
    head: () => entries.length,
    pageAfter: (seq, limit) => scheduler.schedule(Promise.resolve(entries.slice(seq, seq + limit))),
  };
  const append = () => {
    const entry = new JournalEntry(eventAt(entries.length + 1));
    entries.push(entry);
    bus.publish([entry]);
  };
  return { source, append };
}

/** A peer that takes what is written when the scheduler says so. */
function scheduledPeer(scheduler: fc.Scheduler, isSlow: boolean) {
  const seqs: number[] = [];
  let queuedBytes = 0;
  return {
    seqs,
    outlet: {
      write(batch: Batch) {
        seqs.push(...batch.entries.map((entry) => entry.seq));
        if (isSlow) queuedBytes = lowWaterBytes + 1;
      },
      writtenBytes: () => seqs.length,
      queuedBytes: () => queuedBytes,
      async room() {
        await scheduler.schedule(Promise.resolve());
        queuedBytes = 0;
      },
    },
  };
}

test('[LAW1] a feed misses nothing, however slowly the journal answers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (scheduler, count) => {
      const { source, append } = scheduledJournal(scheduler);
      const ending = new AbortController();
      const seqs: number[] = [];
      const feed = openFeed(source, {
        after: 0,
        isOfInterest: () => true,
        pageSize: 2,
        signal: ending.signal,
      });
      const reading = (async () => {
        for await (const page of feed) seqs.push(...page.entries.map((entry) => entry.seq));
      })();

      scheduler.scheduleSequence(range(1, count).map(() => async () => append()));
      await scheduler.waitIdle();
      ending.abort();
      await reading;

      expect(seqs).toEqual(range(1, count));
    }),
  );
});

const readers = fc.array(
  fc.record({ joinsAfter: fc.integer({ min: 0, max: 6 }), isSlow: fc.boolean(), isAhead: fc.boolean() }),
  { minLength: 1, maxLength: 4 },
);

test('[LAW1] whoever joins, lags and joins again hears everything once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 8 }),
      readers,
      async (scheduler, count, wishes) => {
        const { source, append } = scheduledJournal(scheduler);
        const followers: Follower[] = [];
        const turn = () => scheduler.schedule(Promise.resolve());
        await using fanout = new Fanout({ journal: source, log, turn, sliceMs: 0 });
        const told: { expected: () => number[]; seqs: number[] }[] = [];

        const join = ({ isSlow, isAhead }: { isSlow: boolean; isAhead: boolean }) => {
          const { seqs, outlet } = scheduledPeer(scheduler, isSlow);
          const fail = () => seqs.push(Number.NaN);
          const owner = { onPruned: fail, onFailure: fail, onCollapsed: () => undefined };
          const follower = new Follower({
            fanout,
            source,
            interest: everything,
            outlet,
            queueBytes: lowWaterBytes,
            owner,
          });
          followers.push(follower);
          const after = isAhead ? source.head() : 0;
          follower.start(after);
          told.push({ seqs, expected: () => range(after + 1, count) });
        };
        scheduler.scheduleSequence(
          range(1, count).map((seq) => async () => {
            for (const wish of wishes) if (wish.joinsAfter === seq - 1) join(wish);
            append();
          }),
        );
        await scheduler.waitIdle();
        for (const follower of followers) follower.stop();

        expect(source.head()).toBe(count);
        expect(told).toHaveLength(wishes.filter((wish) => wish.joinsAfter < count).length);
        for (const { seqs, expected } of told) expect(seqs).toEqual(expected());
      },
    ),
    { numRuns: 500 },
  );
});

test('a page that cannot be read sends the readers on alone, and none of them misses it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 5 }), async (scheduler, failing) => {
      const { source, append } = scheduledJournal(scheduler);
      let reads = 0;
      const broken: FanoutSource = {
        ...source,
        pageAfter: (seq, limit) => {
          reads += 1;
          if (reads === failing) return scheduler.schedule(Promise.reject(new Error('The database is away')));
          return source.pageAfter(seq, limit);
        },
      };
      await using fanout = new Fanout({
        journal: broken,
        log,
        turn: () => scheduler.schedule(Promise.resolve()),
      });
      const { seqs, outlet } = scheduledPeer(scheduler, false);
      const fail = () => seqs.push(Number.NaN);
      const owner = { onPruned: fail, onFailure: fail, onCollapsed: () => undefined };
      const options = { fanout, source, interest: everything, outlet, queueBytes: lowWaterBytes };
      const follower = new Follower({ ...options, owner });
      follower.start(0);

      scheduler.scheduleSequence(range(1, 6).map(() => async () => append()));
      await scheduler.waitIdle();
      follower.stop();

      expect(seqs).toEqual(range(1, 6));
    }),
  );
});
