import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TreeNode } from '../../shared/views/document.ts';
import { openDocuments, toDocuments, type DocumentsKit } from './documents-kit.ts';

let kit: DocumentsKit;
let count = 0;

beforeAll(async () => {
  kit = await openDocuments();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

async function addTree(files: Readonly<Record<string, string>>): Promise<string> {
  const slug = `tree-${(count += 1)}`;
  await kit.upsert(await kit.addProject(slug), toDocuments(files));
  return slug;
}

async function readNodes(slug: string, parent?: string): Promise<TreeNode[]> {
  const query = parent === undefined ? '' : `?parent=${encodeURIComponent(parent)}`;
  const { status, body } = await kit.get(`/${slug}/tree${query}`);
  expect(status).toBe(200);
  return body.nodes;
}

describe('tree', () => {
  const files = {
    'epics/EP0001-auth.md': '# Auth\n> **Status:** Draft',
    'stories/US0001-login.md': '# Login\n> **Epic:** EP0001',
    'stories/US0002-alone.md': '# Alone\n> **Epic:** EP0404',
    'plans/PL0001-login.md': '# Plan\n> **Story:** US0001\n> **Epic:** EP0001',
    'plans/PL0002-lost.md': '# Lost\n> **Story:** US0404\n> **Epic:** EP0001',
    'archive/EP0001-auth.md': '# Old auth',
    'notes.md': '# Notes',
  };

  test('[DC16] the top holds what names no parent that exists, each file once', async () => {
    const nodes = await readNodes(await addTree(files));

    expect(nodes.map(({ file_path, child_count }) => [file_path, child_count])).toEqual([
      ['archive/EP0001-auth.md', 0],
      ['epics/EP0001-auth.md', 1],
      ['notes.md', 0],
      ['plans/PL0002-lost.md', 0],
      ['stories/US0002-alone.md', 0],
    ]);
  });

  test('[DC16] a branch is what hangs below one file', async () => {
    const slug = await addTree(files);

    expect(await readNodes(slug, 'epics/EP0001-auth.md')).toEqual([
      {
        doc_id: 'US0001-login',
        type: 'story',
        title: 'Login',
        status: null,
        file_path: 'stories/US0001-login.md',
        child_count: 1,
      },
    ]);
    expect((await readNodes(slug, 'stories/US0001-login.md')).map((node) => node.file_path)).toEqual([
      'plans/PL0001-login.md',
    ]);
    expect(await readNodes(slug, 'archive/EP0001-auth.md')).toEqual([]);
  });

  test('[DC16] a parent that is no document is not found', async () => {
    const slug = await addTree(files);

    const { status, body } = await kit.get(`/${slug}/tree?parent=stories`);

    expect(status).toBe(404);
    expect(body.error.message).toBe('Document not found');
  });

  test('[DC16] of a cycle one is at the top and the others hang below it', async () => {
    const slug = await addTree({
      'stories/US0001-a.md': '> **Story:** US0003',
      'stories/US0002-b.md': '> **Story:** US0001',
      'stories/US0003-c.md': '> **Story:** US0002',
      'stories/US0004-self.md': '> **Story:** US0004',
    });

    expect((await readNodes(slug)).map(({ doc_id, child_count }) => [doc_id, child_count])).toEqual([
      ['US0001-a', 1],
      ['US0004-self', 0],
    ]);
    expect((await readNodes(slug, 'stories/US0001-a.md')).map((node) => node.doc_id)).toEqual(['US0002-b']);
    expect((await readNodes(slug, 'stories/US0002-b.md')).map((node) => node.doc_id)).toEqual(['US0003-c']);
    expect(await readNodes(slug, 'stories/US0003-c.md')).toEqual([]);
  });

  test('[DC16] whatever documents name as parents, walking the tree meets each once, and counts are true', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            folder: fc.constantFrom('stories', 'epics', 'archive', 'x'),
            id: fc.constantFrom('US0001', 'US0002', 'US0003', 'EP0001', 'EP0002', 'note'),
            story: fc.constantFrom(null, null, 'US0001', 'US0002', 'US0003', 'EP0001', 'US0404'),
            epic: fc.constantFrom(null, 'EP0001', 'EP0002', 'US0001', 'EP0404'),
          }),
          { maxLength: 14 },
        ),
        async (documents) => {
          const files = documents.map(({ folder, id, story, epic }, index) => [
            `${folder}/${id}-${index}.md`,
            `# ${index}\n${story === null ? '' : `> **Story:** ${story}\n`}${epic === null ? '' : `> **Epic:** ${epic}\n`}`,
          ]);
          const slug = await addTree(Object.fromEntries(files) as Record<string, string>);

          const met: string[] = [];
          const waiting: TreeNode[] = await readNodes(slug);
          for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
            met.push(node.file_path);
            const below = await readNodes(slug, node.file_path);
            expect(below).toHaveLength(node.child_count);
            waiting.push(...below);
            if (met.length > files.length) break;
          }

          expect(new Set(met)).toEqual(new Set(files.map(([path]) => path)));
          expect(met).toHaveLength(files.length);
        },
      ),
      { numRuns: 60 },
    ));
});

