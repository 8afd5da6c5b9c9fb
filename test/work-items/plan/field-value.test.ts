import { expect, test } from 'vitest';
import { hashContent, hashField, isSameValue } from '../../../server/features/work-items/plan/field-value.ts';

const ada = { displayName: 'Ada Lovelace', uniqueName: 'ada@example.org', id: '1' };

test.each([
  ['System.Tags', 'b; a', 'A;B'],
  ['System.Tags', 'b; a', 'a, b'],
  ['Custom.Size', 2, '2.0'],
  ['Custom.Size', 2, 2],
  ['Custom.Done', true, 'True'],
  ['Custom.Due', '2026-11-21T00:00:00.000Z', '2026-11-21T00:00:00Z'],
  ['Custom.Due', '2026-11-21T00:00:00.000Z', '2026-11-21T02:00:00+02:00'],
  ['System.AssignedTo', 'ada@example.org', ada],
  ['System.AssignedTo', 'Ada Lovelace', ada],
  ['System.AssignedTo', 'Ada Lovelace <ADA@example.org>', ada],
  ['System.Description', '<p>a "b" it\'s</p>', '<p>a &quot;b&quot; it&#39;s</p>\n'],
  ['System.Description', '<p>a<br />b</p>', '<p>a<br>b</p>'],
])('[PL3] %s: %j and %j are one value', (field, ours, theirs) => {
  expect(isSameValue(field, ours, theirs)).toBe(true);
  expect(hashField(field, theirs, ours)).toBe(hashField(field, ours));
});

test.each([
  ['System.Title', '007', '7'],
  ['System.Title', 'a', 'A'],
  ['System.Title', 'a &gt; b', 'a > b'],
  ['System.Tags', 'a; b', 'a'],
  ['Custom.Size', 2, '3'],
  ['Custom.Size', 2, 'two'],
  ['System.AssignedTo', 'ada', ada],
  ['System.Description', '<p>a</p>', '<p>b</p>'],
  ['System.Description', 'a', null],
])('[PL3] %s: %j and %j are two values', (field, ours, theirs) => {
  expect(isSameValue(field, ours, theirs)).toBe(false);
});

test('[RC1] the order of fields means nothing to the hash, the parent does', () => {
  const hash = hashContent({ a: '1', b: '2' }, 'p');

  expect(hashContent({ b: '2', a: '1' }, 'p')).toBe(hash);
  expect(hashContent({ a: '1', b: '2' }, null)).not.toBe(hash);
  expect(hashContent({ a: '1', b: '3' }, 'p')).not.toBe(hash);
});
