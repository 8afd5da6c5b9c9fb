import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  readDocumentFilters,
  sortedBy,
  toDocumentQuery,
  writeDocumentFilters,
} from '../../client/dashboard/address/document-filters.ts';
import {
  isWantedBy,
  readOperationFilters,
  toOperationQuery,
  writeOperationFilters,
} from '../../client/dashboard/address/operation-filters.ts';
import { toDocumentPath, toOperationsPath } from '../../client/dashboard/address/paths.ts';
import { DocumentSort, listDocuments } from '../../shared/api/documents.ts';
import { listOperations } from '../../shared/api/operations.ts';
import { OperationKind, OperationStatus } from '../../shared/operations.ts';
import { operation } from './build.ts';

const text = fc.string({ unit: 'grapheme' }).map((written) => written.replaceAll('\0', ''));
const documentFilters = fc.record({
  type: text,
  status: text,
  epic: text,
  owner: text,
  sort: fc.constantFrom(...DocumentSort.options),
  order: fc.constantFrom('asc' as const, 'desc' as const),
  page: fc.integer({ min: 1, max: 1_000_000 }),
});

const operationFilters = fc.record({
  project: text,
  kind: fc.constantFrom('' as const, ...OperationKind.options),
  status: fc.constantFrom('' as const, 'active' as const, ...OperationStatus.options),
  cursor: text,
});

describe('[PG2] filters live in the address', () => {
  test('what is written for documents is read back', () => {
    fc.assert(
      fc.property(documentFilters, (filters) => {
        const address = writeDocumentFilters(filters).toString();
        expect(readDocumentFilters(new URLSearchParams(address))).toEqual(filters);
      }),
    );
  });

  test('what is written for operations is read back', () => {
    fc.assert(
      fc.property(operationFilters, (filters) => {
        const address = writeOperationFilters(filters).toString();
        expect(readOperationFilters(new URLSearchParams(address))).toEqual(filters);
      }),
    );
  });

  test('the address of an unfiltered list is empty', () => {
    expect(writeDocumentFilters(readDocumentFilters(new URLSearchParams())).toString()).toBe('');
    expect(writeOperationFilters(readOperationFilters(new URLSearchParams())).toString()).toBe('');
  });

  test.each(['page=0', 'page=-1', 'page=1.5', 'page=x', 'page=1000001', 'sort=colour', 'order=up'])(
    'an address that says %s reads as the default',
    (query) => {
      expect(readDocumentFilters(new URLSearchParams(query))).toEqual(
        readDocumentFilters(new URLSearchParams()),
      );
    },
  );

  test.each(['kind=rename', 'status=asleep'])('an address that says %s reads as no filter', (query) => {
    expect(readOperationFilters(new URLSearchParams(query))).toMatchObject({ kind: '', status: '' });
  });
});

test('whatever the address says, the server is asked only what it accepts', () => {
  fc.assert(
    fc.property(fc.webQueryParameters(), (query) => {
      const address = new URLSearchParams(query);
      const documents = toDocumentQuery(readDocumentFilters(address));
      const operations = toOperationQuery(readOperationFilters(address));
      expect(listDocuments.query.safeParse(documents).success).toBe(true);
      expect(listOperations.query.safeParse(operations).success).toBe(true);
    }),
  );
});

describe('a click on a column head', () => {
  const filters = readDocumentFilters(new URLSearchParams('page=3'));

  test.each([
    ['the sorted column turns round', 'updated_at', { sort: 'updated_at', order: 'asc', page: 1 }],
    ['a text begins with A', 'title', { sort: 'title', order: 'asc', page: 1 }],
    ['a date begins with the newest', 'file_date', { sort: 'file_date', order: 'desc', page: 1 }],
  ] as const)('%s', (_, column, expected) => {
    expect(sortedBy(filters, column)).toMatchObject(expected);
  });
});

test.each([
  ['', true],
  ['project=atlas', true],
  ['project=dune', false],
  ['kind=full_sync', true],
  ['kind=sync_changed_files', false],
  ['status=running', true],
  ['status=active', true],
  ['status=failed', false],
])('a running full sync of atlas under the filter %j is shown: %s', (query, isShown) => {
  expect(isWantedBy(readOperationFilters(new URLSearchParams(query)))(operation(1))).toBe(isShown);
});

test('names with slashes, spaces and signs stay one part of the path', () => {
  const address = { type: 'story', docId: 'a/b c?', path: 'x/a b&c.md' };

  expect(toDocumentPath('atlas', address)).toBe(
    '/projects/atlas/documents/story/a%2Fb%20c%3F?path=x%2Fa+b%26c.md',
  );
  expect(toOperationsPath({ project: 'atlas' })).toBe('/operations?project=atlas');
});
