import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ProjectName } from '../../shared/api/projects.ts';
import { toSlug } from '../../server/features/projects/slug.ts';

const sha = (name: string) =>
  `p-${createHash('sha256').update(name.normalize('NFC')).digest('hex').slice(0, 8)}`;

test.each([
  ['v1.2 (beta)/x', 'v12-betax'],
  ['Café Über_Straße', 'cafe-uber-strasse'],
  ['Atlas', 'atlas'],
  ['  spaced   out  ', 'spaced-out'],
  ['tab\tand_under__score', 'tab-and-under-score'],
  ['--a--b--', 'a-b'],
  ['Ærø Łódź Þor Đon Œuvre', 'aero-lodz-thor-don-oeuvre'],
  ['STRAẞE', 'strasse'],
  ['ﬁne ² ½', 'fine-2-12'],
  ['a\u00a0b\u2003c', 'a-b-c'],
  ['a — b', 'a-b'],
  ['x'.repeat(250), 'x'.repeat(200)],
  [`${'x'.repeat(199)} y`, 'x'.repeat(199)],
  ['計画', sha('計画')],
  ['План', sha('План')],
  ['ё', sha('ё')],
  ['計画 2', '2'],
])('[PJ3] %s is written %s', (name, slug) => {
  expect(toSlug(name)).toBe(slug);
});

test('[PJ3] one name in two normal forms has one slug', () => {
  expect(toSlug('\u0435\u0308')).toBe(toSlug('\u0451'));
});

test.each(['!!!', '', '   ', 'a\u0007b', '\u2014', 'x'.repeat(201), 'a\0b', 'a\ud800'])(
  '[PJ4] %j is no name',
  (name) => {
    expect(ProjectName.safeParse(name).success).toBe(false);
  },
);

test.each([
  ['  Atlas ', 'Atlas'],
  ['7', '7'],
  ['x'.repeat(200), 'x'.repeat(200)],
])('[PJ4] %j is a name', (name, kept) => {
  expect(ProjectName.parse(name)).toBe(kept);
});
