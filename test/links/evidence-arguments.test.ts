import { expect, test } from 'vitest';
import { parseCommandArguments } from '../../server/features/links/evidence/command-arguments.ts';

test.each([
  ['docs/plans/foo-bar-v1.md', ['docs/plans/foo-bar-v1.md']],
  ['@docs/plans/foo-bar-v1.md', ['docs/plans/foo-bar-v1.md']],
  ['./docs/foo.md:12 docs/foo.md#usage', ['docs/foo.md']],
  ['see `docs/a.md`, (docs/b.md); "docs/c.md".', ['docs/a.md', 'docs/b.md', 'docs/c.md']],
  ['docs\\plans\\foo.md', ['docs/plans/foo.md']],
  ['"docs/my plan.md" and src/app.ts', ['docs/my plan.md', 'src/app.ts']],
  ['[the plan](docs/a.md)', ['docs/a.md']],
  ['/home/ada/atlas/docs/a.md', ['/home/ada/atlas/docs/a.md']],
  ['https://example.com/a.md docs/*.md ${ROOT}/a.md ../other/a.md <slug>.md', []],
  ['and/or word e.g. 1/2', []],
  ['', []],
])('[LK8] the paths of %j', (text, paths) => {
  const parsed = parseCommandArguments(text);

  expect(parsed.paths).toEqual(paths);
});

test('[LK8] at most eight paths are read, and the first plan among them leads', () => {
  const eight = Array.from({ length: 7 }, (_none, index) => `docs/a${index}.md`);
  const plan = 'docs/project_plans/implementation_plans/features/foo-v1.md';

  const { paths } = parseCommandArguments([...eight, plan, 'docs/implementation_plans/late.md'].join(' '));

  expect(paths).toEqual([plan, ...eight]);
});

test.each([
  ['all docs/a.md', ['all']],
  ['docs/a.md all phases', ['all']],
  ['phase all docs/a.md', ['all']],
  ['2 docs/a.md', ['2']],
  ['docs/a.md 3', ['3']],
  ['2-4 docs/a.md', ['2', '3', '4']],
  ['1 & 3 docs/a.md', ['1', '3']],
  ['1&3', ['1', '3']],
  ['Phase 1-2 & 5 of docs/a-v2.md', ['1', '2', '5']],
  ['docs/phase-7.md', []],
  ['4-2', ['4']],
  ['1-999', ['1']],
  ['1-99999', []],
  ['please do it in 2 steps', []],
])('[LK8] the phases of %j', (text, phases) => {
  expect(parseCommandArguments(text).phases).toEqual(phases);
});

test.each([
  ['docs/features/Foo-Bar-v1.md', ['foo-bar-v1']],
  ['.claude/progress/foo-bar-v1/phase-1-progress.md', ['foo-bar-v1']],
  ['implementation_plans/harden-polish/foo-bar-v1/phase-2.md', ['foo-bar-v1']],
  ['fix foo-bar-v1: the header', ['foo-bar-v1']],
  ['fix the header of it', []],
])('[LK8] the slugs of %j', (text, slugs) => {
  expect(parseCommandArguments(text).slugs).toEqual(slugs);
});
