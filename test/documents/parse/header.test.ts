import { describe, expect, test } from 'vitest';
import { lines, read } from './read.ts';

/** Metadata and own fields as the header gives them, in order of appearance. */
function valuesOf(...text: string[]): Record<string, string[]> {
  return read(lines(...text)).metadataValues;
}

describe('[DC8] what counts as a key', () => {
  test.each<[string, string, Record<string, string[]>]>([
    ['a colon inside the bold', '> **Size:** M', { size: ['M'] }],
    ['a colon after the bold', '> **Size**: M', { size: ['M'] }],
    ['a blank before that colon', '> **Size** : M', { size: ['M'] }],
    ['no blank after the quote mark', '>**Size:** M', { size: ['M'] }],
    ['a list mark', '> - **Size:** M', { size: ['M'] }],
    ['a star as list mark', '> * **Size:** M', { size: ['M'] }],
    ['no blank before the value', '> **Size:**M', { size: ['M'] }],
    ['no value', '> **Size:**', { size: [''] }],
    ['a key of words', '> **Verification depth:** full', { verification_depth: ['full'] }],
    ['a key with a dash', '> **Raised-by:** x', { 'raised-by': ['x'] }],
    ['a key with brackets', '> **Assigned Subagent(s):** x', { 'assigned_subagent(s)': ['x'] }],
    ['a key of 60 characters', `> **${'k'.repeat(60)}:** v`, { ['k'.repeat(60)]: ['v'] }],
    ['a value with a colon', '> **Size:** a: b', { size: ['a: b'] }],
    ['a value with bold words', '> **Size:** a **b** c', { size: ['a **b** c'] }],
  ])('%s', (_, line, values) => {
    expect(valuesOf('# T', '', line)).toEqual(values);
  });

  test.each<[string, string]>([
    ['bold words without colon', '> **Founding epic.** Every capability: here'],
    ['a key of 61 characters', `> **${'k'.repeat(61)}:** v`],
    ['a key with a star inside', '> **a*b:** v'],
    ['a colon without bold', '> Size: M'],
    ['a blank key', '> ** :** v'],
    ['a quote in a quote', '> > **Size:** M'],
    ['an indented quote', '    > **Size:** M'],
    ['a table row', '| **Size:** | M |'],
  ])('not %s', (_, line) => {
    expect(read(lines('# T', '', line, '', '## S'))).toMatchObject({ metadata: null, metadataValues: {} });
  });
});

describe('[DC8] several fields on one line', () => {
  test.each<[string, string, Record<string, string[]>]>([
    ['a middle dot', '> **Status:** Done · **Owner:** Ann', { status: ['Done'], owner: ['Ann'] }],
    ['a bar', '> **Status:** Done | **Owner:** Ann', { status: ['Done'], owner: ['Ann'] }],
    ['two blanks', '> **Status:** Done  **Owner:** Ann', { status: ['Done'], owner: ['Ann'] }],
    ['a dot without blanks', '> **Status:** Done·**Owner**: Ann', { status: ['Done'], owner: ['Ann'] }],
    ['three fields', '> **A:** 1 | **B:** 2 · **C:** 3', { a: ['1'], b: ['2'], c: ['3'] }],
    ['in a plain line', '**Status:** Done · **Owner:** Ann', { status: ['Done'], owner: ['Ann'] }],
  ])('part at %s before a bold key', (_, line, values) => {
    expect(valuesOf('# T', '', line)).toEqual(values);
  });

  test.each<[string, string]>([
    ['one blank', 'a **B:** c'],
    ['a dot before words that are no key', 'a · b | c'],
    ['two blanks before words that are no key', 'a  b'],
    ['a comma', 'a, **B:** c'],
    ['a dash', 'a - **B:** c'],
  ])('do not part at %s', (_, value) => {
    expect(valuesOf('# T', '', `> **A:** ${value}`)).toEqual({ a: [value] });
  });
});

