import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RingingBus } from '../../server/core/bus.ts';
import { resumeFrom } from '../../server/core/cursor.ts';
import { EventTail } from '../../server/core/event-tail.ts';
import { FeedReset, openFeed } from '../../server/core/feed.ts';
import { isOfInterest } from '../../server/core/interest.ts';
import { JournalEntry } from '../../server/core/journal-entry.ts';
import { epoch, eventAt, idOf, range } from '../sdk/support/events.ts';

const entryAt = (seq: number) => new JournalEntry(eventAt(seq));
const seqsOf = (entries: readonly JournalEntry[]) => entries.map((entry) => entry.seq);

/** A journal that may lose its oldest while an answer is on its way. */
function scheduledJournal(scheduler: fc.Scheduler) {
  const bus = new RingingBus();
  let entries: JournalEntry[] = [];
  let head = 0;
  const source = {
    bus,
    head: () => head,
    async pageAfter(seq: number, limit: number) {
      if (seq >= head) return [];
      await scheduler.schedule(Promise.resolve());
      const page = entries.filter((entry) => entry.seq > seq).slice(0, limit);
      return await scheduler.schedule(Promise.resolve(page));
    },
  };
  return {
    source,
    append: () => {
      const entry = entryAt(++head);
      entries.push(entry);
      bus.publish([entry]);
    },
    /** The newest always stays. */
    prune: (count: number) => void (entries = entries.slice(Math.min(count, entries.length - 1))),
  };
}

const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
);

test('[F25] a feed hears all of it, or is told that some of it has been pruned', async () => {
  const ends = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(change, { minLength: 1, maxLength: 10 }),
      async (scheduler, changes) => {
        const { source, append, prune } = scheduledJournal(scheduler);
        const ending = new AbortController();
        const heard: number[] = [];
        let end = 'none';
        const reading = (async () => {
          const options = { after: 0, isOfInterest: () => true, pageSize: 3, signal: ending.signal };
          for await (const page of openFeed(source, options)) heard.push(...seqsOf(page.entries));
        })().catch((failure: unknown) => (end = failure instanceof FeedReset ? failure.reason : 'broken'));

        append();
        scheduler.scheduleSequence(
          changes.map((count) => async () => (count === 0 ? append() : prune(count))),
        );
        await scheduler.waitIdle();
        ending.abort();
        await reading;

        ends.add(end);
        expect(heard).toEqual(range(1, end === 'pruned' ? heard.length : source.head()));
        expect(end).not.toBe('broken');
      },
    ),
    { numRuns: 500 },
  );
  expect([...ends].toSorted()).toEqual(['none', 'pruned']);
});

test('[F25] a hole in the middle of a page is a reset too', async () => {
  const { signal } = new AbortController();
  const page = [1, 2, 5, 6].map(entryAt);
  const source = { bus: new RingingBus(), head: () => 6, pageAfter: () => Promise.resolve(page) };

  const feed = openFeed(source, { after: 0, isOfInterest: () => true, signal });

  await expect(feed.next()).rejects.toThrow(FeedReset);
});

test('[F25] a journal that was emptied is a reset, not silence', async () => {
  const { signal } = new AbortController();
  const source = { bus: new RingingBus(), head: () => 6, pageAfter: () => Promise.resolve([]) };

  const feed = openFeed(source, { after: 3, isOfInterest: () => true, signal });

  await expect(feed.next()).rejects.toThrow(FeedReset);
});

test('a feed moves past what is not of interest', async () => {
  const { signal } = new AbortController();
  const page = range(1, 4).map(entryAt);
  const source = { bus: new RingingBus(), head: () => 4, pageAfter: () => Promise.resolve(page) };

  const feed = openFeed(source, { after: 0, isOfInterest: (event) => event.seq === 2, signal });
  const { value } = await feed.next();

  expect([seqsOf(value!.entries), value!.through]).toEqual([[2], 4]);
});

test('a feed that waits ends with its signal, and leaves nothing behind', async () => {
  const ending = new AbortController();
  const bus = new RingingBus();
  const source = { bus, head: () => 0, pageAfter: () => Promise.resolve([]) };
  const feed = openFeed(source, { after: 0, isOfInterest: () => true, signal: ending.signal });
  const next = feed.next();

  ending.abort();

  expect(await next).toMatchObject({ done: true });
});

