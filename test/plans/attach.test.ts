/** Which documents make a feature, and which belong to one (FT4, FT5). */
import { expect, test } from 'vitest';
import { deriveFrom } from './support.ts';

const plans = 'docs/implementation_plans';

test('[FT4] a plan with front matter makes a feature of its stem; readmes, summaries and parts of a plan do not', async () => {
  const { paths } = await deriveFrom({
    [`${plans}/features/Foo-Bar-V1.md`]: { title: 'Foo' },
    [`${plans}/features/Foo-Bar-V1/data.md`]: { title: 'Part' },
    [`${plans}/features/Foo-Bar-V1/deep/more.md`]: { title: 'Part of a part' },
    [`${plans}/README.md`]: { title: 'About' },
    [`${plans}/features/PLAN_SUMMARY.md`]: { title: 'Summary' },
    [`${plans}/features/bare-one-v1.md`]: null,
    [`${plans}/features/bare-one-v1/part.md`]: { title: 'Part of a plan that makes no feature' },
  });

  expect(paths).toEqual({
    'foo-bar-v1': [
      `${plans}/features/Foo-Bar-V1.md`,
      `${plans}/features/Foo-Bar-V1/data.md`,
      `${plans}/features/Foo-Bar-V1/deep/more.md`,
    ],
  });
});

test('[FT4] documents without front matter make no features and belong to none', async () => {
  const { paths, model } = await deriveFrom({
    'epics/EP0001-auth.md': null,
    'stories/US0001-log-in.md': null,
    'docs/PRDs/foo-bar-v1.md': null,
  });

  expect(paths).toEqual({});
  expect([...model.documents()]).toEqual([]);
});

test.each<[string, Record<string, unknown>, string]>([
  ['docs/PRDs/foo-bar-v1.md', {}, 'foo-bar-v1'],
  ['docs/PRDs/foo-bar-v1.md', { feature_slug: 'foo-bar' }, 'foo-bar-v1'],
  ['docs/PRDs/other-name.md', { plan_ref: `/${plans}/features/foo-bar-v1.md` }, 'foo-bar-v1'],
  ['docs/PRDs/other-name.md', { plan_ref: 'foo-bar-v1' }, 'foo-bar-v1'],
  ['docs/PRDs/other-name.md', { feature_slug: 'foo-bar-v1' }, 'foo-bar-v1'],
  ['docs/PRDs/foo-bar.md', {}, 'foo-bar-v10'],
  ['docs/PRDs/foo-bar-v3.md', {}, 'foo-bar-v10'],
  ['docs/PRDs/new-thing-v1.md', {}, 'new-thing-v1'],
  ['docs/PRDs/single.md', {}, 'single'],
  ['.claude/progress/foo-bar-v1/phase-1-progress.md', { prd: 'foo-bar-v9' }, 'foo-bar-v1'],
  ['.claude/progress/some-folder/phase-1-progress.md', { prd: 'foo-bar-v9' }, 'foo-bar-v9'],
  [
    '.claude/progress/some-folder/phase-1-progress.md',
    { prd_ref: 'docs/PRDs/known-prd-v1.md' },
    'known-prd-v1',
  ],
  ['.claude/progress/foo-bar/phase-1-progress.md', {}, 'foo-bar-v10'],
  ['.claude/progress/foo-bar/phase-1-progress.md', { feature_slug: 'foo-bar-v1' }, 'foo-bar-v1'],
  ['.claude/progress/some-folder/phase-1-progress.md', {}, 'some-folder'],
  ['.claude/progress/quick-features/fix-it-now.md', {}, 'fix-it-now'],
  ['.claude/progress/quick-features/fix-it-now.md', { prd: 'foo-bar-v1' }, 'foo-bar-v1'],
  ['.claude/progress/quick-features/fix-it-now.md', { feature_slug: 'fix-all' }, 'fix-all'],
  ['.claude/progress/quick-features/fix-it-now.md', { feature_slug: 'quick-features' }, 'fix-it-now'],
  ['docs/reports/foo-bar-v1-audit.md', { feature: 'foo-bar-v1' }, 'foo-bar-v1'],
  ['docs/reports/audit.md', { prd_ref: 'docs/PRDs/known-prd-v1.md' }, 'known-prd-v1'],
  ['docs/reports/foo-bar-v9/audit.md', { feature: 'foo-bar-v1' }, 'foo-bar-v9'],
  [`${plans}/features/foo-bar-v1/phase-1-start.md`, { feature_slug: 'foo-bar' }, 'foo-bar-v1'],
  ['docs/SPIKEs/foo-bar-v2.md', {}, 'foo-bar-v10'],
])('[FT4] %s with %j belongs to %s', async (path, frontMatter, expected) => {
  const { model } = await deriveFrom({
    [`${plans}/features/foo-bar-v1.md`]: {},
    [`${plans}/features/foo-bar-v9.md`]: {},
    [`${plans}/features/foo-bar-v10.md`]: {},
    'docs/PRDs/known-prd-v1.md': {},
    [path]: frontMatter,
  });

  expect(model.featureOf(`d_${path}`)).toBe(expected);
});

test('[FT4] other documents make no features', async () => {
  const { paths } = await deriveFrom({ 'docs/reports/some-audit.md': {}, 'docs/SPIKEs/some-spike.md': {} });

  expect(paths).toEqual({});
});

test('[FT5] a slug seen with two cases is one feature, named after its plan', async () => {
  const { feature, paths } = await deriveFrom({
    '.claude/progress/FOO-Bar/phase-1-progress.md': { title: 'Begun' },
    'docs/PRDs/Foo-bar.md': { title: 'PRD: Foo, the product' },
    [`${plans}/features/foo-BAR.md`]: { title: 'Implementation Plan: Foo, the plan' },
  });

  expect(Object.keys(paths)).toEqual(['foo-bar']);
  expect(feature('foo-bar').name).toBe('Foo, the plan');
});

test.each([
  [{ 'docs/PRDs/foo-bar.md': { title: 'PRD: The product' } }, 'The product'],
  [
    {
      '.claude/progress/foo-bar/phase-2.md': { title: 'Two' },
      '.claude/progress/foo-bar/phase-1.md': { title: 'One' },
    },
    'One',
  ],
])(
  '[FT5] without a plan the name is that of the PRD, else of the first progress file: %j',
  async (files, name) => {
    const { feature } = await deriveFrom(files);

    expect(feature('foo-bar').name).toBe(name);
  },
);
