import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JournalEntry } from '../../server/core/journal-entry.ts';
import { Batch, batchBytes, toBatches } from '../../server/delivery/batch.ts';
import { collapseProgress } from '../../server/delivery/collapse.ts';
import { StallWatch, type Outlet } from '../../server/delivery/outlet.ts';
import { TokenBucket } from '../../server/http/token-bucket.ts';
import { toFrame, toFrames } from '../../server/delivery/sse-frames.ts';
import { shareReading } from '../../server/delivery/shared-read.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import { createSseParser } from '../../client/sdk/transports/sse-parser.ts';
import { eventAt } from '../sdk/support/events.ts';

const entryAt = (seq: number, changes: object = {}) =>
  new JournalEntry({ ...eventAt(seq), ...changes } as unknown as SynclineEvent);
const progressAt = (seq: number, operationId: string) =>
  entryAt(seq, { type: 'operation:progress', operationId });
const seqsOf = (entries: readonly JournalEntry[]) => entries.map((entry) => entry.seq);

test('[SS7] whatever the text, an event is three lines, and reads back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const hostile = `${text}\r\n\n\0\ud800\u2028`;
      const entry = entryAt(1, { data: { name: hostile } });

      const [parsed] = createSseParser().push(toFrames([entry]));

      expect(toFrame(entry).split(/\r\n|\r|\n/)).toHaveLength(5);
      expect(JSON.parse(parsed!.data)).toEqual(entry.event);
    }),
  );
});

test('batches hold everything once, in order, and only one event may exceed the size', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 2 * batchBytes }), { maxLength: 20 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const entries = lengths.map((length, index) => entryAt(index + 1, { data: 'x'.repeat(length) }));

      const batches = toBatches(entries, 0, 99);

      expect(batches.flatMap((batch) => seqsOf(batch.entries))).toEqual(seqsOf(entries));
      expect(batches.map((batch) => batch.after)).toEqual(
        batches.map((_, index) => batches[index - 1]?.through ?? 0),
      );
      expect(batches.at(-1)?.through ?? 99).toBe(99);
      for (const { entries: held } of batches) {
        const size = held.slice(0, -1).reduce((sum, entry) => sum + entry.json.length, 0);
        expect(size).toBeLessThan(batchBytes);
      }
    }),
  );
});

test('a batch is encoded once for all who ask', () => {
  let count = 0;
  const encode = () => ++count;
  const batch = new Batch([entryAt(1)], 0, 1);

  expect([batch.as(encode), batch.as(encode)]).toEqual([1, 1]);
});

test.each([
  [0, [3, 4, 5]],
  [2, [3, 4, 5]],
  [3, [4, 5]],
  [5, undefined],
])('a reader at %i is given %j of a batch', (seq, expected) => {
  const batch = new Batch([entryAt(3), entryAt(4), entryAt(5)], 2, 5);

  expect(batch.beyond(seq)?.entries.map((entry) => entry.seq)).toEqual(expected);
});

test('[SS4] of the progress of one operation the newest stays, and everything else does', () => {
  const entries = [progressAt(1, 'a'), progressAt(2, 'b'), entryAt(3), progressAt(4, 'a'), entryAt(5)];

  expect(seqsOf(collapseProgress(entries))).toEqual([2, 3, 4, 5]);
});

describe('a stalled peer', () => {
  function watch() {
    const bytes = { written: 0, queued: 0 };
    const outlet: Outlet = {
      write: () => undefined,
      room: () => Promise.resolve(),
      writtenBytes: () => bytes.written,
      queuedBytes: () => bytes.queued,
    };
    return { bytes, stall: new StallWatch(outlet, { deadlineMs: 1_000, maxStepMs: 500, nowMs: 0 }) };
  }

  test('[F12] has taken nothing for as long as the deadline', () => {
    const { bytes, stall } = watch();
    Object.assign(bytes, { written: 100, queued: 60 });

    expect([100, 600, 1_099, 1_100].map((nowMs) => stall.isStalled(nowMs))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('is not one that takes a little', () => {
    const { bytes, stall } = watch();
    Object.assign(bytes, { written: 100, queued: 60 });

    const looks = [400, 800, 1_200, 1_600].map((nowMs) => ((bytes.queued -= 1), stall.isStalled(nowMs)));

    expect(looks).toEqual([false, false, false, false]);
  });

  test('[F24] is not one that was not looked at, because the event loop was busy', () => {
    const { bytes, stall } = watch();
    Object.assign(bytes, { written: 100, queued: 60 });

    expect([100, 5_100, 5_200].map((nowMs) => stall.isStalled(nowMs))).toEqual([false, false, false]);
  });
});

test('[IO1] a bucket gives what it holds, and fills again with time', () => {
  let nowMs = 0;
  const bucket = new TokenBucket({ monotonicMs: () => nowMs }, { burst: 2, perSecond: 10 });

  const atOnce = [bucket.take(), bucket.take(), bucket.take()];
  nowMs = 100;

  expect([...atOnce, bucket.take(), bucket.take()]).toEqual([true, true, false, true, false]);
});

test('[F13] an answer never comes from a reading that began before it was asked for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (scheduler, askers) => {
      let now = 0;
      let readings = 0;
      const read = shareReading(async () => {
        readings += 1;
        const began = now;
        await scheduler.schedule(Promise.resolve());
        return began;
      });
      const answers: { asked: number; began: number }[] = [];
      const ask = async () => {
        const asked = ++now;
        answers.push({ asked, began: await read() });
      };
      for (let asker = 0; asker < askers; asker++) void scheduler.schedule(Promise.resolve()).then(ask);
      await scheduler.waitIdle();

      expect(answers).toHaveLength(askers);
      for (const { asked, began } of answers) expect(began).toBeGreaterThanOrEqual(asked);
      expect(readings).toBeLessThanOrEqual(askers);
    }),
  );
});
