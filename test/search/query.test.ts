/** What people type, read as a query: total, and stable under its own words (SR3, SR5). */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toPieces, toVectors, type Searchable } from '../../server/features/search/entry.ts';
import { findIdWords, toIdWord } from '../../server/features/search/id-words.ts';
import { parseQuery, relaxQuery } from '../../server/features/search/query.ts';
import { toSnippet } from '../../server/features/search/snippet.ts';
import { toRankQuery, toTsQuery } from '../../server/features/search/tsquery.ts';
import { VectorWriter } from '../../server/features/search/vectors.ts';
import { findWords, foldWord, splitWords } from '../../server/features/search/words.ts';
import { createPacer } from '../../server/platform/pacer.ts';

const anyText = fc.string({ unit: 'grapheme', maxLength: 200 });
const written = (text: string) => parseQuery(text).wanted.map(toTsQuery);

test.each([
  ['sync status', ["'sync'", "'status'"]],
  ['"sync status"', ["'sync' <-> 'status'"]],
  ['"sync status', ["'sync' <-> 'status'"]],
  ['auth*', ["'auth':*"]],
  ['a*', ["'a'"]],
  ['"the auth*"', ["'the' <-> 'auth':*"]],
  ['sync_status', ["'sync' <-> 'status'"]],
  ['a.b/c', ["'a' <-> 'b' <-> 'c'"]],
  ['a AND b', ["'a'", "'and'", "'b'"]],
  ['title:x', ["'title' <-> 'x'"]],
  ['NEAR(a', ["'near' <-> 'a'"]],
  ["it's", ["'it' <-> 's'"]],
  ['a"b"c', ["'a'", "'b'", "'c'"]],
  ['US0001', ["('us0001') | '#us1'"]],
  ['us-01', ["('us' <-> '01') | '#us1'"]],
  ['Straße', ["'strasse'"]],
])('[SR3] %s', (text, phrases) => {
  expect(written(text)).toEqual(phrases);
});

test.each([
  ['-draft', ["'draft'"]],
  ['-"old plan"', ["'old' <-> 'plan'"]],
  ['a -b', ["'b'"]],
  ['a-b', []],
  ['--b', ["'b'"]],
])('[SR3] %s leaves out what a leading minus says', (text, unwanted) => {
  expect(parseQuery(text).unwanted.map(toTsQuery)).toEqual(unwanted);
});

test('[SR3] no text is an error, and what comes of it is made of quoted words', () => {
  const lexeme = String.raw`'#?[\p{L}\p{N}]+'(:\*)?`;
  const sound = new RegExp(`^\\(?${lexeme}( <-> ${lexeme})*(\\) \\| ${lexeme})?$`, 'u');
  fc.assert(
    fc.property(anyText, (text) => {
      const { wanted, unwanted } = parseQuery(text);
      for (const phrase of [...wanted, ...unwanted]) expect(toTsQuery(phrase)).toMatch(sound);
      expect(relaxQuery({ wanted, unwanted, id: null })?.unwanted ?? unwanted).toEqual(unwanted);
    }),
  );
});

test('[SR4] a query that is loosened once is loosened', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const relaxed = relaxQuery(parseQuery(text));
      expect(relaxed === null ? null : relaxQuery(relaxed)).toBeNull();
    }),
  );
});

test.each([
  ['sync status sync', "'sync' | 'status'"],
  ['"sync stat*"', "'sync' | 'stat':*"],
  ['us-0001 login', "'#us1' | 'login'"],
])('[SR6] %s is ranked by each of its words, an id by all its spellings', (text, rank) => {
  expect(toRankQuery(parseQuery(text).wanted)).toBe(rank);
});

describe('[SR5] words', () => {
  test('folding twice is folding once, whatever the script', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(foldWord(foldWord(text))).toBe(foldWord(text));
      }),
    );
  });

  test('with and without their places, a text has the same words', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitWords(text)).toEqual(Array.from(findWords(text), ({ word }) => word));
      }),
    );
  });

  test('no word needs an escape between quotes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const word of splitWords(text)) expect(word).toMatch(/^[\p{L}\p{N}]{1,200}$/u);
      }),
    );
  });
});

test.each([
  ['US0001', '#us1'],
  ['us-1', '#us1'],
  ['EP12', '#ep12'],
  [' ep-0012 ', '#ep12'],
  ['US0', '#us0'],
  ['BG-01KX8B82', '#bg01kx8b82'],
  ['bg01kx8b82', '#bg01kx8b82'],
  ['PL-answered', null],
  ['login', null],
  ['2026', null],
  ['US0001 login', null],
])('[SR7] %s as an id', (text, word) => {
  expect(toIdWord(text)).toBe(word);
});

