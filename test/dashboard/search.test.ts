import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOwningProject, toQueriedId } from '../../client/dashboard/address/id-query.ts';
import { toGoPath, toSearchPath } from '../../client/dashboard/address/paths.ts';
import {
  isNarrowed,
  longestQuery,
  readSearchFilters,
  toSearchQuery,
  turnKind,
  withoutNarrowing,
  writeSearchFilters,
} from '../../client/dashboard/address/search-filters.ts';
import { foldSearch } from '../../client/dashboard/folds/search.ts';
import { toFacetValues, toHitPath } from '../../client/dashboard/format/search.ts';
import { parseSnippet } from '../../client/dashboard/format/snippet.ts';
import { toAction } from '../../client/dashboard/shell/shortcuts.ts';
import { search } from '../../shared/api/search.ts';
import { SearchKind } from '../../shared/views/search.ts';
import type { SearchHit } from '../../shared/views/search.ts';
import { documentsChanged, event, operation, operationId, project } from './build.ts';

const text = fc.string({ unit: 'grapheme' }).map((written) => written.replaceAll('\0', ''));

const read = (address: string) => readSearchFilters(new URLSearchParams(address));

const hit = (over: Partial<SearchHit> = {}): SearchHit => ({
  doc_id: 'US0001-login',
  type: 'story',
  title: 'Login',
  project_slug: 'atlas',
  project_name: 'Atlas',
  status: null,
  snippet: '',
  score: 1,
  file_path: 'stories/US0001-login.md',
  ref_id: 'US0001',
  kind: 'document',
  ...over,
});

