import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issues } from '../../server/db/tables/indexing.ts';
import type { DocumentItem } from '../../shared/views/document.ts';
import { openDocuments, toDocument, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;
let projectId: string;

const text = `---
tags: [auth]
aliases: AUTH-1
---
# Login
> **Status:** Done (1/1)
> **Owner:** Ann
> **Epic:** EP0001
> **Depends On:** US0002
> **Reviewer:** Bo

First line\r
> a quote
`;

beforeAll(async () => {
  kit = await openDocuments();
  projectId = await kit.addProject('detail');
  await kit.upsert(projectId, [
    toDocument('stories/US0001-login.md', text, { fileDate: new Date('2026-02-17T09:30:00.000Z') }),
    ...toDocuments({
      'b/README.md': '# B',
      'a/README.md': '# A',
      'a-b/README.md': '# A-B',
      'notes/100% sure, étage?.md': '# Sure',
    }),
  ]);
  const at = new Date('2026-03-01T00:00:00.000Z');
  const issue = { projectId, severity: 'warning', firstSeenAt: at, lastSeenAt: at } as const;
  await kit.database.db.insert(issues).values([
    {
      ...issue,
      id: 'i_1',
      filePath: 'stories/US0001-login.md',
      code: 'BAD_DATE',
      message: 'no date',
      line: 7,
    },
    {
      ...issue,
      id: 'i_2',
      filePath: 'stories/US0001-login.md',
      code: 'UNKNOWN_STATUS',
      message: 'old',
      resolvedAt: at,
    },
    { ...issue, id: 'i_3', filePath: 'a/README.md', code: 'BAD_DATE', message: 'elsewhere' },
  ]);
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

test('[DC13] a document is shown with its fields, its text without header and its open issues', async () => {
  const { status, body } = await kit.get('/detail/documents/story/US0001-login');

  expect(status).toBe(200);
  expect(body).toEqual({
    doc_id: 'US0001-login',
    type: 'story',
    title: 'Login',
    status: 'Done',
    owner: 'Ann',
    priority: null,
    story_points: null,
    epic: 'EP0001',
    story: null,
    metadata: { tags: expect.anything(), reviewer: 'Bo' },
    content: expect.stringMatching(/^\s*First line\n> a quote\n$/),
    file_path: 'stories/US0001-login.md',
    file_hash: createHash('sha256').update(text).digest('hex'),
    synced_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    id: expect.stringMatching(/^d_/),
    ref_id: 'US0001',
    aliases: ['AUTH-1'],
    depends_on: ['US0002'],
    metadata_values: expect.objectContaining({ reviewer: ['Bo'] }),
    file_date: '2026-02-17T09:30:00.000Z',
    dates: { created: null, updated: null, completed: null, last_activity: null },
    size_bytes: Buffer.byteLength(text),
    archived: false,
    duplicates: [],
    issues: [
      {
        id: 'i_1',
        path: 'stories/US0001-login.md',
        code: 'BAD_DATE',
        severity: 'warning',
        message: 'no date',
        line: 7,
        column: null,
        offset: null,
        firstSeenAt: '2026-03-01T00:00:00.000Z',
        lastSeenAt: '2026-03-01T00:00:00.000Z',
        resolvedAt: null,
      },
    ],
  });
});

test('[DC11] raw is the decoded file unchanged, and comes only when asked for', async () => {
  const { body } = await kit.get('/detail/documents/story/US0001-login?raw=1');
  const without = await kit.get('/detail/documents/story/US0001-login?raw=0');

  expect(body.raw).toBe(text);
  expect(without.body).not.toHaveProperty('raw');
});

test('[DC13] a document without metadata has null for it', async () => {
  const { body } = await kit.get('/detail/documents/other/README');

  expect(body.metadata).toBeNull();
});

test.each([
  ['the id without the rest of the stem', 'story/US0001'],
  ['another type', 'epic/US0001-login'],
  ['another case', 'story/us0001-login'],
  ['a name that nothing has', 'story/x'],
  ['the beginning of a pattern', 'story/US0001%25'],
])('[DC5] %s is not found', async (_case, name) => {
  const { status, body } = await kit.get(`/detail/documents/${name}`);

  expect(status).toBe(404);
  expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: 'Document not found' });
});

test('[GR1] a trailing slash is ignored', async () => {
  expect((await kit.get('/detail/documents/story/US0001-login/')).status).toBe(200);
});

test.each([
  '/documents/story/US0001-login',
  '/documents/story/US0001-login/related',
  '/tree',
  '/resolve?ids=EP1',
])('[PJ2] %s of an unknown project is Project not found', async (path) => {
  const { status, body } = await kit.get(`/unknown${path}`);

  expect(status).toBe(404);
  expect(body.error.message).toBe('Project not found');
});

describe('several files of one type and stem', () => {
  test('[DC14] the first path by code point answers, and the others are listed in order', async () => {
    const { status, body } = await kit.get('/detail/documents/other/README');

    expect(status).toBe(200);
    expect(body).toMatchObject({
      file_path: 'a-b/README.md',
      title: 'A-B',
      duplicates: ['a/README.md', 'b/README.md'],
    });
  });

  test('[DC14] path selects one of them', async () => {
    const { body } = await kit.get('/detail/documents/other/README?path=b%2FREADME.md');

    expect(body).toMatchObject({ title: 'B', duplicates: ['a-b/README.md', 'a/README.md'] });
  });

  test.each(['stories/US0001-login.md', 'c/README.md', 'A/README.md'])(
    '[DC14] path=%s is not found under that name',
    async (path) => {
      const { status } = await kit.get(`/detail/documents/other/README?path=${encodeURIComponent(path)}`);

      expect(status).toBe(404);
    },
  );

  test('[DC14] an empty path selects nothing', async () => {
    expect((await kit.get('/detail/documents/other/README?path=')).status).toBe(200);
  });
});

test('[DC14] every row of a list can be opened with its path', async () => {
  const { body } = await kit.get('/detail/documents');

  for (const { type, doc_id, file_path, duplicate } of body.items as DocumentItem[]) {
    const [id, path] = [encodeURIComponent(doc_id), encodeURIComponent(file_path)];
    const opened = await kit.get(`/detail/documents/${type}/${id}?path=${path}`);

    expect(opened.body).toMatchObject({ file_path, doc_id });
    expect(opened.body.duplicates.length > 0).toBe(duplicate);
  }
});
