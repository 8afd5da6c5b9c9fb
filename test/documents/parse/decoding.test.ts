import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText, toLineFeeds } from '../../../server/features/documents/parse/decode.ts';
import { parseDocument } from '../../../server/features/documents/parse/parse-document.ts';
import { builtInVocabulary } from '../../../server/features/documents/parse/vocabulary.ts';
import { read, readBytes } from './read.ts';

test.each([
  ['a lone continuation byte', [0x61, 0x80], 1],
  ['a lead byte without its rest', [0x61, 0x62, 0xc3], 2],
  ['an overlong slash', [0xc0, 0xaf], 0],
  ['an overlong three-byte form', [0x61, 0xe0, 0x80, 0xaf], 1],
  ['half of a surrogate pair', [0x61, 0xed, 0xa0, 0x80], 1],
  ['a code point past the last', [0xf4, 0x90, 0x80, 0x80], 0],
  ['a cut four-byte character', [0xf0, 0x9f, 0x98, 0x41], 0],
  ['Latin-1 after good UTF-8', [...Buffer.from('é'), 0xe9, 0x20], 2],
  ['a byte that begins nothing', [0xff], 0],
])('[DP1] %s is INVALID_UTF8 with the offset of the bad character', (_, bytes, offset) => {
  const reading = parseDocument(
    { filePath: 'a/b.md', entry: '.', entryKind: 'docs', bytes: Uint8Array.from(bytes) },
    builtInVocabulary,
  );

  expect(reading).toMatchObject({
    outcome: 'failed',
    issues: [{ path: 'a/b.md', code: 'INVALID_UTF8', offset, line: null }],
  });
});

test('[DP1] every string that was encoded is decoded, and no bytes make the reader throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const wellFormed = text.replace(/^\uFEFF/, '').replaceAll('\0', 'x');

      expect(decodeText(Buffer.from(wellFormed))).toEqual({ outcome: 'text', text: wellFormed });
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const decoding = decodeText(bytes);
      if (decoding.outcome === 'text') return;

      // Everything before the reported byte is good, and the byte itself is where it stops being so.
      expect(decodeText(bytes.subarray(0, decoding.offset)).outcome).toBe('text');
      expect(decodeText(bytes.subarray(decoding.offset, decoding.offset + 4)).outcome).toBe('invalid');
    }),
  );
});

test('[DP1] a byte order mark is dropped, once', () => {
  expect(readBytes(Buffer.from('\uFEFF---\ntitle: T\n---\n')).frontMatter).toEqual({ title: 'T' });
  expect(read('\uFEFF\uFEFFx').text).toBe('\uFEFFx');
});

test('[DP1] the stored text keeps its line ends and loses NUL', () => {
  expect(read('a\r\nb\rc\0\n').text).toBe('a\r\nb\rc\uFFFD\n');
});

test.each([['\r\n'], ['\r'], ['\n']])('[DC6] %j ends a line in header, title and front matter', (end) => {
  const document = read(
    ['---', 'owner: Ann', '---', '# Title', '', '> **Status:** Done', '> **Points:** 3', '', 'Body', ''].join(
      end,
    ),
  );

  expect(document).toMatchObject({ title: 'Title', status: 'Done', owner: 'Ann', storyPoints: 3 });
  expect(document.content.trim()).toBe('Body');
});

test('line ends of every system become one', () => {
  expect(toLineFeeds('a\r\nb\rc\nd\r\r\n')).toBe('a\nb\nc\nd\n\n');
});
