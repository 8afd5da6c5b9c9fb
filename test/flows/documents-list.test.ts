import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocumentItem } from '../../shared/views/document.ts';
import { openDocuments, toDocument, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;

beforeAll(async () => {
  kit = await openDocuments();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

/** Code points in order are UTF-8 bytes in order. */
const byCodePoint = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

const pathsOf = (items: readonly DocumentItem[]) => items.map((item) => item.file_path);

describe('a small tree', () => {
  beforeAll(async () => {
    const projectId = await kit.addProject('small');
    await kit.upsert(projectId, [
      ...toDocuments({
        'epics/EP0001-auth.md': '# Auth\n> **Status:** Draft\n> **Owner:** Ann',
        'stories/US0001-login.md':
          '# Login\n> **Status:** Done\n> **Epic:** EP0001\n> **Story Points:** 3\n> **Priority:** High',
        'stories/US0002-logout.md':
          '# Logout\n> **Status:** In Progress\n> **Epic:** EP0001\n> **Owner:** Ann',
        'archive/US0001-login.md': '# Old login\n> **Status:** Done\n> **Epic:** EP-01KX8B82',
      }),
      toDocument('notes.md', 'no title', { fileDate: new Date('2026-02-17T09:30:00.007Z') }),
    ]);
    await kit.database
      .client`update documents set updated_at = '2026-03-04 05:06:07.008+02' where project_id = ${projectId}`;
  });

  test('[DC12] an item has the keys of the contract and never the content', async () => {
    const { body } = await kit.get('/small/documents?type=story&sort=file_path&order=asc');

    expect(body).toEqual({
      items: expect.anything(),
      total: 3,
      page: 1,
      per_page: 50,
      pages: 1,
    });
    expect(body.items[1]).toEqual({
      doc_id: 'US0001-login',
      type: 'story',
      title: 'Login',
      status: 'Done',
      owner: null,
      priority: 'High',
      story_points: 3,
      epic: 'EP0001',
      story: null,
      updated_at: '2026-03-04T03:06:07.008Z',
      file_path: 'stories/US0001-login.md',
      ref_id: 'US0001',
      file_date: null,
      archived: false,
      duplicate: true,
    });
  });

  test('[GR5] file_date has milliseconds and Z', async () => {
    const { body } = await kit.get('/small/documents?type=other');

    expect(body.items).toMatchObject([{ file_date: '2026-02-17T09:30:00.007Z', duplicate: false }]);
  });

  test.each([
    ['type=story', 3],
    ['type=Story', 0],
    ['type=', 5],
    ['type=story,epic', 0],
    ['status=Done', 2],
    ['status=done', 0],
    ['status=none', 1],
    ['status=&owner=&epic=', 5],
    ['owner=Ann', 2],
    ['owner=ann', 0],
    ['epic=EP0001', 2],
    ['epic=ep-0001', 2],
    ['epic=ep-1', 2],
    ['epic=EP01KX8B82', 1],
    ['epic=ep-01kx8b82', 1],
    ['epic=EP00001', 0],
    ['epic=anything', 0],
    ['type=story&status=Done&epic=EP0001', 1],
    ['type=story&colour=red', 3],
    ['page=2', 5],
  ])('[DC12] %s selects %i', async (query, total) => {
    const { status, body } = await kit.get(`/small/documents?${query}`);

    expect(status).toBe(200);
    expect(body.total).toBe(total);
  });

  test('[GR7] past the end is an empty page with the true total', async () => {
    const { status, body } = await kit.get('/small/documents?page=1000000&per_page=100');

    expect(status).toBe(200);
    expect(body).toEqual({ items: [], total: 5, page: 1_000_000, per_page: 100, pages: 1 });
  });

  test('[DC12] nothing found has no pages', async () => {
    const { body } = await kit.get('/small/documents?type=none');

    expect(body).toEqual({ items: [], total: 0, page: 1, per_page: 50, pages: 0 });
  });

  test.each([
    ['per_page=2', 2],
    ['per_page=100', 100],
    ['per_page=101', 100],
    [`per_page=${'9'.repeat(400)}`, 100],
  ])('[DC12] %s is applied as %i', async (query, applied) => {
    const { status, body } = await kit.get(`/small/documents?${query}`);

    expect(status).toBe(200);
    expect(body.per_page).toBe(applied);
  });

  test.each([
    'per_page=0',
    'per_page=-1',
    'per_page=1.5',
    'per_page=ten',
    'per_page=',
    'page=0',
    'page=1000001',
    `page=${'1'.repeat(21)}`,
    'page=1e3',
    'sort=size',
    'sort=Title',
    'order=ASC',
    'order=',
    'type=a%00b',
    'owner=%zz',
    'epic=%ED%A0%80',
  ])('[GR6] %.40s is refused', async (query) => {
    const { status, body } = await kit.get(`/small/documents?${query}`);

    expect(status).toBe(422);
    expect(body.error.code).toBe('VALIDATION_ERROR');
  });

  test('[PJ2] an unknown project is not found', async () => {
    const { status, body } = await kit.get('/other/documents');

    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: 'Project not found' });
  });

  test('[GR8] the list carries a position and an ETag that matches while nothing changes', async () => {
    const { headers } = await kit.get('/small/documents');
    const again = await kit.get('/small/documents', { 'If-None-Match': headers.get('etag') ?? '' });

    expect(headers.get('sync-head')).toMatch(/^[a-z0-9]+-\d+$/);
    expect(again.status).toBe(304);
  });
});

describe('order', () => {
  test('[DC12] titles sort by code point, upper case first', async () => {
    const titles = ['a-b', 'ab', 'Zeta', 'alpha', 'Éclair', 'éclair', '_x', '1', '10', '2', '\uFF5E', '😀'];
    const projectId = await kit.addProject('collation');
    await kit.upsert(
      projectId,
      titles.map((title, index) => toDocument(`${index}.md`, `# ${title}`)),
    );

    const { body } = await kit.get('/collation/documents?sort=title&order=asc');

    expect(body.items.map((item: DocumentItem) => item.title)).toEqual([...titles].sort(byCodePoint));
  });

  test('[DC12] documents without a value come first ascending and last descending', async () => {
    const projectId = await kit.addProject('nulls');
    await kit.upsert(projectId, [
      toDocument('a.md', '# A\n> **Status:** Done', { fileDate: new Date('2026-01-02') }),
      toDocument('b.md', '# B'),
      toDocument('c.md', '# C\n> **Status:** Blocked', { fileDate: new Date('2026-01-01') }),
    ]);
    const list = async (query: string) => pathsOf((await kit.get(`/nulls/documents?${query}`)).body.items);

    expect(await list('sort=status&order=asc')).toEqual(['b.md', 'c.md', 'a.md']);
    expect(await list('sort=status&order=desc')).toEqual(['a.md', 'c.md', 'b.md']);
    expect(await list('sort=file_date&order=asc')).toEqual(['b.md', 'c.md', 'a.md']);
    expect(await list('sort=file_date&order=desc')).toEqual(['a.md', 'c.md', 'b.md']);
  });

  test('[DC12] without a sort the newest row comes first, ties by type, id and path', async () => {
    const projectId = await kit.addProject('ties');
    await kit.upsert(
      projectId,
      toDocuments({
        'y/note.md': '# 1',
        'x/note.md': '# 2',
        'epics/EP0001-a.md': '# 3',
        'b.md': '# 4',
        'new.md': '# 5',
      }),
    );
    await kit.database.client`update documents
      set updated_at = case when file_path = 'new.md' then '2026-02-02'::timestamptz else '2026-01-01' end
      where project_id = ${projectId}`;

    const { body } = await kit.get('/ties/documents');

    expect(pathsOf(body.items)).toEqual(['new.md', 'epics/EP0001-a.md', 'b.md', 'x/note.md', 'y/note.md']);
  });
});

describe('laws', () => {
  const columns = ['title', 'type', 'status', 'updated_at', 'doc_id', 'file_path', 'file_date'] as const;
  let all: DocumentItem[] = [];

  beforeAll(async () => {
    const projectId = await kit.addProject('laws');
    const words = ['Alpha', 'alpha', 'Ünder', 'Zed', '_'];
    const statuses = ['Done', 'Draft', null];
    const documents = Array.from({ length: 90 }, (_, index) => {
      const status = statuses[index % 3];
      return toDocument(
        `${['stories', 'x', 'epics'][index % 3]}/${['a', 'b'][index % 2]}${index % 7}/n${index % 5}-${'i'.repeat(index % 11)}.md`,
        `# ${words[index % 5]}\n${status == null ? '' : `> **Status:** ${status}`}`,
        { fileDate: index % 4 === 0 ? null : new Date(Date.UTC(2026, 0, 1 + (index % 6))) },
      );
    });
    const unique = [...new Map(documents.map((document) => [document.filePath, document])).values()];
    await kit.upsert(projectId, unique);
    await kit.database
      .client`update documents set updated_at = '2026-01-01'::timestamptz + length(file_path) * interval '1 day'
      where project_id = ${projectId}`;
    all = (await kit.get('/laws/documents?per_page=100')).body.items;
  });

  test('the list is not empty and fits a page', () => {
    expect(all).toHaveLength(90);
  });

  function compare(sort: (typeof columns)[number], order: 'asc' | 'desc') {
    const keys = ['type', 'doc_id', 'file_path'] as const;
    return (one: DocumentItem, other: DocumentItem): number => {
      const first = compareNullable(one[sort], other[sort]) * (order === 'asc' ? 1 : -1);
      return keys.reduce((so, key) => so || byCodePoint(one[key], other[key]), first);
    };
  }

  function compareNullable(one: string | null, other: string | null): number {
    if (one === null || other === null) return Number(one !== null) - Number(other !== null);
    return byCodePoint(one, other);
  }

  test('[DC12] pages put together are the whole list in order, for every sort, order and size', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...columns),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 3, max: 100 }),
        async (sort, order, size) => {
          const pages = Math.ceil(all.length / size);
          const listed: DocumentItem[] = [];
          for (let page = 1; page <= pages; page += 1) {
            const query = `sort=${sort}&order=${order}&page=${page}&per_page=${size}`;
            listed.push(...(await kit.get(`/laws/documents?${query}`)).body.items);
          }

          expect(pathsOf(listed)).toEqual(pathsOf([...all].sort(compare(sort, order))));
        },
      ),
      { numRuns: 40 },
    ));

  test('[GR6] no parameter whatever causes a 500', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          '/documents?',
          '/documents/other/x?',
          '/documents/other/x/related?',
          '/tree?',
          '/resolve?',
          '/documents/export?format=csv&',
        ),
        fc.constantFrom(
          'type',
          'status',
          'epic',
          'owner',
          'sort',
          'page',
          'per_page',
          'path',
          'parent',
          'ids',
          '__proto__',
        ),
        fc.oneof(
          fc.string({ unit: 'binary' }).map(encodeURIComponent),
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom(
            '%zz',
            '%',
            '%00',
            '%ED%A0%80',
            '%F0%9F',
            '1'.repeat(21),
            '-0',
            "' or 1=1 --",
            '__proto__',
            '\\',
            '{}',
            '%25zz',
            'a'.repeat(5000),
          ),
        ),
        async (address, name, value) => {
          const { status } = await kit.get(`/laws${address}${name}=${value}`);

          expect([200, 404, 422]).toContain(status);
          expect(kit.unexpected).toEqual([]);
        },
      ),
      { numRuns: 300 },
    ));

  test('[GR6] no path whatever causes a 500', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }).map(encodeURIComponent),
            fc.constantFrom(
              '%zz',
              '%00',
              '%ED%A0%80',
              '..',
              '%2e',
              '%2F',
              'related',
              'export',
              'documents',
              '',
            ),
          ),
          { minLength: 1, maxLength: 3 },
        ),
        fc.constantFrom('', '/', '/related'),
        fc.constantFrom('laws', 'a%00', '%zz'),
        async (parts, end, slug) => {
          const { status } = await kit.get(`/${slug}/documents/${parts.join('/')}${end}`);

          expect([200, 404, 422]).toContain(status);
          expect(kit.unexpected).toEqual([]);
        },
      ),
      { numRuns: 200 },
    ));
});
