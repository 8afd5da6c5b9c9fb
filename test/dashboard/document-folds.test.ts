import { describe, expect, test } from 'vitest';
import { foldDocument } from '../../client/dashboard/folds/document.ts';
import type { ShownDocument } from '../../client/dashboard/folds/document.ts';
import { firstFlash, nextFlash } from '../../client/dashboard/folds/flash.ts';
import { changedPaths, foldDocuments } from '../../client/dashboard/folds/documents.ts';
import {
  foldHealth,
  foldOperationIssues,
  foldProjectIssues,
  foldStatus,
} from '../../client/dashboard/folds/reading.ts';
import {
  documentDetail,
  documentItem,
  documentRef,
  documentsChanged,
  event,
  operation,
  operationId,
  plus,
} from './build.ts';

const updated = (path: string, movedFrom: string | null = null) => ({ ...documentRef(path), movedFrom });

describe('one document', () => {
  const shown: ShownDocument = { document: documentDetail('a.md'), fate: { state: 'here' } };
  const fold = foldDocument('atlas');

  test.each([
    ['it was updated', documentsChanged({ updated: [updated('a.md')] })],
    ['it came back', documentsChanged({ added: [documentRef('a.md')] })],
    ['another file of its id came', documentsChanged({ added: [{ ...documentRef('b/a.md'), docId: 'a' }] })],
    [
      'another file of its id went',
      documentsChanged({ removed: [{ ...documentRef('b/a.md'), docId: 'a' }] }),
    ],
  ])('is read again when %s', (_, change) => {
    expect(fold(shown, change)).toBe('reload');
  });

  test('stays readable when its file is removed, and says so', () => {
    const after = fold(shown, documentsChanged({ removed: [documentRef('a.md')] }));

    expect(after).toEqual({ document: shown.document, fate: { state: 'removed' } });
  });

  test('[SY13] follows its file to a new path', () => {
    const after = fold(shown, documentsChanged({ updated: [updated('new/a.md', 'a.md')] }));

    expect(after).toMatchObject({ fate: { state: 'moved', to: { type: 'story', path: 'new/a.md' } } });
  });

  test('is gone when its project is removed', () => {
    expect(fold(shown, event('project:removed', { slug: 'atlas' }))).toMatchObject({
      fate: { state: 'removed' },
    });
  });

  test.each([
    ['another document', documentsChanged({ updated: [updated('b.md')], removed: [documentRef('c.md')] })],
    [
      'a file of that path in another project',
      documentsChanged({ removed: [documentRef('a.md')] }, { slug: 'dune' }),
    ],
  ])('does not move for %s', (_, change) => {
    expect(fold(shown, change)).toBe(shown);
  });
});

describe('the list of documents', () => {
  const page = { items: [documentItem('a.md')], total: 1, page: 1, per_page: 50, pages: 1 };

  test('is read again when documents of its project change, and only then', () => {
    const change = { updated: [updated('a.md')] };

    expect(foldDocuments('atlas')(page, documentsChanged(change))).toBe('reload');
    expect(foldDocuments('atlas')(page, documentsChanged(change, { slug: 'dune' }))).toBe(page);
  });

  test('rows that are new, newer or renamed are the ones to flash', () => {
    const before = ['same.md', 'newer.md', 'renamed.md', 'gone.md'].map((path) => documentItem(path));
    const after = [
      documentItem('same.md'),
      documentItem('newer.md', { updated_at: plus(1) }),
      documentItem('renamed.md', { title: 'Other' }),
      documentItem('new.md'),
    ];

    expect([...changedPaths(before, after)]).toEqual(['newer.md', 'renamed.md', 'new.md']);
  });
});

describe('rows that flash', () => {
  const before = [documentItem('a.md'), documentItem('b.md')];
  const after = [documentItem('a.md'), documentItem('b.md', { updated_at: plus(1) })];
  const again = [documentItem('a.md'), documentItem('b.md', { updated_at: plus(2) })];

  test('are those that changed while the list stood still', () => {
    expect([...nextFlash(firstFlash(before, ''), after, '').paths]).toEqual(['b.md']);
  });

  test.each([
    ['another page', '', 'page=2'],
    ['a page that is on its way', '', null],
    ['a page that has just come', null, 'page=2'],
  ])('are none for %s', (_, from, to) => {
    expect(nextFlash(firstFlash(before, from), after, to).paths.size).toBe(0);
  });

  test('flash again when they change again', () => {
    const once = nextFlash(firstFlash(before, ''), after, '');
    const twice = nextFlash(once, again, '');

    expect([...twice.paths]).toEqual(['b.md']);
    expect(twice.turn).not.toBe(once.turn);
  });

  test('stay as they are when the list is only drawn again', () => {
    const once = nextFlash(firstFlash(before, ''), after, '');

    expect(nextFlash(once, after, '')).toBe(once);
  });
});

describe('views that events cannot fold', () => {
  const value = { any: 'value' };
  const ended = event('operation:completed', { operation: operation(1) }, { operationId: operationId(1) });
  const degraded = event('watch:degraded', { state: 'polling', reason: 'ENOSPC', remedy: null });
  const foundIssue = event('operation:issue', { issues: [], total: 1 }, { operationId: operationId(1) });

  test.each([
    ['health', 'a watcher that degrades', foldHealth(), degraded, 'reload'],
    ['health', 'the end of an operation', foldHealth(), ended, value],
    ['status', 'the end of an operation of its project', foldStatus('atlas'), ended, 'reload'],
    ['status', 'the end of an operation elsewhere', foldStatus('dune'), ended, value],
    ['project issues', 'changed documents', foldProjectIssues('atlas'), documentsChanged({}), 'reload'],
    ['operation issues', 'an issue found', foldOperationIssues(operationId(1)), foundIssue, 'reload'],
    ['operation issues', 'an issue of another', foldOperationIssues(operationId(2)), foundIssue, value],
  ] as const)('%s after %s', (_view, _what, fold, heard, expected) => {
    expect(fold(value, heard)).toBe(expected);
  });
});
