/** Paths as indexing compares them: by segment, and by code point. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareCodePoints,
  isCovered,
  isWithin,
  sortByCodePoint,
} from '../../server/features/indexing/paths.ts';

test.each([
  ['docs', 'docs', true],
  ['docs/a.md', 'docs', true],
  ['docs-old/a.md', 'docs', false],
  ['doc', 'docs', false],
  ['anything/at/all', '.', true],
])('[OP27] %s within %s: %s', (path, folder, expected) => {
  expect(isWithin(path, folder)).toBe(expected);
});

const segment = fc.constantFrom('a', 'b', 'a-b', 'ab', 'c.md');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));

test('[DX15] a path is covered exactly when it lies within one of the places', () => {
  fc.assert(
    fc.property(path, fc.uniqueArray(fc.oneof(path, fc.constant('.')), { maxLength: 5 }), (one, places) => {
      expect(isCovered(one, new Set(places))).toBe(places.some((place) => isWithin(one, place)));
    }),
  );
});

test('[DX6] paths sort by code point: the order of their UTF-32 forms', () => {
  const toPoints = (text: string) => Array.from(text, (character) => character.codePointAt(0)!);
  const comparePoints = (left: number[], right: number[]): number => {
    const index = left.findIndex((point, at) => point !== right[at]);
    return index === -1 ? left.length - right.length : left[index]! - (right[index] ?? -1);
  };
  const text = fc.string({ unit: fc.constantFrom('a', '/', '\u{e9}', '\u{ff5e}', '\u{1f600}') });
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareCodePoints(left, right))).toBe(
        Math.sign(comparePoints(toPoints(left), toPoints(right))),
      );
    }),
  );
});

test('[DX6] an emoji sorts after the last character of the basic plane', () => {
  expect(sortByCodePoint(['\u{1f600}.md', '\u{ff5e}.md', 'z.md'], (one) => one)).toEqual([
    'z.md',
    '\u{ff5e}.md',
    '\u{1f600}.md',
  ]);
});