describe('resolve', () => {
  let slug: string;

  beforeAll(async () => {
    slug = await addTree({
      'stories/US0001-login.md': '# Login',
      'archive/US0001-old.md': '# Old',
      'decisions/US0001.md': '# About it',
      'epics/EP0007-auth.md': '# Auth',
      'epics/EP00007-five.md': '# Five digits',
      'bugs/BG-01KX8B82.md': '# Crash',
    });
  });

  test('[DC16] an id finds all that own it, the preferred owner first', async () => {
    const { body } = await kit.get(`/${slug}/resolve?ids=US0001`);

    expect(body).toEqual({
      US0001: [
        { doc_id: 'US0001-login', type: 'story', title: 'Login', file_path: 'stories/US0001-login.md' },
        { doc_id: 'US0001-old', type: 'story', title: 'Old', file_path: 'archive/US0001-old.md' },
      ],
    });
  });

  test.each([
    ['us0001', ['Login', 'Old']],
    ['US-0001', ['Login', 'Old']],
    ['us-1', ['Login', 'Old']],
    ['ep-7', ['Auth', 'Five digits']],
    ['EP0007', ['Auth']],
    ['ep-00007', ['Five digits']],
    ['BG-01KX8B82', ['Crash']],
    ['bg01kx8b82', ['Crash']],
    ['Bg-01kx8b82', ['Crash']],
    ['BG-01KX8B8', []],
    ['US0404', []],
    ['login', []],
    ['__proto__', []],
    ['ıs0001', []],
    [' ', []],
  ])('[DC3] %s finds %j, under the spelling it was asked in', async (spelling, titles) => {
    const { status, text } = await kit.get(`/${slug}/resolve?ids=${encodeURIComponent(spelling)}`);
    const [[key, found] = []] = Object.entries(JSON.parse(text) as Record<string, { title: string }[]>);

    expect(status).toBe(200);
    expect(key).toBe(spelling);
    expect(found?.map(({ title }) => title)).toEqual(titles);
  });

  test('[DC16] many ids are answered at once, repeated or joined', async () => {
    const { body } = await kit.get(`/${slug}/resolve?ids=US0001,ep-7&ids=nothing`);

    expect(Object.keys(body)).toEqual(['US0001', 'ep-7', 'nothing']);
  });

  test.each([
    ['', 422],
    ['?ids=', 422],
    ['?ids=,', 422],
    [`?ids=${Array.from({ length: 100 }, (_, index) => `US${index}`).join()}`, 200],
    [`?ids=${Array.from({ length: 101 }, (_, index) => `US${index}`).join()}`, 422],
  ])('[DC16] resolve%.20s answers %i', async (query, status) => {
    expect((await kit.get(`/${slug}/resolve${query}`)).status).toBe(status);
  });
});