test('a wait that is over leaves nothing on its signal', async () => {
  const { signal } = new AbortController();
  const bus = new RingingBus();
  const waits = range(1, 3).map(() => bus.nextRing(signal));
  const during = getEventListeners(signal, 'abort').length;

  bus.publish([entryAt(1)]);
  await Promise.all(waits);

  expect([during, getEventListeners(signal, 'abort').length]).toEqual([3, 0]);
});

test('the tail answers with exactly what comes after, or with nothing when it does not reach back', () => {
  const pushes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(pushes, fc.nat(200), fc.integer({ min: 1, max: 50 }), (sizes, after, limit) => {
      const tail = new EventTail(10);
      let head = 0;
      for (const size of sizes) {
        tail.push(range(head + 1, head + size).map(entryAt));
        head += size;
      }
      fc.pre(after <= head);

      const found = tail.after(after, limit);

      const reachesBack = after >= head - 10;
      const expected = range(after + 1, Math.min(head, after + limit));
      expect(found === undefined ? reachesBack : seqsOf(found)).toEqual(
        found === undefined ? false : expected,
      );
    }),
  );
});

test.each([
  ['leads up to the first', [3, 4, 5], [6, 7], [4, 5, 6, 7]],
  ['overlaps', [4, 5, 6], [6, 7], [4, 5, 6, 7]],
  ['leaves a gap', [3, 4], [6, 7], undefined],
  ['leads up to the head of an empty tail', [4, 5, 6, 7], [], [4, 5, 6, 7]],
  ['does not reach the head of an empty tail', [4, 5, 6], [], undefined],
  ['is nothing', [], [6, 7], undefined],
])('what came before and %s is taken, or not', (_, earlier, held, expected) => {
  const tail = new EventTail(10);
  tail.push(held.map(entryAt));

  tail.prepend(earlier.map(entryAt), 7);

  expect(tail.after(3, 10)?.map((entry) => entry.seq)).toEqual(expected);
});

test('a tail that what comes does not follow begins anew', () => {
  const tail = new EventTail(10);
  tail.push([1, 2, 3].map(entryAt));

  tail.push([7, 8].map(entryAt));

  expect(tail.after(2, 10)).toBeUndefined();
  expect(seqsOf(tail.after(6, 10)!)).toEqual([7, 8]);
});

test.each([
  [null, { from: 20, resumed: false, reset: null }],
  ['', { from: 20, resumed: false, reset: null }],
  ['earliest', { from: 9, resumed: true, reset: null }],
  [idOf(20), { from: 20, resumed: true, reset: null }],
  [idOf(9), { from: 9, resumed: true, reset: null }],
  [idOf(8), { from: 20, resumed: false, reset: 'pruned' }],
  [idOf(0), { from: 20, resumed: false, reset: 'pruned' }],
  [idOf(21), { from: 20, resumed: false, reset: 'future' }],
  [idOf(15, 'otherone'), { from: 20, resumed: false, reset: 'foreign-epoch' }],
  [idOf(99, 'otherone'), { from: 20, resumed: false, reset: 'foreign-epoch' }],
  [`${epoch}-15 `, { from: 20, resumed: false, reset: 'malformed' }],
  [`${epoch}-15\n`, { from: 20, resumed: false, reset: 'malformed' }],
  [`${epoch}:15`, { from: 20, resumed: false, reset: 'malformed' }],
  ['15', { from: 20, resumed: false, reset: 'malformed' }],
  ['EARLIEST', { from: 20, resumed: false, reset: 'malformed' }],
])('[SS3] in a journal from 10 to 20 the cursor %j leads to %j', (cursor, expected) => {
  expect(resumeFrom(cursor, { epoch, head: 20, oldest: 10 })).toEqual(expected);
});

test.each([
  [['all'], [], true],
  [['project:atlas'], [], true],
  [['project:borea'], [], false],
  [['project:borea', 'project:atlas'], [], true],
  [['all'], ['watch:recovered'], true],
  [['all'], ['watch:*'], true],
  [['all'], ['*'], true],
  [['all'], ['watch:ready', 'operation:*'], false],
  [['all'], ['watchdog:*'], false],
  [['project:borea'], ['*'], false],
])('who asks for the topics %j and types %j hears watch:recovered of atlas: %j', (topics, types, isHeard) => {
  const event = { ...eventAt(1), topic: ['project:atlas' as const] };

  expect(isOfInterest({ topics, types }, event)).toBe(isHeard);
});
