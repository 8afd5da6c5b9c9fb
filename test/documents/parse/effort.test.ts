import { test } from 'vitest';
import { read } from './read.ts';

const SIZE = 256 * 1024;
const filled = (piece: string, before = '') => before + piece.repeat(Math.ceil(SIZE / piece.length));

/** Each takes seconds to minutes in a reader that looks back or ahead too far; a fair one needs some hundredths of a second. */
test.each<[string, string]>([
  ['blanks', filled(' ')],
  ['lines', filled('\n')],
  ['lone carriage returns', filled('\r')],
  ['quote marks', filled('> ')],
  ['keys', filled('> **a:** b\n')],
  ['keys below the first section', filled('> **a:** b\n\n', '## S\n')],
  ['keys of one line', filled('x  **b:** ', '> **a:** ')],
  ['bold without end', filled('**a ')],
  ['a bold key and blanks', filled(' ', '> **a**')],
  ['continuing lines', filled('x\n> y ', '> **Status:** ')],
  ['plain keys', filled('**a:** b\n\n')],
  ['comments that never close', filled('a <!-- ')],
  ['comments between code', filled('`a` <!-- x --> ')],
  [
    'runs of backticks, each longer',
    `<!--${Array.from({ length: 1000 }, (_, n) => '`'.repeat(n + 1)).join(' <!-- ')}`,
  ],
  ['fences, each shorter', Array.from({ length: 1000 }, (_, n) => '~'.repeat(1003 - n)).join('\n')],
  ['fences in list items', filled('- ```\n')],
  ['closing marks of a heading', `${filled(' #', '# a')}b`],
  ['blanks in a heading', `${filled(' ', '# a')}b`],
  ['list marks', filled('- ')],
  ['symbols in a status', filled('. ', '> **Status:** ')],
  ['beginnings of ids', filled('US-', '> **Epic:** ')],
  ['digits of an id', `${filled('1', '> **Epic:** US')}a`],
  ['dependencies', filled('US0001,', '> **Depends on:** ')],
  ['front matter that is never closed', filled('a: b\n', '---\n')],
  ['front matter of one line', filled('a', '---\n')],
])(
  '[DX13] a quarter of a megabyte of %s is read in time that grows with its size',
  { timeout: 2_500 },
  (_, text) => {
    read(text);
  },
);