test('[SR7] every id of a text is found, in one spelling', () => {
  expect(findIdWords('See US0001, us-1 and (EP0012); not BUS0001x.')).toEqual(['#us1', '#us1', '#ep12']);
});

describe('[SR5] long texts', () => {
  const thing: Searchable = {
    kind: 'document',
    entityId: 'd_1',
    docId: 'a',
    type: 'other',
    title: 'A',
    status: null,
    owner: null,
    epic: null,
    filePath: 'a.md',
    refId: null,
    subjectId: null,
    aliases: [],
    facts: {},
    text: '',
  };
  const pacer = () => createPacer(new AbortController().signal);
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`).join(' ');

  test.each([
    ['of different words', numbered(45_000)],
    ['of few words', 'lorem ipsum dolor sit amet '.repeat(9_000) + numbered(300)],
    ['of one word', `${'again '.repeat(3_000)}${numbered(300)}`],
    ['of long words', Array.from({ length: 3_000 }, (_, index) => `${'x'.repeat(190)}${index}`).join(' ')],
    ['with many facts', numbered(300)],
  ])('%s: every pair of neighbours stands side by side in some vector', async (name, text) => {
    const facts =
      name === 'with many facts' ? { list: Array.from({ length: 17_000 }, (_, at) => `f${at}`) } : {};
    const { parts } = await toVectors({ ...thing, facts, text }, pacer());

    const pairs = new Set(parts.flatMap(toPairs));
    const words = splitWords(text);
    const missing = words.slice(1).filter((word, at) => !pairs.has(`${words[at]} ${word}`));
    expect(missing).toEqual([]);
  });

  test('no vector has more than Postgres keeps', () => {
    const word = fc.constantFrom('a', 'b', 'x'.repeat(190), '漢'.repeat(95), '#us');
    const run = fc.tuple(word, fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(1, 7, 20_000));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 4 }), (runs) => {
        const writer = new VectorWriter();
        for (const [prefix, count, different] of runs) {
          writer.add(
            Array.from({ length: count }, (_, at) => `${prefix}${at % different}`),
            'D',
          );
        }
        for (const vector of writer.finish()) {
          expect(Buffer.byteLength(vector)).toBeLessThan(1_000_000);
          for (const places of readVector(vector).values()) {
            expect(places.length).toBeLessThan(256);
            expect(places.at(-1)).toBeLessThan(16_383);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  test('pieces make the text again and part no word', () => {
    const text = fc.array(fc.constantFrom('word ', 'longer-word\n', 'x'.repeat(9_000), ' '), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(text, (words) => {
        const whole = words.join(' ');
        const pieces = [...toPieces(whole)];
        expect(pieces.join('')).toBe(whole);
        expect(pieces.flatMap(splitWords)).toEqual(splitWords(whole));
      }),
    );
  });
});

/** Places by word, weights dropped. */
function readVector(vector: string): Map<string, number[]> {
  const words = new Map<string, number[]>();
  for (const [, word, places] of vector.matchAll(/'([^']+)':(\S+)/g)) {
    words.set(
      word!,
      places!.split(',').map((place) => Number.parseInt(place, 10)),
    );
  }
  return words;
}

function toPairs(vector: string): string[] {
  const at: string[] = [];
  for (const [word, places] of readVector(vector)) for (const place of places) at[place] = word;
  return at.flatMap((word, place) => (at[place - 1] === undefined ? [] : [`${at[place - 1]} ${word}`]));
}

describe('[SR8] snippets', () => {
  test('stripped of marks, a snippet is a piece of the escaped text of at most 240 characters', () => {
    const text = fc.array(fc.constantFrom('sync', 'status', '<b>', '&', '"x"', 'Ünïcode', '🙂', 'plain\n'), {
      maxLength: 200,
    });
    const { wanted } = parseQuery('sync status');
    fc.assert(
      fc.property(text, (words) => {
        const source = words.join(' ');
        const snippet = toSnippet(source, wanted);
        if (snippet === null) {
          expect(source).not.toMatch(/sync|status/);
          return;
        }
        const plain = decode(snippet.replaceAll(/<\/?mark>/g, '').replaceAll('…', ''));
        expect(plain.length).toBeLessThanOrEqual(240);
        expect(source.replaceAll(/\s+/g, ' ')).toContain(plain);
        expect(snippet).toMatch(/<mark>(sync|status)<\/mark>/);
        expect(snippet.replaceAll(/<\/?mark>/g, '')).not.toMatch(/[<>"']/);
      }),
    );
  });

  test('the passage with the most different words wins', () => {
    const text = `sync ${'far '.repeat(200)} sync and status together`;

    expect(toSnippet(text, parseQuery('sync status').wanted)).toMatch(
      /<mark>sync<\/mark> and <mark>status<\/mark>/,
    );
  });
});

const decode = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
