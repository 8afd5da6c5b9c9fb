import { expect, test } from 'vitest';
import { Barriers, type Crossed } from '../../server/features/freshness/barriers.ts';
import { EventId, type ProjectId } from '../../shared/ids.ts';

const id = 'p_1' as ProjectId;
const head = EventId.parse('abcdefgh-7');
const crossed: Crossed = { kind: 'crossed', proof: 'sentinel' };

function open() {
  const crossings: ((crossed: Crossed) => void)[] = [];
  let nowMs = Date.UTC(2026, 10, 21);
  const barriers = new Barriers({
    cross: () => new Promise((resolve) => crossings.push(resolve)),
    readHead: async () => head,
    clock: { now: () => new Date((nowMs += 1000)), monotonicMs: () => 0 },
  });
  return { barriers, crossings };
}

test('who asks while a barrier is under way shares the next one, which begins after the question', async () => {
  const { barriers, crossings } = open();
  const first = barriers.prove(id);
  const later = [barriers.prove(id), barriers.prove(id), barriers.prove(id)];
  expect(crossings).toHaveLength(1);

  crossings[0]?.(crossed);
  const early = await first;
  await expect.poll(() => crossings.length).toBe(2);
  crossings[1]?.(crossed);
  const answers = await Promise.all(later);

  expect(crossings).toHaveLength(2);
  expect(new Set(answers).size).toBe(1);
  expect(early).toMatchObject({ kind: 'proven', asOf: '2026-11-21T00:00:01.000Z', head });
  expect(answers[0]).toMatchObject({ kind: 'proven', asOf: '2026-11-21T00:00:02.000Z', head });
});

test('the newest proof is remembered, and what came to nothing takes nothing away', async () => {
  const { barriers, crossings } = open();
  const proving = barriers.prove(id);
  crossings[0]?.(crossed);
  const proven = await proving;

  const failing = barriers.prove(id);
  await expect.poll(() => crossings.length).toBe(2);
  crossings[1]?.({ kind: 'blocked', reason: 'The watch is halted.' });

  expect(await failing).toEqual({ kind: 'unproven', reason: 'The watch is halted.' });
  expect(barriers.newest(id)).toEqual(proven);
});

test('a proof of long ago that arrives late does not replace a newer one', async () => {
  const { barriers } = open();
  const at = (asOf: string) =>
    ({ kind: 'proven', asOf, head, proof: 'walk' }) as Parameters<Barriers['remember']>[1];

  barriers.remember(id, at('2026-11-21T12:00:05.000Z'));
  barriers.remember(id, at('2026-11-21T12:00:04.000Z'));

  expect(barriers.newest(id)?.asOf).toBe('2026-11-21T12:00:05.000Z');
});
