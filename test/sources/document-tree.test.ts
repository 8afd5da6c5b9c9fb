import { describe, expect, test } from 'vitest';
import { toDocumentTree } from '../../server/features/sources/documents/document-tree.ts';
import type { SourceDocument } from '../../server/features/sources/documents/source-document.ts';
import type { DocumentFilter } from '../../shared/api/pushes.ts';

const projectId = 'p_1';

const typeOf: Readonly<Record<string, string>> = { EP: 'epic', US: 'story', CR: 'cr', PL: 'plan' };

function document(refId: string, facts: Partial<SourceDocument> = {}): SourceDocument {
  return {
    path: `${refId}.md`,
    refId,
    type: typeOf[refId.slice(0, 2)] ?? 'other',
    title: `${refId}: Title`,
    status: null,
    canonicalStatus: null,
    isArchived: false,
    owner: null,
    priority: null,
    storyPoints: null,
    epic: null,
    content: '',
    metadataValues: {},
    ...facts,
  };
}

const story = (refId: string, epic: string | null, facts: Partial<SourceDocument> = {}) =>
  document(refId, { epic, ...facts });

const read = (
  documents: readonly SourceDocument[],
  filter?: Partial<DocumentFilter>,
  pushedBefore?: string[],
) =>
  toDocumentTree(documents, {
    projectId,
    filter: { includeClosed: true, ...filter },
    ...(pushedBefore && { pushedBefore }),
  });

const shape = (documents: readonly SourceDocument[], filter?: Partial<DocumentFilter>) =>
  read(documents, filter).items.map(({ sourceId, type, parentId }) => [
    sourceId.replace('p_1:', ''),
    type,
    parentId?.replace('p_1:', '') ?? null,
  ]);

describe('[PU41] the tree', () => {
  test('has epics, features below them, and stories below their feature or else their epic', () => {
    const documents = [
      story('US0003', 'EP0001'),
      story('US0001', 'EP0001', { metadataValues: { change_request: ['[CR0001](../crs/CR0001-x.md)'] } }),
      story('US0002', 'EP0002'),
      document('CR0001', { epic: 'EP0001' }),
      document('EP0002'),
      document('EP0001'),
      document('PL0001', { epic: 'EP0001' }),
    ];

    expect(shape(documents)).toEqual([
      ['EP0001', 'epic', null],
      ['CR0001', 'feature', 'EP0001'],
      ['US0001', 'user_story', 'CR0001'],
      ['US0003', 'user_story', 'EP0001'],
      ['EP0002', 'epic', null],
      ['US0002', 'user_story', 'EP0002'],
    ]);
  });

  test('belongs to its project, whose id is part of each id', () => {
    const { items, ...tree } = read([document('EP0001')]);

    expect(tree).toMatchObject({ type: 'documents', system: 'documents', scope: projectId, warnings: [] });
    expect(items[0]).toMatchObject({ sourceId: 'p_1:EP0001', name: 'EP0001: Title' });
  });

  test('is the same whatever the files are called and in whatever order they come', () => {
    const documents = [document('EP0001'), story('US0001', 'EP0001'), document('EP0002')];
    const moved = documents.map((each) => ({ ...each, path: `moved/${each.path}`, refId: `${each.refId}` }));

    expect(shape(moved.toReversed())).toEqual(shape(documents));
  });

  test('counts ids by number', () => {
    expect(shape([document('EP10000'), document('EP0002')]).map(([id]) => id)).toEqual(['EP0002', 'EP10000']);
  });

  test.each([
    ['whose epic is missing', story('US0001', 'EP0009'), 'EP0009'],
    ['whose epic is no epic', story('US0001', 'US0002'), 'US0002'],
    ['without an epic', story('US0001', null), 'no epic'],
  ])('has a story %s at the top, with a warning', (_name, orphan, named) => {
    const { items, warnings } = read([orphan, document('EP0001')]);

    expect(items.map(({ sourceId, parentId }) => [sourceId, parentId])).toEqual([
      ['p_1:EP0001', null],
      ['p_1:US0001', null],
    ]);
    expect(warnings).toEqual([
      { code: 'MISSING_PARENT', ardoqId: 'p_1:US0001', message: expect.stringContaining(named) as string },
    ]);
  });

  test('has a story whose feature is missing below its epic, with a warning', () => {
    const orphan = story('US0001', 'EP0001', { metadataValues: { Feature: ['CR0007'] } });

    expect(shape([orphan, document('EP0001')])).toContainEqual(['US0001', 'user_story', 'EP0001']);
    expect(read([orphan, document('EP0001')]).warnings).toMatchObject([{ code: 'MISSING_PARENT' }]);
  });

  test('blocks both documents that use one id, naming their paths, and with them what hangs below', () => {
    const documents = [
      document('EP0001', { path: 'b.md' }),
      document('EP-0001', { path: 'a.md', type: 'epic' }),
      story('US0001', 'EP0001'),
    ];

    const { items } = read(documents);

    expect(items.map(({ sourceId, parentId }) => [sourceId, parentId])).toEqual([
      ['p_1:EP0001', null],
      ['p_1:EP0001~2', null],
      ['p_1:US0001', 'p_1:EP0001'],
    ]);
    for (const { blocked } of items.slice(0, 2)) expect(blocked).toContain('a.md, b.md');
    expect(items[2]?.blocked).toBeUndefined();
  });

  test('tells of an epic that owns no id', () => {
    const { items, warnings } = read([document('EP0001', { refId: null, path: 'epics/overview.md' })]);

    expect(items).toEqual([]);
    expect(warnings).toMatchObject([
      { code: 'NO_REF_ID', message: expect.stringContaining('epics/overview.md') },
    ]);
  });

  test('takes no type from where JavaScript keeps its own', () => {
    expect(shape([document('EP0001', { type: 'constructor' })])).toEqual([]);
  });
});

