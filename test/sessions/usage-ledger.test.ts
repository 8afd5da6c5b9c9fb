/** Counting each message once, at three widths, from changes alone (SE9). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  UsageLedger,
  type TotalChange,
  type UsageEntry,
} from '../../server/features/sessions/usage-ledger.ts';

const nothing = {
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  reasoning: 0,
  serviceTier: null,
  serverToolUse: null,
};
const entry = (sessionId: string, key: string, output: number, model = 'm'): UsageEntry => ({
  ...nothing,
  key,
  sessionId,
  family: sessionId.split(':')[0] ?? sessionId,
  model,
  at: '2026-01-01T00:00:00.000Z',
  input: 1,
  output,
});

const outputOf = (changes: readonly TotalChange[], scope: string, sessionId?: string): number =>
  changes
    .filter((change) => change.scope === scope && (sessionId === undefined || change.sessionId === sessionId))
    .reduce((sum, change) => sum + change.output, 0);

test('[SE9] of the lines of one message the one with the most output counts, on a tie the later', () => {
  const ledger = new UsageLedger([]);

  for (const [line, output] of [1, 7, 7, 3].entries()) ledger.put(entry('S-1', 'a', output, `line ${line}`));

  expect(outputOf(ledger.changes, 'own')).toBe(7);
  expect(ledger.written).toMatchObject([{ output: 7, model: 'line 2' }]);
});

test('[SE9] history that a fork repeats counts in its own figure, and once in the project', () => {
  const ledger = new UsageLedger([entry('S-1', 'a', 5)]);

  ledger.put(entry('S-2', 'a', 5));

  expect(outputOf(ledger.changes, 'own', 'S-2')).toBe(5);
  expect(outputOf(ledger.changes, 'family', 'S-2')).toBe(5);
  expect(outputOf(ledger.changes, 'project')).toBe(0);
});

test('[SE9] a message that a subagent repeats counts once in the family', () => {
  const ledger = new UsageLedger([]);

  ledger.put(entry('S-1', 'a', 5));
  ledger.put(entry('S-1:x', 'a', 9));

  expect(outputOf(ledger.changes, 'own')).toBe(14);
  expect(outputOf(ledger.changes, 'family')).toBe(9);
});

const sessions = ['S-1', 'S-1:x', 'S-2'];
const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        put: fc.tuple(fc.constantFrom(...sessions), fc.constantFrom('a', 'b', 'c'), fc.nat(5)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ remove: fc.constantFrom(...sessions) }) },
  ),
  { maxLength: 20 },
);

/** Each session's sums as they should be, counted from all entries there are. */
function countAll(entries: readonly UsageEntry[]): Record<string, number> {
  const best = (own: readonly UsageEntry[]) =>
    own.toSorted((a, b) => b.output - a.output || (a.sessionId < b.sessionId ? -1 : 1))[0];
  const sums: Record<string, number> = {};
  const add = (scope: string, { sessionId, output }: UsageEntry) => {
    sums[`${scope} ${sessionId}`] = (sums[`${scope} ${sessionId}`] ?? 0) + output + 1;
  };
  for (const one of entries) add('own', one);
  for (const key of new Set(entries.map((one) => one.key))) {
    const all = entries.filter((one) => one.key === key);
    const top = best(all);
    if (top !== undefined) add('project', top);
    for (const family of new Set(all.map((one) => one.family))) {
      const counting = best(all.filter((one) => one.family === family));
      if (counting !== undefined) add('family', counting);
    }
  }
  return sums;
}

test('law: sums that only ever change by what changed equal sums over everything', () => {
  fc.assert(
    fc.property(steps, (made) => {
      let stored: UsageEntry[] = [];
      const sums: Record<string, number> = {};
      for (const step of made) {
        const ledger = new UsageLedger(stored);
        if ('put' in step) ledger.put(entry(step.put[0], step.put[1], step.put[2]));
        else ledger.remove(step.remove);
        const written = ledger.written;
        stored = stored.filter(
          (one) =>
            !written.some((other) => other.key === one.key && other.sessionId === one.sessionId) &&
            !('remove' in step && one.sessionId === step.remove),
        );
        stored.push(...written);
        if ('remove' in step) {
          for (const scope of ['own', 'family', 'project']) delete sums[`${scope} ${step.remove}`];
        }
        for (const { scope, sessionId, input, output } of ledger.changes) {
          const id = `${scope} ${sessionId}`;
          sums[id] = (sums[id] ?? 0) + output + input;
          if (sums[id] === 0) delete sums[id];
        }
      }

      expect(sums).toEqual(countAll(stored));
    }),
  );
});
