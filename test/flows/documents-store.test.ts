import { randomBytes } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documents } from '../../server/db/tables/documents.ts';
import { countDocuments, loadIndexed, updateDates } from '../../server/features/documents/document-store.ts';
import { openDocuments, toDocument, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;
let projectCount = 0;

beforeAll(async () => {
  kit = await openDocuments();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

const addProject = () => kit.addProject(`store-${(projectCount += 1)}`);

async function readRow(projectId: string, path: string) {
  const [row] = await kit.database.db
    .select()
    .from(documents)
    .where(and(eq(documents.projectId, projectId), eq(documents.filePath, path)));
  return row;
}

/** Rows written before a moment that no clock shows twice. */
async function age(projectId: string): Promise<void> {
  await kit.database
    .client`update documents set updated_at = '2026-01-01', synced_at = '2026-01-01' where project_id = ${projectId}`;
}

const aged = new Date('2026-01-01T00:00:00Z');

test('a new document is stored with all that was read', async () => {
  const projectId = await addProject();
  const text =
    '---\ntags: [a, b]\n---\n# Login\n> **Status:** Done\n> **Epic:** EP0001\n> **Depends On:** US0002\n\nText “ünï” 😀\r\n';

  const { added, updated } = await kit.upsert(projectId, [toDocument('stories/US0001-login.md', text)]);

  expect(updated).toEqual([]);
  expect(added).toEqual([
    {
      id: expect.stringMatching(/^d_[0-9a-z]{20}$/),
      path: 'stories/US0001-login.md',
      type: 'story',
      docId: 'US0001-login',
      title: 'Login',
    },
  ]);
  expect(await readRow(projectId, 'stories/US0001-login.md')).toMatchObject({
    id: added[0]?.id,
    body: text,
    status: 'Done',
    epic: 'EP0001',
    dependsOn: ['US0002'],
    frontMatter: { tags: ['a', 'b'] },
    canonicalStatus: 'completed',
    refId: 'US0001',
  });
});

test('[OP26] a row that comes out equal is neither written nor reported', async () => {
  const projectId = await addProject();
  const written = toDocuments({ 'a.md': '# A\n> **Status:** Draft', 'b.md': '---\nx: 1\n---\n# B' });
  await kit.upsert(projectId, written);
  await age(projectId);
  const [before] = await kit.database.client`select xmin::text, * from documents where file_path = 'a.md'
    and project_id = ${projectId}`;

  const changes = await kit.upsert(
    projectId,
    written.map((document) => ({ ...document, mtimeMs: document.mtimeMs + 5000 })),
  );

  const [after] = await kit.database.client`select xmin::text, * from documents where file_path = 'a.md'
    and project_id = ${projectId}`;
  expect(changes).toEqual({ added: [], updated: [] });
  expect(after).toEqual(before);
});

test.each([
  ['its text', { title: 'A', text: '# A\nmore', fileHash: 'other' }],
  ['a field that another vocabulary reads differently', { status: 'In Progress' }],
  ['a field that is null now', { owner: null }],
  ['metadata', { metadata: { reviewer: 'Cy' } }],
  ['a list', { dependsOn: ['US0009'] }],
  ['its file date', { fileDate: new Date('2026-05-05T05:05:05.005Z') }],
])('a document that differs in %s is updated, and keeps its id', async (_case, difference) => {
  const projectId = await addProject();
  const document = toDocument('a.md', '# A\n> **Owner:** Ann\n> **Reviewer:** Bo');
  const { added } = await kit.upsert(projectId, [document]);
  await age(projectId);

  const changes = await kit.upsert(projectId, [{ ...document, ...difference }]);

  expect(changes.added).toEqual([]);
  expect(changes.updated).toEqual([
    { id: added[0]?.id, path: 'a.md', type: 'other', docId: 'a', title: 'A', movedFrom: null },
  ]);
  expect((await readRow(projectId, 'a.md'))?.updatedAt).not.toEqual(aged);
});

test('[DX10] a newer reader that reads the same leaves the document as it was, and is remembered', async () => {
  const projectId = await addProject();
  const document = toDocument('a.md', '# A');
  await kit.upsert(projectId, [document]);
  await age(projectId);

  const changes = await kit.upsert(projectId, [{ ...document, parserVersion: 99 }]);

  expect(changes).toEqual({ added: [], updated: [] });
  expect(await readRow(projectId, 'a.md')).toMatchObject({ parserVersion: 99, updatedAt: aged });
});

test('[DX11] a move is one update that keeps the id', async () => {
  const projectId = await addProject();
  const { added } = await kit.upsert(projectId, toDocuments({ 'old/a.md': '# A', 'old/b.md': '# B' }));

  const changes = await kit.upsert(projectId, [
    toDocument('new/a.md', '# A', { movedFrom: 'old/a.md' }),
    toDocument('new/c.md', '# C'),
  ]);

  expect(changes.added.map(({ path }) => path)).toEqual(['new/c.md']);
  expect(changes.updated).toEqual([{ ...added[0], path: 'new/a.md', movedFrom: 'old/a.md' }]);
  expect(await countDocuments(kit.database.db, projectId)).toBe(3);
});

test('[DX11] a move that was made before, or whose source is gone, changes nothing more', async () => {
  const projectId = await addProject();
  await kit.upsert(projectId, toDocuments({ 'a.md': '# A' }));
  const moved = [toDocument('b.md', '# A', { movedFrom: 'a.md' })];
  await kit.upsert(projectId, moved);

  expect(await kit.upsert(projectId, moved)).toEqual({ added: [], updated: [] });
});

test('[DX11] a path that is indexed keeps its own row when another is said to have moved there', async () => {
  const projectId = await addProject();
  const { added } = await kit.upsert(projectId, toDocuments({ 'a.md': '# A', 'b.md': '# B' }));

  const changes = await kit.upsert(projectId, [toDocument('b.md', '# A', { movedFrom: 'a.md' })]);

  expect(changes.updated).toMatchObject([{ id: added[1]?.id, path: 'b.md', movedFrom: null }]);
});

test('[DX11] a path that returns within 30 days gets its former id back, later another', async () => {
  const projectId = await addProject();
  const written = toDocuments({ 'soon.md': '# Soon', 'late.md': '# Late' });
  const { added } = await kit.upsert(projectId, written);
  await kit.remove(projectId, 'soon.md', 'late.md');
  await kit.database.client`update former_documents
    set removed_at = now() - case when file_path = 'late.md' then interval '31 days' else interval '29 days' end`;

  const returned = await kit.upsert(projectId, written);

  expect(returned.added[0]?.id).toBe(added[0]?.id);
  expect(returned.added[1]?.id).not.toBe(added[1]?.id);
});

test('[DX11] an id that was given back can be remembered again', async () => {
  const projectId = await addProject();
  const written = toDocuments({ 'a.md': '# A' });
  const { added } = await kit.upsert(projectId, written);

  for (const _round of [1, 2]) {
    await kit.remove(projectId, 'a.md');
    expect((await kit.upsert(projectId, written)).added[0]?.id).toBe(added[0]?.id);
  }
});

test('removal names what was removed, and only in its project', async () => {
  const [one, other] = [await addProject(), await addProject()];
  const written = toDocuments({ 'b.md': '# B', 'a.md': '# A' });
  await kit.upsert(one, written);
  await kit.upsert(other, written);

  const removed = await kit.remove(one, 'b.md', 'a.md', 'never.md');

  expect(removed.map(({ path, title }) => [path, title])).toEqual([
    ['a.md', 'A'],
    ['b.md', 'B'],
  ]);
  expect(await countDocuments(kit.database.db, one)).toBe(0);
  expect(await countDocuments(kit.database.db, other)).toBe(2);
});

test('[GD5] dates are written only where they differ', async () => {
  const projectId = await addProject();
  const fileDate = new Date('2026-02-17T09:30:00.123Z');
  const dates = {
    created: null,
    completed: null,
    updated: {
      value: '2026-02-17T09:30:00.123Z',
      confidence: 'high',
      source: 'git',
      reason: 'commit',
      precision: 'instant',
    },
    last_activity: null,
  } as const;
  await kit.upsert(projectId, [toDocument('a.md', '# A', { dates, fileDate }), toDocument('b.md', '# B')]);
  await age(projectId);
  const changes = ['a.md', 'b.md', 'c.md'].map((filePath) => ({ filePath, dates, fileDate }));

  const write = () => kit.database.db.transaction((tx) => updateDates(tx, projectId, changes));

  expect(await write()).toBe(1);
  expect(await write()).toBe(0);
  expect((await readRow(projectId, 'a.md'))?.updatedAt).toEqual(aged);
  expect(await readRow(projectId, 'b.md')).toMatchObject({ fileDate, dates });
});

test('what a sync compares with comes back as it was written, by path, beyond one page', async () => {
  const projectId = await addProject();
  const paths = Array.from({ length: 2300 }, (_, index) => `notes/${index}.md`);
  const written = paths.map((path) => toDocument(path, '---\ncreated: 2026-01-05\nstatus: done\n---\n# A'));
  await kit.upsert(projectId, [...written, toDocument('header.md', '# B\n> **Created:** 2026-01-06')]);

  const loaded = await loadIndexed(kit.database.db, projectId);

  expect(loaded.map(({ filePath }) => filePath)).toEqual(['header.md', ...paths].sort());
  expect(loaded[0]).toMatchObject({ declaredIn: 'header', declaredDates: { created: '2026-01-06' } });
  expect(loaded[1]).toMatchObject({
    declaredIn: 'frontmatter',
    declaredDates: { created: '2026-01-05', updated: null },
    canonicalStatus: 'completed',
    fileHash: written[0]?.fileHash,
    mtimeMs: 1_770_000_000_000,
    dates: { created: null },
    fileDate: null,
  });
});

test('text that SQL or JSON might stumble over is stored as it is', async () => {
  const projectId = await addProject();
  const text = `# It's "quoted" \\ {a,b} NULL \\u0000\n\n${'\\"\t{},\n'.repeat(500)}\u2028😀`;

  await kit.upsert(projectId, [toDocument(`x/it's "a" {b},\n\\.md`, text)]);

  expect((await readRow(projectId, `x/it's "a" {b},\n\\.md`))?.body).toBe(text);
});

test('front matter that spells NUL and halves of characters can be stored', async () => {
  const projectId = await addProject();
  const document = toDocument('a.md', '---\ntitle: "a\\0b\\uD800c"\n"k\\0y": "\\uDC00"\n---\ntext');

  await kit.upsert(projectId, [document]);

  expect(await readRow(projectId, 'a.md')).toMatchObject({ title: 'a\uFFFDb\uFFFDc' });
});

test('an id that no index could hold does not keep its document out', async () => {
  const projectId = await addProject();
  // Digits that no index can compress.
  const longest = `EP${BigInt(`0x${randomBytes(3000).toString('hex')}`)}`;
  const text = `# A\n> **Epic:** ${longest}\n> **Story:** ${longest}\n> **Depends On:** ${longest}\n`;

  await kit.upsert(projectId, [toDocument('a.md', text)]);

  expect(await readRow(projectId, 'a.md')).toMatchObject({ epic: null, body: text });
});