describe('[PU42] a filter', () => {
  const documents = [
    document('EP0001', { status: 'Done', canonicalStatus: 'completed' }),
    document('CR0001', { epic: 'EP0001', status: 'Rejected' }),
    story('US0001', 'EP0001', { status: 'In Progress', metadataValues: { cr: ['CR0001'] } }),
    story('US0002', 'EP0001', { status: 'Done', canonicalStatus: 'completed' }),
    document('EP0002', { isArchived: true }),
    story('US0003', 'EP0002', { status: 'Draft', canonicalStatus: 'pending' }),
  ];

  test.each([
    ['by id, its ancestors along', { ids: ['us-1'] }, ['EP0001', 'CR0001', 'US0001']],
    ['by several ids', { ids: ['US0003', 'EP0001'] }, ['EP0001', 'EP0002', 'US0003']],
    ['by epic, all below it along', { epicIds: ['EP0001'] }, ['EP0001', 'CR0001', 'US0001', 'US0002']],
    ['by type', { types: ['epic' as const] }, ['EP0001', 'EP0002']],
    ['by status in any spelling', { statuses: ['in-progress'] }, ['EP0001', 'CR0001', 'US0001']],
    ['by canonical status', { statuses: ['pending'] }, ['EP0002', 'US0003']],
    ['without what is closed', { includeClosed: false }, ['EP0001', 'CR0001', 'EP0002', 'US0001', 'US0003']],
    [
      'by all of its parts',
      { epicIds: ['EP0001'], types: ['user_story' as const], includeClosed: false },
      ['EP0001', 'CR0001', 'US0001'],
    ],
    ['that nothing fits', { ids: [] }, []],
  ])('chooses %s', (_name, filter, ids) => {
    const chosen = shape(documents, filter).map(([id]) => id);

    expect(chosen.toSorted()).toEqual(ids.toSorted());
  });

  test('that names an unknown id is told', () => {
    expect(read(documents, { ids: ['US0099'], epicIds: ['EP0001'] }).warnings).toEqual([
      { code: 'UNKNOWN_ID', message: expect.stringContaining('US0099') as string },
    ]);
  });

  test('says nothing about parents of what it leaves out', () => {
    expect(read([story('US0001', null), document('EP0001')], { ids: ['EP0001'] }).warnings).toEqual([]);
  });
});

test('[PU42] a document that disappeared is a warning; one that the filter leaves out is none', () => {
  const documents = [document('EP0001'), document('EP0002')];

  const { items, warnings } = read(documents, { ids: ['EP0001'] }, [
    'p_1:EP0001',
    'p_1:EP0002',
    'p_1:US0004',
  ]);

  expect(items).toHaveLength(1);
  expect(warnings).toMatchObject([{ code: 'source_gone', ardoqId: 'p_1:US0004' }]);
});

test('[PU43] a node has the default fields under the names that mapping reads', () => {
  const full = story('US0004', 'EP0001', {
    title: 'Call the keeper',
    content: 'As a keeper\n\n## Acceptance criteria\n- Given a tower',
    priority: 'High',
    storyPoints: 8,
    status: 'Draft',
    owner: 'Tomas',
    metadataValues: { tags: ['radio, #alarm', '-'], reviewer: ['Ann'] },
  });

  expect(read([full]).items[0]?.node).toEqual({
    _id: 'p_1:US0004',
    name: 'Call the keeper',
    type: 'User Story',
    description: 'As a keeper',
    acceptanceCriteria: '- Given a tower',
    priority: 'High',
    points: 8,
    tags: ['radio', 'alarm'],
    refId: 'US0004',
    path: 'US0004.md',
    status: 'Draft',
    owner: 'Tomas',
    customFields: { tags: 'radio, #alarm; -', reviewer: 'Ann' },
  });
});
