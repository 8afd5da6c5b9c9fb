/** Dates of paths out of one log. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHistoryIndex, mergeHistory, parseLog } from '../../server/features/indexing/git-history.ts';

type Change = readonly [status: string, ...paths: string[]];

/** What git writes for `-z --format='%x01%H %ct' --name-status`, newest commit first. */
function toLog(commits: readonly (readonly [at: number, ...changes: Change[]])[]): string {
  return commits
    .map(([at, ...changes], index) => {
      const id = (commits.length - index).toString(16).padStart(16, '0').padEnd(40, 'f');
      const body = changes
        .map(([status, ...paths]) => [status, ...paths].map((part) => `${part}\0`).join(''))
        .join('');
      return `\u0001${id} ${at}\0${body === '' ? '' : `\n${body}`}`;
    })
    .join('');
}

const datesIn = (log: string, path: string) => {
  const dates = createHistoryIndex(parseLog(log))(path);
  return dates && [dates.newestMs / 1000, dates.oldestMs / 1000];
};

test('[GD3] the newest and the oldest commit that touched a path', () => {
  const log = toLog([
    [300, ['M', 'a.md']],
    [200, ['M', 'a.md'], ['A', 'b.md']],
    [100, ['A', 'a.md']],
  ]);

  expect(datesIn(log, 'a.md')).toEqual([300, 100]);
  expect(datesIn(log, 'b.md')).toEqual([200, 200]);
  expect(datesIn(log, 'never.md')).toBeUndefined();
});

test('[GD3] created follows renames, one after the other', () => {
  const log = toLog([
    [400, ['R090', 'b.md', 'c.md']],
    [300, ['M', 'b.md']],
    [200, ['R100', 'a.md', 'b.md']],
    [100, ['A', 'a.md']],
  ]);

  expect(datesIn(log, 'c.md')).toEqual([400, 100]);
});

test('[GD3] a copy is a new file, and its source was not touched', () => {
  const log = toLog([
    [200, ['C100', 'a.md', 'b.md']],
    [100, ['A', 'a.md']],
  ]);

  expect(datesIn(log, 'b.md')).toEqual([200, 200]);
  expect(datesIn(log, 'a.md')).toEqual([100, 100]);
});

test('[GD3] two names that were exchanged keep each its own beginning', () => {
  const log = toLog([
    [300, ['R100', 'a.md', 'b.md'], ['R100', 'b.md', 'a.md']],
    [200, ['A', 'b.md']],
    [100, ['A', 'a.md']],
  ]);

  expect(datesIn(log, 'b.md')).toEqual([300, 100]);
  expect(datesIn(log, 'a.md')).toEqual([300, 200]);
});

test('[GD3] a name taken again later does not lend its renames to the file that left it', () => {
  const log = toLog([
    [400, ['R100', 'ancient.md', 'a.md']],
    [300, ['R100', 'a.md', 'b.md']],
    [200, ['A', 'a.md']],
    [100, ['A', 'ancient.md']],
  ]);

  expect(datesIn(log, 'b.md')).toEqual([300, 200]);
  expect(datesIn(log, 'a.md')).toEqual([400, 100]);
});

test('[GD3] commits of one second still form a chain', () => {
  const log = toLog([
    [100, ['R100', 'b.md', 'a.md']],
    [100, ['R100', 'a.md', 'b.md']],
    [50, ['A', 'a.md']],
  ]);

  expect(datesIn(log, 'a.md')).toEqual([100, 50]);
});

test('[GD2] paths of a log may hold what would end or begin a line', () => {
  const names = ['a\nb.md', 'a\tb.md', '\u{1f600} caf\u{e9}.md', '\u0001 odd.md', ' R100'];
  const log = toLog([[100, ...names.map((name): Change => ['A', name])]]);

  expect(names.map((name) => datesIn(log, name))).toEqual(names.map(() => [100, 100]));
});

test('[GD2] paths outside the project are dropped, the others count from its root', () => {
  const history = parseLog(toLog([[100, ['A', 'app/docs/a.md'], ['A', 'application/b.md']]]), 'app/');

  expect(history.paths).toEqual([['docs/a.md', 100, 100]]);
});

const path = fc.constantFrom('a', 'b', 'c', 'd');
const change = fc.oneof(
  fc.tuple(fc.constantFrom('A', 'M', 'D', 'MM'), path),
  fc.tuple(fc.constantFrom('R100', 'R070', 'C100'), path, path),
);
const commits = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 8 }), fc.array(change, { maxLength: 4 })), { maxLength: 12 })
  .map((list) => list.map(([at, changes]) => [at, ...changes] as const));

test('[GD4] a history read in two parts gives the dates of one read whole, also when renames cross the border', () => {
  fc.assert(
    fc.property(commits, fc.nat(12), (all, cut) => {
      const parts = all.map((_, index) =>
        toLog(all.slice(index)).slice(0, -toLog(all.slice(index + 1)).length || undefined),
      );

      const merged = mergeHistory(
        parseLog(parts.slice(cut).join('')),
        parseLog(parts.slice(0, cut).join('')),
      );

      const whole = createHistoryIndex(parseLog(parts.join('')));
      const inParts = createHistoryIndex(merged);
      for (const name of ['a', 'b', 'c', 'd']) expect(inParts(name)).toEqual(whole(name));
    }),
  );
});

test('[GD4] a history survives being kept as JSON', () => {
  fc.assert(
    fc.property(commits, (all) => {
      const history = parseLog(toLog(all));

      expect(JSON.parse(JSON.stringify(history))).toEqual(history);
    }),
  );
});

test('[GD3] created is never after updated', () => {
  fc.assert(
    fc.property(commits, path, (all, name) => {
      const dates = createHistoryIndex(parseLog(toLog(all)))(name);

      expect(dates === undefined || dates.oldestMs <= dates.newestMs).toBe(true);
    }),
  );
});
