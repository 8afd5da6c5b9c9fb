import { describe, expect, test } from 'vitest';
import { toSeq } from '../../client/dashboard/format/connection.ts';
import { toStatusTone } from '../../client/dashboard/format/document-types.ts';
import { toKindName, toWaitingText, toWords } from '../../client/dashboard/format/labels.ts';
import { groupBy } from '../../client/dashboard/format/group.ts';
import {
  toBytes,
  toDelta,
  toFraction,
  toPercent,
  toPlural,
  toRate,
  toShare,
} from '../../client/dashboard/format/numbers.ts';
import {
  toAge,
  toClock,
  toDate,
  toDateTime,
  toDayName,
  toDuration,
} from '../../client/dashboard/format/time.ts';
import { at, plus } from './build.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

test.each([
  [0, '0 ms'],
  [-5, '0 ms'],
  [999, '999 ms'],
  [1000, '1.0 s'],
  [2480, '2.4 s'],
  [9_999, '9.9 s'],
  [10_000, '10 s'],
  [59_999, '59 s'],
  [minute, '1 m 00 s'],
  [3 * minute + 5 * second, '3 m 05 s'],
  [hour + 4 * minute, '1 h 04 m'],
  [2 * day + 3 * hour, '2 d 03 h'],
])('a duration of %d ms reads %j', (ms, text) => {
  expect(toDuration(ms)).toBe(text);
});

test.each([
  [-5 * minute, 'just now'],
  [1_999, 'just now'],
  [2_000, '2 s ago'],
  [59_999, '59 s ago'],
  [minute, '1 min ago'],
  [hour - 1, '59 min ago'],
  [hour, '1 h ago'],
  [day, '1 d ago'],
  [40 * day, '40 d ago'],
])('what happened %d ms ago reads %j', (ms, text) => {
  expect(toAge(1_000_000_000_000 - ms, 1_000_000_000_000)).toBe(text);
});

describe('a moment', () => {
  test('is shown in the given zone', () => {
    expect(toDateTime(at, 'UTC')).toBe('17 Feb 2026, 09:30:00');
    expect(toDateTime(at, 'Asia/Tokyo')).toBe('17 Feb 2026, 18:30:00');
    expect(toDate(at, 'UTC')).toBe('17 Feb 2026');
    expect(toClock(at, 'UTC')).toBe('09:30:00');
  });

  test('that is none stays as it was written', () => {
    expect(toDateTime('2026-13-41', 'UTC')).toBe('2026-13-41');
  });

  test.each([
    [0, 'Today'],
    [-9 * hour, 'Today'],
    [-10 * hour, 'Yesterday'],
    [-40 * hour, '15 Feb 2026'],
  ])('%d ms from half past nine lies on the day %j', (ms, name) => {
    expect(toDayName(plus(ms), Date.parse(at), 'UTC')).toBe(name);
  });
});

test.each([
  [412, 900, 412 / 900],
  [0, 900, 0],
  [0, 0, 1],
  [5, 4, 1],
  [5, null, undefined],
  [undefined, 900, undefined],
])('%s of %s is the share %s', (processed, total, share) => {
  expect(toShare(processed, total)).toBe(share);
});

test('a share is rounded down, so that only the end is 100 %', () => {
  expect(toPercent(0.9999)).toBe('99 %');
  expect(toPercent(1)).toBe('100 %');
});

test.each([
  [2060.4, '2,060/s'],
  [9.96, '10/s'],
  [0.42, '0.4/s'],
])('a rate of %d reads %j', (rate, text) => {
  expect(toRate(rate)).toBe(text);
});

test.each([
  [1200, 900_000, '1,200 of 900,000'],
  [960, null, '960'],
  [null, 10, ''],
])('%s processed of %s reads %j', (processed, total, text) => {
  expect(toFraction(processed, total)).toBe(text);
});

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1 KB'],
  [41_222_144, '39.3 MB'],
])('%d bytes read %j', (bytes, text) => {
  expect(toBytes(bytes)).toBe(text);
});

test.each([
  [12, '+12'],
  [-3, '−3'],
  [0, '±0'],
])('a difference of %d reads %j', (value, text) => {
  expect(toDelta(value)).toBe(text);
});

test('one is singular, nothing and many are plural', () => {
  expect([0, 1, 2].map((count) => toPlural(count, 'issue'))).toEqual(['0 issues', '1 issue', '2 issues']);
});

test.each([
  ['documentsSynced', 'Documents synced'],
  ['git-dates', 'Git dates'],
  ['links:feature-prep', 'Links · feature prep'],
  ['story_points', 'Story points'],
])('the name %j is said %j', (name, words) => {
  expect(toWords(name)).toBe(words);
});

test('a kind of a newer server is said by its own name', () => {
  expect(toKindName('full_sync')).toBe('Full sync');
  expect(toKindName('push_work_items')).toBe('Push work items');
});

test('[OP7] a queued operation tells what it waits for', () => {
  const waiting = { reason: 'lane', operationId: null, kind: null, position: 2 } as const;

  expect(toWaitingText(waiting)).toBe('Waiting behind another operation of this project, number 2 in line');
});

test.each([
  ['Done', 'done'],
  ['complete', 'done'],
  ["Won't Implement", 'dropped'],
  ['In Progress', 'moving'],
  ['Blocked', 'stuck'],
  ['Draft', 'open'],
  ['Nearly done', 'open'],
])('[DC10] the status %j counts as %s', (status, tone) => {
  expect(toStatusTone(status)).toBe(tone);
});

test('the number of the last event is the end of the cursor', () => {
  expect(toSeq('epoch001-42')).toBe('42');
  expect(toSeq(null)).toBeNull();
});

test('groups keep the order in which their keys appear', () => {
  expect(groupBy(['b1', 'a1', 'b2'], (text) => text.charAt(0))).toEqual([
    ['b', ['b1', 'b2']],
    ['a', ['a1']],
  ]);
});
