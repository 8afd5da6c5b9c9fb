/** What may be removed from the index, and when nothing may. */
import { expect, test } from 'vitest';
import type { Entry } from '../../server/features/indexing/filters.ts';
import { countByEntry, guardRemovals, planRemovals } from '../../server/features/indexing/removals.ts';

test('[DX15] nothing is removed below a folder that could not be read', () => {
  const gone = ['a/x.md', 'shut/deep/y.md', 'shut-not/z.md'];

  expect(planRemovals(gone, { unreadableDirs: ['shut'], complete: true })).toEqual([
    'a/x.md',
    'shut-not/z.md',
  ]);
  expect(planRemovals(gone, { unreadableDirs: ['.'], complete: true })).toEqual([]);
});

test('[DX15] nothing is removed after a walk that was cut off', () => {
  expect(planRemovals(['a.md'], { unreadableDirs: [], complete: false })).toEqual([]);
});

const entries: readonly Entry[] = [
  { path: 'docs', kind: 'docs' },
  { path: 'plans', kind: 'docs' },
];
const full = {
  root: '/srv/atlas',
  rootState: 'present' as const,
  entries,
  missingEntries: [],
  foundPerEntry: new Map([
    ['docs', 3],
    ['plans', 1],
  ]),
  indexedPerEntry: new Map([
    ['docs', 3],
    ['plans', 2],
  ]),
  unreadableDirs: [],
  allowEmpty: false,
};
const refusal = 'source returned no documents - refusing to delete existing documents';

test('[DX16] a tree with documents below every entry passes', () => {
  expect(guardRemovals(full)).toEqual({ ok: true });
});

test('[SY14] an entry that yields nothing while documents are indexed stops every removal', () => {
  expect(guardRemovals({ ...full, foundPerEntry: new Map([['docs', 3]]) })).toEqual({
    ok: false,
    code: 'source_emptied',
    message: refusal,
    entries: ['plans'],
  });
});

test.each(['missing', 'symlink', 'not-a-directory'] as const)(
  '[DX16] an entry that is %s counts as missing',
  (reason) => {
    const source = {
      ...full,
      foundPerEntry: new Map([['docs', 3]]),
      missingEntries: [{ entry: 'plans', reason }],
    };

    expect(guardRemovals(source)).toMatchObject({ ok: false, code: 'source_missing', message: refusal });
  },
);

test('[SY14] `allow_empty` is the override', () => {
  expect(guardRemovals({ ...full, foundPerEntry: new Map(), allowEmpty: true })).toEqual({ ok: true });
});

test('[SY9] an entry without documents, and none before, is no fault', () => {
  const missingEntries = [{ entry: 'plans', reason: 'missing' as const }];

  expect(guardRemovals({ ...full, foundPerEntry: new Map(), indexedPerEntry: new Map() })).toEqual({
    ok: true,
  });
  expect(guardRemovals({ ...full, indexedPerEntry: new Map([['docs', 3]]), missingEntries })).toEqual({
    ok: true,
  });
});

test.each(['missing', 'symlink', 'not-a-directory'] as const)(
  '[SY8] a root that is %s fails by name, whatever was allowed',
  (rootState) => {
    expect(guardRemovals({ ...full, rootState, allowEmpty: true })).toMatchObject({
      ok: false,
      code: 'source_missing',
      message: 'sdlc-studio path not found: /srv/atlas',
    });
  },
);

test('[DX15] an entry whose folders could not be read is not known to be empty', () => {
  const source = { ...full, foundPerEntry: new Map([['docs', 3]]), unreadableDirs: ['plans/deep'] };

  expect(guardRemovals(source)).toEqual({ ok: true });
});

test('[DX16] documents count for the entry that holds them today', () => {
  const today: Entry[] = [
    { path: '.', kind: 'docs' },
    { path: 'docs', kind: 'docs' },
  ];

  expect(countByEntry(['docs/a.md', 'docs/b.md', 'c.md'], today)).toEqual(
    new Map([
      ['docs', 2],
      ['.', 1],
    ]),
  );
});
