import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JournalEntry } from '../../server/core/journal-entry.ts';
import { toBatches, toSharedBatches } from '../../server/delivery/batch.ts';
import { sharePages } from '../../server/delivery/shared-read.ts';
import { eventAt, range } from '../sdk/support/events.ts';

/** Counts what is read of it. */
function createJournal(head: number) {
  const entries = range(1, head).map((seq) => new JournalEntry(eventAt(seq)));
  const asked: number[] = [];
  let isDown = false;
  return {
    asked,
    head: () => head,
    async pageAfter(seq: number, limit: number) {
      asked.push(seq);
      if (isDown) throw new Error('The database is away');
      return entries.slice(seq, seq + limit);
    },
    fail: (fails: boolean) => void (isDown = fails),
  };
}

test('[EV2] pages that are shared hold everything once and in order, wherever a reader begins', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 9 }), fc.nat(60), async (head, limit, from) => {
      const pageAfter = sharePages(createJournal(head));
      const read: number[] = [];

      for (let seq = from; seq < head; seq = read.at(-1) ?? head) {
        const page = await pageAfter(seq, limit);
        expect(page.length).toBeLessThanOrEqual(limit);
        read.push(...page.map((entry) => entry.seq));
      }

      expect(read).toEqual(range(from + 1, Math.max(from, head)));
    }),
  ));

test('[F13] readers with cursors of their own cost one reading a page once they have come to its edge', async () => {
  const journal = createJournal(100);
  const pageAfter = sharePages(journal);

  for (const from of [3, 5, 8]) await pageAfter(from, 10);
  const pages = await Promise.all([3, 5, 8].map(() => pageAfter(10, 10)));

  expect(new Set(pages).size).toBe(1);
  expect(journal.asked).toEqual([3, 10, 20, 5, 8, 30]);
});

test('while a page is told the next two are on their way, and no more than that', async () => {
  const journal = createJournal(100);

  await sharePages(journal)(0, 10);
  await Promise.resolve();

  expect(journal.asked).toEqual([0, 10, 20]);
});

test('[F11] a page that could not be read is read again by the next who asks', async () => {
  const journal = createJournal(20);
  const pageAfter = sharePages(journal);
  journal.fail(true);
  await expect(pageAfter(0, 10)).rejects.toThrow('away');
  journal.fail(false);

  const page = await pageAfter(0, 10);

  expect(page).toHaveLength(10);
});

test('a page that goes to many as it is is cut once, and only for the same stretch of the journal', () => {
  const page = range(1, 3).map((seq) => new JournalEntry(eventAt(seq)));

  const [first, again, other] = [
    toSharedBatches(page, 0, 3),
    toSharedBatches(page, 0, 3),
    toSharedBatches(page, 0, 4),
  ];

  expect(again).toBe(first);
  expect(other).toEqual(toBatches(page, 0, 4));
});
