import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toScore, type RuleRate } from '../../server/features/health-check/score.ts';

const rate = (severity: RuleRate['severity'], affected: number, checked: number): RuleRate => ({
  severity,
  affected,
  checked,
});

test.each([
  ['nothing was checked', [], 100],
  ['a rule that checked nothing', [rate('critical', 0, 0), rate('low', 1, 1)], 0],
  ['one rule of weight 5 fails in 1 of 10', [rate('high', 1, 10)], 90],
  ['critical weighs 15, low 1', [rate('critical', 0, 4), rate('low', 4, 4)], 93],
  ['high weighs 5, medium 2', [rate('high', 0, 1), rate('medium', 1, 1)], 71],
  ['a third of it', [rate('low', 1, 3)], 66],
  ['a fraction that binary numbers miss', [rate('low', 9, 10)], 10],
  ['one of very many', [rate('low', 1, 20_000), rate('critical', 0, 20_000)], 99],
])('[HC3] %s', (_case, rates, score) => {
  expect(toScore(rates)).toBe(score);
});

const anyRate = fc
  .record({
    severity: fc.constantFrom<RuleRate['severity'][]>('critical', 'high', 'medium', 'low'),
    checked: fc.integer({ min: 0, max: 20_000 }),
    share: fc.integer({ min: 0, max: 20_000 }),
  })
  .map(({ severity, checked, share }) => rate(severity, Math.min(share, checked), checked));
const anyRates = fc.array(anyRate, { maxLength: 19 });

describe('[HC3] laws of the score', () => {
  test('[HC3] it is a whole number from 0 to 100', () =>
    fc.assert(
      fc.property(anyRates, (rates) => {
        const score = toScore(rates);

        expect(Number.isInteger(score) && score >= 0 && score <= 100).toBe(true);
      }),
    ));

  test('[HC3] a tree that is larger with the same rates has the same score', () =>
    fc.assert(
      fc.property(anyRates, fc.integer({ min: 1, max: 1000 }), (rates, times) => {
        const larger = rates.map((one) => rate(one.severity, one.affected * times, one.checked * times));

        expect(toScore(larger)).toBe(toScore(rates));
      }),
    ));

  test('[HC3] any finding makes it less than 100, and none makes it 100', () =>
    fc.assert(
      fc.property(anyRates, (rates) => {
        expect(toScore(rates) < 100).toBe(rates.some(({ affected }) => affected > 0));
      }),
    ));

  test('[HC3] a finding that is gone never lowers it', () =>
    fc.assert(
      fc.property(anyRates, fc.nat(), (rates, which) => {
        const found = rates.flatMap(({ affected }, index) => (affected > 0 ? [index] : []));
        fc.pre(found.length > 0);
        const gone = found[which % found.length];
        const better = rates.map((one, index) =>
          index === gone ? rate(one.severity, one.affected - 1, one.checked) : one,
        );

        expect(toScore(better)).toBeGreaterThanOrEqual(toScore(rates));
      }),
    ));
});
