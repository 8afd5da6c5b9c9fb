/** Which paths are documents, whoever asks. */
import { expect, test } from 'vitest';
import { isIndexable, type Entry } from '../../server/features/indexing/filters.ts';

const entries: readonly Entry[] = [
  { path: 'docs', kind: 'docs' },
  { path: 'docs/deep/.plans', kind: 'docs' },
  { path: '.claude/progress', kind: 'progress' },
];

test.each([
  ['docs/a.md', 'docs'],
  ['docs/.dot.md', 'docs'],
  ['docs/index.md', 'docs'],
  ['docs/my_index.md', 'docs'],
  ['docs/caf\u{e9}\n\u{1f600}.md', 'docs'],
  ['.claude/progress/x/phase-1.md', '.claude/progress'],
  ['docs/deep/.plans/a.md', 'docs/deep/.plans'],
])('[DC1] %j is a document of %s', (path, entry) => {
  expect(isIndexable(path, entries)).toMatchObject({ indexable: true, entry: { path: entry } });
});

test.each([
  ['docs/a.MD', 'suffix'],
  ['docs/a.md~', 'suffix'],
  ['docs/#a.md#', 'suffix'],
  ['docs/a.txt', 'suffix'],
  ['docs/_index.md', 'index_file'],
  ['docs/.#a.md', 'editor_file'],
  ['docs/.git/a.md', 'skipped_folder'],
  ['docs/node_modules/x/a.md', 'skipped_folder'],
  ['docs/__pycache__/a.md', 'skipped_folder'],
  ['docs/dist/a.md', 'skipped_folder'],
  ['docs/x/build/a.md', 'skipped_folder'],
  ['docs/.eggs/a.md', 'skipped_folder'],
  ['.claude/worknotes/a.md', 'outside_entries'],
  ['docs-old/a.md', 'outside_entries'],
  ['README.md', 'outside_entries'],
])('[DC1] %s is none: %s', (path, reason) => {
  expect(isIndexable(path, entries)).toEqual({ indexable: false, reason });
});

test('[DX1] with the root as an entry, hidden folders are still only walked when listed', () => {
  const root: readonly Entry[] = [{ path: '.', kind: 'docs' }, ...entries];

  expect(isIndexable('README.md', root)).toMatchObject({ indexable: true, entry: { path: '.' } });
  expect(isIndexable('.claude/worknotes/a.md', root)).toEqual({ indexable: false, reason: 'skipped_folder' });
  expect(isIndexable('.claude/progress/a.md', root)).toMatchObject({ entry: { kind: 'progress' } });
});
