import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rateEvidence, toConfidence } from '../../server/features/links/evidence/confidence.ts';
import { isPrimarySession } from '../../server/features/links/evidence/primary-session.ts';
import {
  fileSignals,
  findCommandWeights,
  type SignalType,
} from '../../server/features/links/evidence/signals.ts';
import { isVariant, toAliasKeys, toVariantKeys } from '../../server/features/links/evidence/variants.ts';

const rate = (types: SignalType[], signalCount: number, heaviest: number, share: number) =>
  rateEvidence({ types: new Set(types), signalCount, heaviest, share });

test.each<[string, SignalType[], number, number, number, number]>([
  ['a command and a write', ['command_args_path', 'file_write'], 2, 0.96, 1, 0.95],
  ['a command', ['command_args_path'], 1, 0.96, 1, 0.75],
  ['a command among many features', ['command_args_path'], 1, 0.96, 0.1, 0.75],
  ['a quiet command', ['command_args_path'], 1, 0.7, 1, 0.75],
  ['a command and a read', ['command_args_path', 'file_read'], 2, 0.96, 1, 0.78],
  ['a write', ['file_write'], 1, 0.95, 1, 0.77],
  ['a write, shared by two', ['file_write'], 1, 0.95, 0.5, 0.67],
  ['a write, shared by three', ['file_write'], 1, 0.95, 0.33, 0.57],
  ['a write of a larger part', ['file_write'], 1, 0.95, 0.7, 0.77],
  ['three writes', ['file_write'], 3, 0.95, 1, 0.82],
  ['a shell reference', ['shell_reference'], 1, 0.84, 1, 0.55],
  ['a shell reference, shared by three', ['shell_reference'], 1, 0.84, 0.33, 0.35],
  ['a search', ['search_reference'], 1, 0.66, 1, 0.35],
  ['three searches', ['search_reference'], 3, 0.66, 1, 0.4],
  ['two searches', ['search_reference'], 2, 0.66, 1, 0.38],
  ['many reads', ['file_read'], 9, 0.46, 1, 0.35],
  ['reads and a search', ['file_read', 'search_reference'], 3, 0.66, 1, 0.4],
])('[LK9] [LK10] %s', (_name, types, count, heaviest, share, confidence) => {
  expect(rate(types, count, heaviest, share).confidence).toBe(confidence);
});

test.each<[string, SignalType[], number, boolean]>([
  ['reads of a small part', ['file_read'], 0.24, true],
  ['reads of a quarter', ['file_read'], 0.25, false],
  ['a search in a small part', ['file_read', 'search_reference'], 0.1, false],
])('[LK11] %s', (_name, types, share, isWeak) => {
  expect(rate(types, 5, 0.46, share)).toMatchObject({
    isWeak,
    confidence: isWeak ? 0.35 : expect.any(Number),
  });
});

test('[LK24] base and adjustments, clamped and rounded, are the confidence', () => {
  const type = fc.constantFrom<SignalType>(
    'command_args_path',
    ...Object.values(fileSignals).map((one) => one.type),
  );
  const sums = fc.record({
    types: fc.uniqueArray(type, { minLength: 1 }).map((types) => new Set(types)),
    signalCount: fc.integer({ min: 1, max: 50 }),
    heaviest: fc.constantFrom(0.46, 0.66, 0.84, 0.95, 0.96),
    share: fc.double({ min: 0.0001, max: 1, noNaN: true }),
  });

  fc.assert(
    fc.property(sums, (sum) => {
      const { base, adjustments, confidence } = rateEvidence(sum);
      expect(toConfidence(base, adjustments)).toBe(confidence);
      expect(confidence).toBeGreaterThanOrEqual(0.35);
      expect(confidence).toBeLessThanOrEqual(0.95);
      expect(confidence).toBe(Number(confidence.toFixed(3)));
    }),
  );
});

test.each([
  ['/dev:execute-phase', 0.96, 0.96],
  ['/DEV:Quick-Feature ', 0.9, 0.7],
  ['/recovering-sessions', 0.9, 0.72],
])('[LK8] %s weighs %d with a path of the feature and %d without', (name, withPath, withoutPath) => {
  expect(findCommandWeights(name)).toEqual({ withPath, withoutPath });
});

test.each(['/clear', '/model', '/Clear'])('[LK8] %s never signals', (name) => {
  expect(findCommandWeights(name)).toBeUndefined();
});

describe('[LK7] a slug is a variant of an alias', () => {
  test.each([
    ['foo-bar', 'foo-bar', true],
    ['foo-bar-v2', 'foo-bar', true],
    ['foo-bar-v2', 'foo-bar-v1', true],
    ['foo-bar', 'foo-bar-v1', true],
    ['foo-bar-phase-2', 'foo-bar', true],
    ['foo-bar-v1-phase-2-backend', 'foo-bar-v1', true],
    ['foo_phase_1', 'foo', true],
    ['foo-iter-1', 'foo', true],
    ['foo_iter_1', 'foo', true],
    ['foo-iteration-12', 'foo', true],
    ['foo-phase-two', 'foo', false],
    ['foo-barn', 'foo-bar', false],
    ['foo-bar-baz', 'foo-bar', false],
    ['foo', 'foo-phase-2', false],
  ])('%s of %s: %s', (slug, alias, isOne) => {
    expect(isVariant(slug, alias)).toBe(isOne);
  });

  test('law: whoever has an alias is found under one of the keys that its variants ask', () => {
    const part = fc.constantFrom(
      'foo',
      'bar',
      '-v1',
      '-v2.1',
      '-phase-2',
      '_iter_3',
      '-',
      'v',
      '-iteration-x',
    );
    const slugs = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

    fc.assert(
      fc.property(slugs, slugs, (slug, alias) => {
        fc.pre(isVariant(slug, alias));
        expect(toVariantKeys(slug).some((key) => toAliasKeys(alias).includes(key))).toBe(true);
      }),
    );
  });
});

test.each<[string, Partial<Parameters<typeof isPrimarySession>[0]>, boolean]>([
  ['a task names it', { strategy: 'task_frontmatter' }, true],
  ['pinned', { isPinned: true }, true],
  [
    'a command about the feature that works on features',
    on(['command_args_path'], ['/dev:execute-phase']),
    true,
  ],
  ['such a command about something else', on(['file_read'], ['/dev:execute-phase']), false],
  ['another command about the feature', on(['command_args_path'], ['/fix:debug']), false],
  ['0.9', { confidence: 0.9 }, true],
  ['0.75 with a write', { ...on(['file_write'], []), confidence: 0.75 }, true],
  ['0.75 with a command', { ...on(['command_args_path'], []), confidence: 0.75 }, true],
  ['0.749 with a write', { ...on(['file_write'], []), confidence: 0.749 }, false],
  ['0.8 with reads', { ...on(['file_read'], []), confidence: 0.8 }, false],
  ['damaged', { metadata: { signals: 'nope', commands: [1, null] } }, false],
])('[LK13] a session of a feature is a primary one: %s', (_name, link, isPrimary) => {
  const blank = { strategy: 'session_evidence', confidence: 0.5, metadata: {}, isPinned: false };

  expect(isPrimarySession({ ...blank, ...link })).toBe(isPrimary);
});

function on(types: readonly SignalType[], commands: readonly string[]) {
  return { metadata: { signals: types.map((type) => ({ type })), commands } };
}