describe('[DC8] lines that continue a key', () => {
  test.each<[string, string[], Record<string, string[]>]>([
    ['join by one space', ['> **A:** one', '>   two', '>three'], { a: ['one two three'] }],
    ['follow an empty key', ['> **A:**', '> one'], { a: ['one'] }],
    ['may be list items', ['> **A:**', '> - one', '> - two'], { a: ['- one - two'] }],
    [
      'belong to the last field of the line',
      ['> **A:** 1 | **B:** 2', '> more'],
      { a: ['1'], b: ['2 more'] },
    ],
    ['end at the next key', ['> **A:** one', '> two', '> **B:** three'], { a: ['one two'], b: ['three'] }],
    ['end at an empty quote line', ['> **A:** one', '>', '> text'], { a: ['one'] }],
    ['end at a bold lead-in', ['> **A:** one', '> **Note.** text', '> more'], { a: ['one'] }],
    ['end with the quote', ['> **A:** one', '', '> text'], { a: ['one'] }],
    ['end with the file', ['> **A:** one', '> two'], { a: ['one two'] }],
    ['do not continue a plain line', ['**A:** one', 'two'], { a: ['one'] }],
    ['do not come before a key', ['> text', '> **A:** one'], { a: ['one'] }],
  ])('%s', (_, text, values) => {
    expect(valuesOf('# T', '', ...text)).toEqual(values);
  });
});