describe('[SR8] [PG4] a snippet', () => {
  test.each([
    ['plain', [{ text: 'plain', isMarked: false }]],
    [
      'a <mark>b</mark> c',
      [
        { text: 'a ', isMarked: false },
        { text: 'b', isMarked: true },
        { text: ' c', isMarked: false },
      ],
    ],
    ['&lt;mark&gt;&amp;lt;&quot;&#39;', [{ text: '<mark>&lt;"\'', isMarked: false }]],
    ['<b>x</b>', [{ text: '<b>x</b>', isMarked: false }]],
    ['<mark>cut', [{ text: 'cut', isMarked: true }]],
    ['&nbsp;&#39', [{ text: '&nbsp;&#39', isMarked: false }]],
    ['', []],
  ])('%j is taken apart', (snippet, parts) => {
    expect(parseSnippet(snippet)).toEqual(parts);
  });

  test('whatever a document says comes out as it was written, marked where it was marked', () => {
    const entities: Record<string, string> = {
      '&': '&amp;',
      '<': '&lt;',
      '>': '&gt;',
      '"': '&quot;',
      "'": '&#39;',
    };
    const escape = (written: string) => written.replace(/[&<>"']/g, (character) => entities[character] ?? '');
    const hostile = fc
      .array(fc.constantFrom('<mark>', '</mark>', '&', '&lt;', '"', "'", 'word', ' '), { minLength: 1 })
      .map((pieces) => pieces.join(''));
    const parts = fc.array(fc.tuple(hostile, hostile), { minLength: 1 });

    fc.assert(
      fc.property(parts, (pairs) => {
        const snippet = pairs
          .map(([plain, marked]) => `${escape(plain)}<mark>${escape(marked)}</mark>`)
          .join('');
        expect(parseSnippet(snippet)).toEqual(
          pairs.flatMap(([plain, marked]) => [
            { text: plain, isMarked: false },
            { text: marked, isMarked: true },
          ]),
        );
      }),
    );
  });
});

describe('[PG2] what is searched for', () => {
  test('is read back from the address it was written into', () => {
    const filters = fc.record({
      q: text.filter((q) => q.length <= longestQuery),
      project: text,
      type: text,
      status: text,
      owner: text,
      epic: text,
      kinds: fc.subarray([...SearchKind.options], { minLength: 1 }),
      page: fc.integer({ min: 1, max: 1_000_000 }),
    });

    fc.assert(
      fc.property(filters, (written) => {
        expect(read(writeSearchFilters(written).toString())).toEqual(written);
      }),
    );
  });

  test('is a question the server understands, whatever the address', () => {
    const known = fc.constantFrom(
      'q',
      'project',
      'type',
      'status',
      'owner',
      'epic',
      'kinds',
      'page',
      'per_page',
    );
    const long = fc.string({ unit: 'grapheme', minLength: longestQuery - 1, maxLength: longestQuery + 1 });

    fc.assert(
      fc.property(fc.dictionary(known, text), fc.oneof(text, long), (query, q) => {
        const filters = readSearchFilters(new URLSearchParams({ ...query, q: `x${q}` }));
        expect(search.query.safeParse(toSearchQuery(filters)).error).toBeUndefined();
      }),
    );
  });

  test('[SR1] is looked for in documents when nothing else is said', () => {
    expect(read('').kinds).toEqual(['document']);
    expect(read('kinds=rocks').kinds).toEqual(['document']);
    expect(writeSearchFilters(read('q=a')).toString()).toBe('q=a');
  });

  test.each([
    ['page=0', 1],
    ['page=1.5', 1],
    ['page=1000001', 1],
    ['page=7', 7],
  ])('%s is page %d', (address, page) => {
    expect(read(address).page).toBe(page);
  });

  test('a query as long as the server takes is not cut through a character', () => {
    const q = `${'x'.repeat(longestQuery - 1)}🚀`;

    expect(read(new URLSearchParams({ q }).toString()).q).toBe('x'.repeat(longestQuery - 1));
  });

  test('an epic is asked for by its canonical id', () => {
    expect(toSearchQuery(read('q=a&epic=ep-0007')).epic).toBe('EP0007');
  });

  test.each([
    ['kinds=document', 'task', 'document,task'],
    ['kinds=task,document', 'document', 'task'],
    ['kinds=task', 'task', 'task'],
    ['kinds=session', 'document', 'document,session'],
  ] as const)('%s after a press on %s is %s', (address, kind, kinds) => {
    expect(turnKind(read(address), kind).kinds.join()).toBe(kinds);
  });

  test('begins at the first page again with other kinds or without filters', () => {
    expect(turnKind(read('page=3'), 'task').page).toBe(1);
    expect(withoutNarrowing(read('q=a&type=story&status=none&page=3'))).toEqual(read('q=a'));
  });

  test.each([
    ['q=a&kinds=task&page=2', false],
    ['project=atlas', true],
    ['status=none', true],
    ['epic=EP0001', true],
  ])('%s is narrowed: %s', (address, narrowed) => {
    expect(isNarrowed(read(address))).toBe(narrowed);
  });
});

describe('[SR7] a query that is one id', () => {
  test.each([
    ['US0001', 'US0001'],
    [' us-0001 ', 'US0001'],
    ['us1', 'US0001'],
    ['EP12', 'EP0012'],
    ['rfc-12345', 'RFC12345'],
    ['bg-01kx8b82', 'BG-01KX8B82'],
    ['US0001 login', null],
    ['"US0001"', null],
    ['USER1', null],
    ['PL-answered', null],
    ['US', null],
    ['', null],
  ])('%j is %s', (q, id) => {
    expect(toQueriedId(q)).toBe(id);
  });

  test.each([
    ['the only owner', [hit(), hit({ ref_id: 'US0002' })], 'atlas'],
    ['two owners of one project', [hit(), hit({ file_path: 'b.md' })], 'atlas'],
    ['an owner by another spelling', [hit({ ref_id: 'US-0001' })], 'atlas'],
    ['owners in two projects', [hit(), hit({ project_slug: 'dune' })], undefined],
    ['mentions only', [hit({ ref_id: null }), hit({ ref_id: 'US0002' })], undefined],
    ['nothing', [], undefined],
  ])('leads from %s to %3$s', (_, hits, slug) => {
    expect(findOwningProject('US0001', hits)).toBe(slug);
  });
});

test('[PG3] g and then f leads to search', () => {
  expect(toAction({ key: 'f', hasModifier: false, isTyping: false, awaitsPage: true })).toEqual({
    do: 'go',
    to: '/search',
  });
});

describe('a hit', () => {
  test.each([
    [{}, '/projects/atlas/documents/story/US0001-login?path=stories%2FUS0001-login.md'],
    [{ kind: 'session', doc_id: 's:1', file_path: null }, '/projects/atlas/sessions/s%3A1'],
    [{ kind: 'feature', doc_id: 'login', file_path: null }, '/projects/atlas/features/login'],
    [{ kind: 'task', doc_id: 'T 1', file_path: 'a/b.md' }, '/projects/atlas/go/T%201?source=a%2Fb.md'],
  ] as const)('%j leads to %s', (over, path) => {
    expect(toHitPath(hit(over))).toBe(path);
  });

  test('addresses are written without what is not said', () => {
    expect(toSearchPath()).toBe('/search');
    expect(toSearchPath({ q: 'a b' })).toBe('/search?q=a+b');
    expect(toGoPath('atlas', 'US0001')).toBe('/projects/atlas/go/US0001');
  });
});

describe('[SR2] facets', () => {
  const names = new Map([['atlas', 'Atlas']]);

  test('show most hits first, then by name', () => {
    const values = toFacetValues('type', { 'test-spec': 2, story: 5, bug: 2 }, '', names);

    expect(values.map(({ label, count }) => `${label} ${count}`)).toEqual([
      'Story 5',
      'Bug 2',
      'Test spec 2',
    ]);
  });

  test('call projects by their names, and what has no status so', () => {
    expect(toFacetValues('project', { atlas: 1, gone: 1 }, '', names).map(({ label }) => label)).toEqual([
      'Atlas',
      'gone',
    ]);
    expect(toFacetValues('status', { none: 1 }, '', names)[0]?.label).toBe('No status');
  });

  test('keep what is chosen, so that it can be let go', () => {
    expect(toFacetValues('type', {}, 'story', names)).toEqual([{ value: 'story', label: 'Story', count: 0 }]);
    expect(toFacetValues('type', { story: 3 }, 'story', names)).toHaveLength(1);
    expect(toFacetValues('type', {}, 'constructor', names)).toHaveLength(1);
  });
});

describe('[PG1] a page of hits', () => {
  const page = { items: [hit()], total: 1, query: 'a', page: 1, per_page: 20, pages: 1, relaxed: false };
  const frame = { operationId: operationId(1) };
  const ended = event('operation:completed', { operation: operation(1) }, frame);
  const endedElsewhere = event(
    'operation:completed',
    { operation: operation(1) },
    { ...frame, slug: 'dune' },
  );

  test.each([
    ['of all projects', 'the end of an operation', '', ended, 'reload'],
    ['of one project', 'the end of an operation there', 'atlas', ended, 'reload'],
    ['of one project', 'the end of an operation elsewhere', 'atlas', endedElsewhere, page],
    ['of all projects', 'a project that goes', '', event('project:removed', { slug: 'atlas' }), 'reload'],
    ['of all projects', 'a new name', '', event('project:changed', { project: project('atlas') }), 'reload'],
    // [SY11] Search does not hold them yet, and the end of the operation tells when it does.
    ['of all projects', 'documents that changed', '', documentsChanged({}), page],
  ] as const)('%s after %s', (_page, _what, slug, heard, expected) => {
    expect(foldSearch(slug)(page, heard)).toBe(expected);
  });
});
