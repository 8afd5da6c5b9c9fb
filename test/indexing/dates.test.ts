/** Which of several dates is believed, and how far. */
import { expect, test } from 'vitest';
import { decideDates, toFileDate, type DateFacts } from '../../server/features/indexing/dates.ts';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const noDates = { created: null, updated: null, completed: null, started: null };
const git = { newestMs: day('2026-03-05'), oldestMs: day('2026-03-01') };

/** Committed, clean, nothing declared. */
const facts = (changes: Partial<DateFacts> = {}): DateFacts => ({
  path: 'docs/a.md',
  declared: noDates,
  git,
  dirty: false,
  shallow: false,
  mtimeMs: day('2026-03-07'),
  birthMs: day('2026-03-02'),
  canonicalStatus: 'pending',
  nowMs: day('2026-04-01'),
  ...changes,
});

const decide = (changes: Partial<DateFacts>) => decideDates(facts(changes)).dates;
const date = (value: string, confidence: string, reason: string) => ({
  value: new Date(day(value)).toISOString(),
  confidence,
  reason,
});

test.each<[string, Partial<DateFacts>, ReturnType<typeof date>]>([
  [
    'what was declared',
    { declared: { ...noDates, created: '2026-02-01' } },
    date('2026-02-01', 'high', 'declared'),
  ],
  ['the first commit', {}, date('2026-03-01', 'high', 'first_commit')],
  [
    'the first commit of a shallow clone, with doubt',
    { shallow: true },
    date('2026-03-01', 'low', 'shallow_history'),
  ],
  ['the birth of the file', { git: undefined }, date('2026-03-02', 'medium', 'file_birthtime')],
  [
    'its mtime, if it claims to be older than its birth',
    { git: undefined, birthMs: day('2026-03-08') },
    date('2026-03-07', 'low', 'mtime_fallback'),
  ],
  [
    'its mtime without a birth',
    { git: undefined, birthMs: null },
    date('2026-03-07', 'low', 'mtime_fallback'),
  ],
])('[GD7] created is %s', (_, changes, expected) => {
  expect(decide(changes).created).toMatchObject(expected);
});

test.each<[string, Partial<DateFacts>, ReturnType<typeof date>]>([
  ['the last commit', {}, date('2026-03-05', 'high', 'latest_commit')],
  ['the mtime of a dirty file', { dirty: true }, date('2026-03-07', 'high', 'dirty_worktree')],
  [
    'what was declared later than the last commit',
    { declared: { ...noDates, updated: '2026-03-06' } },
    date('2026-03-06', 'medium', 'declared'),
  ],
  [
    'the last commit after what was declared',
    { declared: { ...noDates, updated: '2026-03-04' } },
    date('2026-03-05', 'high', 'latest_commit'),
  ],
  [
    'of two equal ones the more trusted',
    { declared: { ...noDates, updated: '2026-03-05' } },
    date('2026-03-05', 'high', 'latest_commit'),
  ],
  [
    'what was declared, though the file is younger',
    { git: undefined, declared: { ...noDates, updated: '2026-03-06' } },
    date('2026-03-06', 'medium', 'declared'),
  ],
  ['the mtime if nothing else is known', { git: undefined }, date('2026-03-07', 'low', 'mtime_fallback')],
  [
    'never before created',
    { declared: { ...noDates, created: '2026-03-20' } },
    date('2026-03-20', 'low', 'created_fallback'),
  ],
])('[GD7] updated is %s', (_, changes, expected) => {
  expect(decide(changes).updated).toMatchObject(expected);
});

test.each<[string, Partial<DateFacts>, ReturnType<typeof date> | null]>([
  [
    'what was declared, whatever the status',
    { declared: { ...noDates, completed: '2026-03-03' } },
    date('2026-03-03', 'high', 'declared'),
  ],
  ['null while it is open', {}, null],
  ['null for an archived one', { canonicalStatus: 'archived' }, null],
  [
    'the declared update of a completed one',
    { canonicalStatus: 'completed', declared: { ...noDates, updated: '2026-03-04' } },
    date('2026-03-04', 'medium', 'updated_completion_fallback'),
  ],
  [
    'the last commit of a deferred one',
    { canonicalStatus: 'deferred' },
    date('2026-03-05', 'low', 'commit_completion_fallback'),
  ],
  [
    'the mtime without git',
    { canonicalStatus: 'inferred_complete', git: undefined },
    date('2026-03-07', 'low', 'mtime_completion_fallback'),
  ],
])('[GD7] completed is %s', (_, changes, expected) => {
  const { completed } = decide(changes);
  const shown = completed && {
    value: completed.value,
    confidence: completed.confidence,
    reason: completed.reason,
  };

  expect(shown).toEqual(expected);
});

test('[GD7] the last activity is the later of updated and completed', () => {
  const declared = { ...noDates, completed: '2026-03-30T10:00:00Z' };

  expect(decide({ declared }).last_activity).toMatchObject({
    value: '2026-03-30T10:00:00.000Z',
    reason: 'declared',
  });
  expect(decide({}).last_activity).toMatchObject(date('2026-03-05', 'high', 'latest_commit'));
});

test('[GD7] a declared day keeps its precision and its source', () => {
  const declared = { ...noDates, created: '2026-02-03' };

  expect(decide({ declared }).created).toEqual({
    value: '2026-02-03T00:00:00.000Z',
    confidence: 'high',
    source: 'frontmatter',
    reason: 'declared',
    precision: 'day',
  });
  expect(decide({ declared, declaredIn: 'header' }).created?.source).toBe('header');
});

test('[GD7] what is no date is an issue, and the next candidate counts', () => {
  const { dates, issues } = decideDates(facts({ declared: { ...noDates, created: '2026-02-30' } }));

  expect(dates.created).toMatchObject(date('2026-03-01', 'high', 'first_commit'));
  expect(issues).toMatchObject([{ path: 'docs/a.md', code: 'BAD_DATE' }]);
});

test.each([
  ['2026-04-02', 'high', 0],
  ['2026-04-03', 'low', 1],
] as const)(
  '[GD8] a completion on %s, seen on 2026-04-01, is kept with confidence %s',
  (completed, confidence, issueCount) => {
    const { dates, issues } = decideDates(facts({ declared: { ...noDates, completed } }));

    expect(dates.completed).toMatchObject(date(completed, confidence, 'declared'));
    expect(issues).toHaveLength(issueCount);
  },
);

test('[DC12] the date of a file is its last commit, or its mtime if it was modified or never committed', () => {
  expect(toFileDate(facts())).toEqual(new Date(git.newestMs));
  expect(toFileDate(facts({ dirty: true }))).toEqual(new Date(day('2026-03-07')));
  expect(toFileDate(facts({ git: undefined }))).toEqual(new Date(day('2026-03-07')));
});