describe('[DC7] where the header is', () => {
  test('all keyed quotes above the first section, not only the first quote', () => {
    const document = read(
      lines(
        '# T',
        '',
        '> Words of a sage.',
        '',
        '> **Status:** Done',
        '',
        'Text',
        '',
        '> **Owner:** Ann',
        '',
        '## S',
      ),
    );

    expect(document).toMatchObject({ status: 'Done', owner: 'Ann', metadata: null });
    expect(document.content).toContain('> Words of a sage.');
  });

  test('a plain run above a quote of prose is not lost', () => {
    const document = read(
      lines('# T', '', '**Project:** P', '**Status:** Draft', '', '> Generated by hand.', '', '## S'),
    );

    expect(document).toMatchObject({ status: 'Draft', metadata: { project: 'P' } });
    expect(document.content).toContain('> Generated by hand.');
  });

  test('a plain run with blank lines between, with dashes, after words', () => {
    const values = valuesOf(
      '# T',
      '',
      'Words.',
      '',
      '**A:** 1',
      '',
      '- **B:** 2',
      '**C**: 3',
      '',
      '## S',
      '**D:** 4',
    );

    expect(values).toEqual({ a: ['1'], b: ['2'], c: ['3'] });
  });

  test('a plain run ends at the first other text, and at a bold key that only leads in', () => {
    expect(valuesOf('# T', '**A:** 1', 'Words.', '**B:** 2')).toEqual({ a: ['1'] });
    expect(valuesOf('# T', '**A:** 1', '**Goals:**', '**B:** 2')).toEqual({ a: ['1'] });
    expect(valuesOf('# T', '**A:** 1', '> Words.', '**B:** 2')).toEqual({ a: ['1'] });
  });

  test('a plain run after a keyed quote is text', () => {
    const document = read(lines('# T', '', '> **Status:** Done', '', '**Status:** Draft', '', '## S'));

    expect(document).toMatchObject({ status: 'Done', metadataValues: { status: ['Done'] } });
    expect(document.content).toContain('**Status:** Draft');
  });

  test('where plain run and quote hold one key the quote wins', () => {
    const document = read(
      lines('# T', '**Status:** Draft', '**Owner:** Bob', '', '> **Status:** Done', '', '## S'),
    );

    expect(document).toMatchObject({ status: 'Done', owner: 'Bob' });
    expect(document.metadataValues).toEqual({ status: ['Draft', 'Done'], owner: ['Bob'] });
  });

  test.each<[string, string[]]>([
    ['in a fence', ['```', '> **Status:** Done', '```']],
    ['in an indented fence', ['  ~~~', '> **Status:** Done', '  ~~~']],
    ['in a fence in a quote', ['> ```', '> **Status:** Done', '> ```']],
    ['in a comment', ['<!--', '> **Status:** Done', '-->']],
    ['in a comment on one line', ['<!-- > **Status:** Done -->']],
    ['below the first section, without Status', ['## S', '> **Owner:** Ann', '> **Size:** M']],
    ['in plain lines below the first section', ['## S', '**Status:** Done']],
  ])('not %s', (_, text) => {
    const document = read(lines('# T', '', ...text, '', 'Body'));

    expect(document).toMatchObject({ status: null, owner: null, metadata: null, metadataValues: {} });
    expect(document.content).toBe(lines('', ...text, '', 'Body'));
  });

  test('a section heading inside a fence ends nothing', () => {
    expect(read(lines('# T', '```', '## not one', '```', '> **Status:** Done', '## S')).status).toBe('Done');
  });

  test('a comment behind a value is no part of it', () => {
    expect(read(lines('# T', '> **Owner:** Ann <!-- lead -->', '> **Status:** Done')).owner).toBe('Ann');
  });

  test('only if there is nothing above: the first quote below that holds a keyed Status, as a whole', () => {
    const document = read(
      lines(
        '# T',
        '## S',
        '> a quote',
        '',
        '> **Owner:** Bob',
        '',
        '> **Owner:** Ann',
        '> **Status:** Done',
        '',
        '> **Status:** Draft',
      ),
    );

    expect(document).toMatchObject({ status: 'Done', owner: 'Ann' });
    expect(document.content).toContain('> **Owner:** Bob');
    expect(document.content).toContain('> **Status:** Draft');
    expect(document.content).not.toContain('> **Status:** Done');
  });

  test.each<[string, string[]]>([
    ['front matter', ['---', 'owner: Ann', '---', '# T']],
    ['a keyed quote', ['# T', '> **Owner:** Ann']],
    ['a plain run', ['# T', '**Owner:** Ann']],
  ])('a quote below is text when there is %s', (_, above) => {
    const document = read(lines(...above, '', '## S', '', '> **Status:** Done'));

    expect(document).toMatchObject({ status: null, owner: 'Ann' });
    expect(document.content).toContain('> **Status:** Done');
  });

  test('front matter, quote and plain run are all read; all values are kept in order of appearance', () => {
    const document = read(
      lines(
        '---',
        'size: S',
        'tags: [x, y]',
        '---',
        '# T',
        '**Size:** M',
        '**Team:** Red',
        '',
        '> **Size:** L',
        '> **Size:** XL',
        '',
        '## S',
      ),
    );

    expect(document.metadataValues).toEqual({ size: ['S', 'M', 'L', 'XL'], tags: ['x', 'y'], team: ['Red'] });
    expect(document.metadata).toEqual({ size: 'S', tags: 'x; y', team: 'Red' });
  });
});

test('the prd of sdlc-studio: a plain run, then a quote that begins with prose', () => {
  const document = read(
    lines(
      '# Product Requirements Document',
      '',
      '**Project:** SDLC Studio',
      '**Version:** 5.0.1',
      '**Last Updated:** 2026-07-14',
      '**Status:** Generated (brownfield extraction; validated 2026-07-09, commit 841471e)',
      '',
      '> Generated in **Generate mode** by reverse-engineering.',
      '> This is a migration blueprint.',
      '>',
      '> **Coverage:** v5.0.1 as released, marked',
      '> **[Unreleased]** in the tables below.',
      '',
      '## 1. Overview',
    ),
    { filePath: 'prd.md' },
  );

  expect(document).toMatchObject({
    type: 'prd',
    status: 'Generated',
    canonicalStatus: 'completed',
    metadata: {
      project: 'SDLC Studio',
      version: '5.0.1',
      last_updated: '2026-07-14',
      coverage: 'v5.0.1 as released, marked',
    },
    declaredDates: { updated: '2026-07-14' },
  });
  expect(document.content).toContain('> This is a migration blueprint.\n>\n> **[Unreleased]** in');
});
