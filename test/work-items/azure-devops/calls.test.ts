import { expect, test } from 'vitest';
import {
  createBatch,
  createItem,
  createProject,
  deleteItems,
  findArtifacts,
  listCategories,
  listFields,
  listProcesses,
  listProjects,
  listTypeFields,
  listTypes,
  query,
  readBatch,
  readOperation,
  readProject,
  updateItem,
} from '../../../server/features/work-items/azure-devops/calls.ts';
import { failureOf, toStory } from './tracker-kit.ts';

const odd = "Bob's 100% / R&D?#";
const encoded = "Bob's%20100%25%20%2F%20R%26D%3F%23";
const live = { isProbe: false };

test.each([
  [readProject(odd), 'GET', `/_apis/projects/${encoded}?includeCapabilities=true&api-version=7.1`],
  [listProjects({ token: null }), 'GET', '/_apis/projects?$top=200&api-version=7.1'],
  [listProjects({ token: '17' }), 'GET', '/_apis/projects?$top=200&continuationToken=17&api-version=7.1'],
  [createProject({}), 'POST', '/_apis/projects?api-version=7.1'],
  [readOperation('a-b'), 'GET', '/_apis/operations/a-b?api-version=7.1'],
  [listProcesses(), 'GET', '/_apis/work/processes?api-version=7.1'],
  [listCategories(odd), 'GET', `/${encoded}/_apis/wit/workitemtypecategories?api-version=7.1`],
  [listTypes(odd), 'GET', `/${encoded}/_apis/wit/workitemtypes?api-version=7.1`],
  [listFields(odd), 'GET', `/${encoded}/_apis/wit/fields?api-version=7.1`],
  [
    listTypeFields(odd, 'Product Backlog Item'),
    'GET',
    `/${encoded}/_apis/wit/workitemtypes/Product%20Backlog%20Item/fields?$expand=all&api-version=7.1`,
  ],
  [query(odd, 'SELECT', 10), 'POST', `/${encoded}/_apis/wit/wiql?$top=10&api-version=7.1`],
  [readBatch([1], { $expand: 'relations' }), 'POST', '/_apis/wit/workitemsbatch?api-version=7.1'],
  [findArtifacts(odd, []), 'POST', `/${encoded}/_apis/wit/artifacturiquery?api-version=7.1`],
  [
    createItem(odd, toStory('x'), live),
    'POST',
    `/${encoded}/_apis/wit/workitems/$User%20Story?$expand=all&api-version=7.1`,
  ],
  [
    createItem(odd, toStory('x'), { isProbe: true }),
    'POST',
    `/${encoded}/_apis/wit/workitems/$User%20Story?$expand=all&validateOnly=true&api-version=7.1`,
  ],
  [updateItem(7, [], live), 'PATCH', '/_apis/wit/workitems/7?$expand=all&api-version=7.1'],
  [createBatch(odd, []), 'PATCH', '/_apis/wit/$batch?api-version=5.0'],
  [deleteItems(odd, [1], { destroy: true }), 'POST', `/${encoded}/_apis/wit/workitemsdelete?api-version=7.1`],
])('[AZ1][AZ2] call %# names its version, and names of people are encoded', (call, method, path) => {
  expect([call.method, call.path]).toEqual([method, path]);
});

test('[AZ20] reads, queries, look-ups and probes may be sent again; writes may not', () => {
  const reads = [
    readProject('a'),
    query('a', 'SELECT', 1),
    readBatch([1], { $expand: 'relations' }),
    findArtifacts('a', []),
    createItem('a', toStory('x'), { isProbe: true }),
    updateItem(1, [], { isProbe: true }),
  ];
  const writes = [
    createProject({}),
    createItem('a', toStory('x'), live),
    updateItem(1, [], live),
    createBatch('a', [toStory('x')]),
    deleteItems('a', [1], { destroy: false }),
  ];

  expect(reads.filter(({ isIdempotent }) => !isIdempotent)).toEqual([]);
  expect(writes.filter(({ isIdempotent }) => isIdempotent)).toEqual([]);
});

test('[AZ4] a batched read asks for fields or for relations, never for both, and leaves out what is missing', () => {
  expect(readBatch([1, 2], { $expand: 'relations' }).body).toEqual({
    ids: [1, 2],
    $expand: 'relations',
    errorPolicy: 'omit',
  });
  expect(readBatch([1], { fields: ['System.Id'] }).body).toEqual({
    ids: [1],
    fields: ['System.Id'],
    errorPolicy: 'omit',
  });
});

test.each(['', '.', '..'])('the name "%s" is refused before it can climb out of its path', async (name) => {
  const failure = await failureOf(Promise.resolve().then(() => listTypes(name)));

  expect(failure).toMatchObject({ kind: 'not-found', isAmbiguous: false });
});
