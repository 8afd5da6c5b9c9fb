/** How a feature is named by files and texts. */
import { expect, test } from 'vitest';
import {
  compareNewestFirst,
  findFeatureSlug,
  findPathSlug,
  findProgressFolder,
  isSlugToken,
  toBaseSlug,
  toDeclaredSlug,
} from '../../shared/slugs.ts';

test.each([
  ['a-v1', 'a'],
  ['a-v1.2.3', 'a'],
  ['a-vx', 'a-vx'],
  ['-v1', '-v1'],
  ['foo-v1-phase-2', 'foo-v1-phase-2'],
  ['foo-v1-v2', 'foo-v1'],
  ['v1', 'v1'],
])('[FT1] the base of %s is %s', (slug, base) => {
  expect(toBaseSlug(slug)).toBe(base);
});

test.each([
  ['foo-bar', true],
  ['foo_bar', true],
  ['foov2', true],
  ['foo', false],
  ['f-', false],
  ['-foo-bar', false],
  ['foo bar-v1', false],
  ['all', false],
  ['scripts', false],
  ['phase-2', false],
  ['phase-2-tasks', false],
  ['foo-progress', false],
  ['quick-features', false],
  ['harden-polish', false],
  ['design-specs', false],
])('[FT2] whether %s may name a feature: %s', (text, expected) => {
  expect(isSlugToken(text)).toBe(expected);
});

test.each([
  ['implementation_plans/features/foo-bar-v1.md', 'foo-bar-v1'],
  ['implementation_plans/harden-polish/foo-bar-v1/phase-2.md', 'foo-bar-v1'],
  ['.claude/progress/foo-bar-v1/phase-1-progress.md', 'foo-bar-v1'],
  ['.claude/progress/quick-features/fix-it-now.md', 'fix-it-now'],
  ['PRDs/enhancements/foo.md', undefined],
  ['docs/project_plans/PRDs/init/ph2-intelligence/roadmap.md', 'ph2-intelligence'],
  ['docs/project_plans/implementation_plans/Refactors/Foo-Bar-V1.md', 'foo-bar-v1'],
  ['docs/project_plans/bugs/odd-thing.md', 'odd-thing'],
  ['docs/project_plans/implementation_plans/features/README.md', undefined],
  ['.claude/progress/notifications/phase-1-progress.md', 'notifications'],
  ['.claude/progress/lonely-note.md', 'lonely-note'],
  ['notes/foo/phase-1.md', 'foo'],
  ['notes/foo/phase-1-progress.md', 'foo'],
  ['notes/2026/foo-bar.md', 'foo-bar'],
  ['notes/foo.md', undefined],
  ['phase-1.md', undefined],
])('[FT3] the slug of %s is %s', (path, slug) => {
  expect(findPathSlug({ path, entry: '.', type: 'other' })).toBe(slug);
});

test('[FT3] what a document declares goes before its place, unless it is a generic name or prose', () => {
  const file = { path: 'PRDs/features/foo-bar-v1.md', entry: '.', type: 'prd' };

  expect(findFeatureSlug(file, 'Other-Slug')).toBe('other-slug');
  expect(findFeatureSlug(file, 'single')).toBe('single');
  expect(findFeatureSlug(file, 'quick-features')).toBe('foo-bar-v1');
  expect(findFeatureSlug(file, 'Collection Badges')).toBe('foo-bar-v1');
  expect(toDeclaredSlug(null)).toBeUndefined();
});

test('[FT3] an entry that holds progress files is one whatever its name', () => {
  const file = { path: 'status/foo-bar/phase-1.md', entry: 'status', type: 'progress' };

  expect(findPathSlug(file)).toBe('foo-bar');
  expect(findProgressFolder(file)).toBe('foo-bar');
  expect(findProgressFolder({ ...file, path: '.claude/progress/quick-features/a-b.md' })).toBeUndefined();
});

test('[FT4] of one base slug the newest version comes first, by number and not by letter', () => {
  const slugs = ['a-b', 'a-b-v9', 'a-b-v10', 'a-b-v1.5', 'a-b-v1'];

  expect([...slugs].sort(compareNewestFirst)).toEqual(['a-b-v10', 'a-b-v9', 'a-b-v1.5', 'a-b-v1', 'a-b']);
});
