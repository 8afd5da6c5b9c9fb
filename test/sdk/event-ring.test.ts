import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventRing } from '../../client/sdk/event-ring.ts';
import { eventAt, idOf, range } from './support/events.ts';

const ringOf = (from: number, seqs: readonly number[], capacity = 100): EventRing => {
  const ring = new EventRing(capacity);
  ring.start(idOf(from));
  for (const seq of seqs) ring.push([eventAt(seq)]);
  return ring;
};
const seqsAfter = (ring: EventRing, head: number): readonly number[] | 'gap' => {
  const events = ring.after(idOf(head));
  return events === 'gap' ? 'gap' : events.map(({ seq }) => seq);
};

describe('the ring of recent events', () => {
  test.each([
    [4, 'gap'],
    [5, [6, 7, 9]],
    [6, [7, 9]],
    [8, [9]],
    [9, []],
    [99, []],
  ] as const)('after 6, 7 and 9 on top of 5, a snapshot at %i needs %j', (head, expected) => {
    expect(seqsAfter(ringOf(5, [6, 7, 9]), head)).toEqual(expected);
  });

  test('has nothing for anybody before the stream has a position', () => {
    const ring = new EventRing(10);

    expect([ring.after(null), ring.after(idOf(3)), ring.position]).toEqual([[], [], null]);
  });

  test('a snapshot without a position is a gap', () => {
    expect(ringOf(5, []).after(null)).toBe('gap');
  });

  test('a snapshot of another journal waits for the reset', () => {
    expect(ringOf(5, [6]).after(idOf(2, 'otherone'))).toEqual([]);
  });

  test('never answers with a hole, however much was cut off', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(100), fc.nat(110), (capacity, count, head) => {
        const ring = ringOf(0, range(1, count), capacity);

        const seqs = seqsAfter(ring, head);

        const isAllowedGap = seqs === 'gap' && head < count - capacity;
        expect(seqs).toEqual(isAllowedGap ? 'gap' : range(head + 1, count));
        expect(ring.position).toBe(idOf(count));
      }),
    ));
});
