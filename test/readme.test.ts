/** The README lists every setting with its default, and nothing that is none. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settings } from '../server/platform/config.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const listed = [...readme.matchAll(/^\| `((?:SYNCLINE|DATABASE|ARDOQ)_\w+)` +\| *(?:`([^`]*)`)? *\|/gm)];

test('the README lists exactly the settings there are', () => {
  expect(listed.map(([, name]) => name)).toEqual(Object.keys(settings));
});

test.each(Object.entries(settings))('the README tells the default of %s', (name, [schema]) => {
  const read = schema.safeParse(undefined);
  const value = read.success && read.data !== undefined ? JSON.stringify(read.data).replaceAll('"', '') : '';

  const [, , told = ''] = listed.find(([, listedName]) => listedName === name) ?? [];

  expect(told).toBe(value === '[]' ? '' : value);
});
