/** What a session did, cut at its commits (LK14). */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  advanceWindows,
  type CommitWindow,
  type Told,
} from '../../server/features/sessions/commit-windows.ts';
import type { SessionRecord } from '../../server/features/sessions/read/reading.ts';

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

const toRecord = (
  index: number,
  minute: number | null,
  blocks: SessionRecord['blocks'] = [],
): SessionRecord => ({
  index,
  at: minute === null ? null : at(minute),
  type: 'user',
  role: 'user',
  uuid: null,
  offset: 0,
  blocks,
});
const result = (call: string) => [
  { kind: 'tool_result' as const, text: '', truncated: false, toolUseId: call },
];
const use = { kind: 'tool_use' as const, text: '', truncated: false };
const made = (hash: string, ref: string, minute = 0) => ({
  hash,
  ref,
  at: at(minute),
  source: 'created' as const,
});

test('[LK14] each window ends at a newly seen commit, and the last is the working tree', () => {
  const windows = advanceWindows([], {
    records: [
      toRecord(0, 1, [use]),
      toRecord(1, 10, result('a')),
      toRecord(2, 11),
      toRecord(3, 20, result('b')),
      toRecord(4, 30),
    ],
    commits: [made('bbbbbbb', 'b', 20), made('aaaaaaa', 'a', 10)],
    moves: [
      { at: at(1), tokens: 5 },
      { at: at(11), tokens: 3 },
      { at: at(30), tokens: 7 },
    ],
  });

  expect(windows).toMatchObject([
    { hash: 'aaaaaaa', startedAt: at(1), endedAt: at(10), events: 2, tools: 1, tokens: 5 },
    { hash: 'bbbbbbb', startedAt: at(11), endedAt: at(20), events: 2, tokens: 3 },
    { hash: null, startedAt: at(30), endedAt: at(30), events: 1, tokens: 7 },
  ]);
});

test.each([
  ['another spelling of a known commit', made(`abcdef1${'0'.repeat(33)}`, 'b')],
  ['a commit that is only mentioned', { ...made('1234567', 'b'), source: 'mentioned' as const }],
])('[LK14] %s ends no window', (_what, commit) => {
  const before = advanceWindows([], {
    records: [toRecord(0, 1, result('a'))],
    commits: [made('abcdef1', 'a')],
    moves: [],
  });
  const after = advanceWindows(before, {
    records: [toRecord(1, 2, result('b'))],
    commits: [commit],
    moves: [],
  });

  expect(after.map(({ hash }) => hash)).toEqual(['abcdef1', null]);
});

/** A log of records, each with a minute, tokens, and perhaps a commit. */
const line = fc.record({
  minute: fc.option(fc.integer({ min: 0, max: 30 })),
  tokens: fc.nat(9),
  hash: fc.option(fc.constantFrom('aaaaaaa', 'aaaaaaab', 'bbbbbbb', 'ccccccc'), { freq: 3 }),
});
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never;

/** What a reader tells of some lines: of one commit only the first telling. */
function tell(lines: readonly (Line & { index: number })[]): Told {
  const firsts = lines.filter(({ hash }, place) => lines.findIndex((other) => other.hash === hash) === place);
  return {
    records: lines.map(({ index, minute }) => toRecord(index, minute, result(`c${index}`))),
    commits: firsts.flatMap(({ hash, index, minute }) =>
      hash === null ? [] : [made(hash, `c${index}`, minute ?? 0)],
    ),
    moves: lines.map(({ minute, tokens }) => ({ at: minute === null ? null : at(minute), tokens })),
  };
}

test('law: however a log is cut into readings, the windows come out the same', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.array(fc.nat(11)), (lines, cuts) => {
      const numbered = lines.map((one, index) => ({ ...one, index }));
      const ends = [...new Set([...cuts.filter((cut) => cut < lines.length), lines.length])].toSorted(
        (a, b) => a - b,
      );
      let windows: CommitWindow[] = [];
      for (const [place, end] of ends.entries()) {
        windows = advanceWindows(windows, tell(numbered.slice(ends[place - 1] ?? 0, end)));
      }

      expect(windows).toEqual(advanceWindows([], tell(numbered)));
    }),
    { numRuns: 1000 },
  );
});
