import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportItems } from '../../server/features/documents/export.ts';
import type { DocumentItem } from '../../shared/views/document.ts';
import { routes } from '../../shared/api/index.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { mountNotFound } from '../../server/http/not-found.ts';
import { createOpenApi } from '../../server/http/openapi.ts';
import { openDocuments, toDocument, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;
let largeId: string;

beforeAll(async () => {
  kit = await openDocuments();
  await kit.upsert(
    await kit.addProject('small-tree'),
    toDocuments({
      'stories/US0001-a.md': '# Say "hi", now\n> **Status:** Done\n> **Story Points:** 5\n> **Owner:** @ann',
      'b.md': '# =HYPERLINK("x")\n> **Status:** Draft',
      'c.md': '# -1\n> **Status:** Done',
    }),
  );
  await kit.database.client`update documents set updated_at = '2026-03-04 05:06:07.008'`;
  largeId = await kit.addProject('large');
  const documents = Array.from({ length: 1203 }, (_, index) => toDocument(`n/${index}.md`, `# Ünï ${index}`));
  await kit.upsert(largeId, documents);
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

test('[EX1] CSV has a header row of the keys, CRLF, and marks what a spreadsheet would run', async () => {
  const { status, text } = await kit.get('/small-tree/documents/export?format=csv&sort=file_path&order=asc');

  expect(status).toBe(200);
  expect(text).toBe(
    [
      'doc_id,type,title,status,owner,priority,story_points,epic,story,updated_at,file_path,ref_id,file_date,archived,duplicate',
      `b,other,"'=HYPERLINK(""x"")",Draft,,,,,,2026-03-04T05:06:07.008Z,b.md,,,false,false`,
      `c,other,'-1,Done,,,,,,2026-03-04T05:06:07.008Z,c.md,,,false,false`,
      `US0001-a,story,"Say ""hi"", now",Done,'@ann,,5,,,2026-03-04T05:06:07.008Z,stories/US0001-a.md,US0001,,false,false`,
      '',
    ].join('\r\n'),
  );
});

test.each([
  ['csv', 'text/csv; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
])('[EX1] %s is a file named by project and day', async (format, type) => {
  const { headers } = await kit.get(`/small-tree/documents/export?format=${format}`);

  expect(headers.get('content-type')).toBe(type);
  expect(headers.get('content-disposition')).toBe(`attachment; filename="small-tree-20261121.${format}"`);
  expect(headers.get('x-truncated')).toBeNull();
});

test('[EX1] JSON is the list without pages: same filters, same order, same items', async () => {
  const query = 'status=Done&sort=title&order=desc';
  const list = await kit.get(`/small-tree/documents?${query}`);

  const file = await kit.get(`/small-tree/documents/export?format=json&page=7&per_page=1&${query}`);

  expect(file.body).toEqual(list.body.items);
  expect(file.body).toHaveLength(2);
});

test('[EX1] a large export is whole, whatever slices it is made of', async () => {
  const { body } = await kit.get('/large/documents/export?format=json');
  const { text } = await kit.get('/large/documents/export?format=csv');

  expect(new Set(body.map((item: DocumentItem) => item.file_path)).size).toBe(1203);
  expect(text.split('\r\n')).toHaveLength(1 + 1203 + 1);
});

test('[EX1] nothing found is a header row or an empty array', async () => {
  expect((await kit.get('/large/documents/export?format=json&type=x')).body).toEqual([]);
  expect((await kit.get('/large/documents/export?format=csv&type=x')).text).toMatch(/^doc_id,[^\n]*\r\n$/);
});

describe('the limit', () => {
  const filters = { sort: 'file_path', order: 'asc', type: undefined } as const;

  test.each([
    [500, true, 500],
    [1000, true, 1000],
    [1202, true, 1202],
    [1203, false, 1203],
    [2000, false, 1203],
  ])('[EX1] of %i rows: truncated is %s after %i', async (maxRows, isTruncated, rows) => {
    const signal = new AbortController().signal;

    const file = await kit.database.db.transaction((tx) =>
      exportItems(tx, largeId, filters, { format: 'json', maxRows, signal }),
    );

    expect(file.isTruncated).toBe(isTruncated);
    expect(await new Response(file.slices.toStream()).json()).toHaveLength(rows);
  });
});

test('[GR8] an export carries a position and an ETag that matches while nothing changes', async () => {
  const { headers } = await kit.get('/large/documents/export?format=csv');
  const again = await kit.get('/large/documents/export?format=csv', {
    'If-None-Match': headers.get('etag') ?? '',
  });

  expect(headers.get('sync-head')).toMatch(/^[a-z0-9]+-\d+$/);
  expect(again.status).toBe(304);
});

test.each([
  ['small-tree', '', 422],
  ['small-tree', '?format=', 422],
  ['small-tree', '?format=xml', 422],
  ['small-tree', '?format=CSV', 422],
  ['small-tree', '?format=csv&sort=size', 422],
  ['small-tree', '?format=csv&type=%zz', 422],
  ['small-tree', '?format=csv&type=%00', 422],
  ['unknown', '?format=csv', 404],
])('[EX1] %s/documents/export%s answers %i', async (slug, query, expected) => {
  const { status, body } = await kit.get(`/${slug}/documents/export${query}`);

  expect(status).toBe(expected);
  expect(body.error.code).toBe(expected === 404 ? 'NOT_FOUND' : 'VALIDATION_ERROR');
});

describe('as a route among others', () => {
  const path = '/api/v1/projects/small-tree/documents/export';

  test('[GR2] another method than GET is 405', async () => {
    const log = { error() {}, warn() {}, info() {}, debug() {} };
    const app = new Hono<HttpEnv>();
    app.onError(createErrorHandler(log));
    mountNotFound(app, Object.values(routes));

    const answer = await app.request(path, { method: 'POST' });

    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD');
  });

  test('[GR10] the API document tells that it answers with CSV and JSON', () => {
    const { paths } = createOpenApi('1') as unknown as {
      paths: Record<string, Record<'get', { responses: Record<string, { content: object }> }>>;
    };

    const answer = paths['/api/v1/projects/{slug}/documents/export']?.get.responses['200'];

    expect(Object.keys(answer?.content ?? {})).toEqual(['application/json', 'text/csv']);
  });
});
