/** The description with its eight corrections, judged by Microsoft's own examples. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedDescriptions } from '../support/fake-upstream/description-check.ts';
import { specFolder, type DescribedOperation } from '../support/fake-upstream/descriptions.ts';
import {
  correctAnswer,
  correctDefinitions,
  correctPaths,
  correctSchema,
} from '../support/fake-upstream/overlay.ts';

interface Example {
  readonly parameters?: { readonly body?: unknown };
  readonly responses?: Readonly<Record<string, { readonly body?: unknown }>>;
}

/** The descriptions name the files with other capitals than the folders have. */
const files = new Map(
  readdirSync(specFolder, { recursive: true, encoding: 'utf8' }).map((path) => [
    path.slice(path.indexOf('httpExamples')).toLowerCase(),
    path,
  ]),
);

const examples = sharedDescriptions().operations.flatMap((operation) =>
  operation.examples.flatMap((reference) => {
    const path = files.get(reference.replace('./', '').toLowerCase());
    if (path === undefined) return [];
    const text = readFileSync(join(specFolder, path), 'utf8').replace(/^\uFEFF/, '');
    return [
      { operation, name: `${operation.operationId}: ${reference}`, example: JSON.parse(text) as Example },
    ];
  }),
);

const requests = examples.flatMap(({ operation, name, example }) =>
  example.parameters?.body === undefined || example.parameters.body === null
    ? []
    : [{ name, wrong: operation.checkBody?.(example.parameters.body) ?? ['no body is described'] }],
);

const answers = examples.flatMap(({ operation, name, example }) =>
  Object.values(example.responses ?? {}).map(({ body }) => ({ name, wrong: judge(operation, body) })),
);

function judge(operation: DescribedOperation, body: unknown): readonly string[] {
  if (body === undefined) return operation.mayBeEmpty ? [] : ['an answer without a body'];
  return operation.checkAnswer?.(body) ?? ['no answer is described'];
}

test('[FK1] every example request of Microsoft is valid', () => {
  expect(requests.length).toBeGreaterThanOrEqual(10);
  expect(requests.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
});

test('[FK1] every example answer is valid, but three that no service sends', () => {
  expect(answers.length).toBeGreaterThanOrEqual(25);
  expect(answers.filter(({ wrong }) => wrong.length > 0).map(({ name }) => name)).toEqual([
    // A list without its envelope, ids as text.
    'Recyclebin_Get Deleted Work Item Shallow References: ./httpExamples/recyclebin/GET__wit_recyclebin.json',
    // A capital in an enumeration.
    'Processes_List: ./httpExamples/processes/GET__processes.json',
    // The answer of another operation.
    'Wiql_Get: ./httpExamples/wiql/GET__wit_wiql__queryId_.json',
  ]);
});

test('[FK1] 1: a list is an envelope with its count', () => {
  expect(correctAnswer({ type: 'array', items: { type: 'string' } })).toMatchObject({
    type: 'object',
    required: ['count', 'value'],
    properties: { value: { type: 'array' } },
  });
});

test('[FK1] 2, 3 and 4: an undescribed object is any value, and a property may be null', () => {
  const corrected = correctSchema({
    type: 'object',
    properties: { size: { type: 'integer' }, value: { type: 'object' } },
    additionalProperties: { type: 'object' },
  });

  expect(corrected).toEqual({
    type: 'object',
    properties: {
      size: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
      value: { anyOf: [{}, { type: 'null' }] },
    },
    additionalProperties: {},
  });
});

test('[FK1] 5 and 8: a patch is an array of operations, links are a plain map', () => {
  const { JsonPatchDocument, ReferenceLinks } = correctDefinitions({
    JsonPatchDocument: { type: 'object', allOf: [] },
    ReferenceLinks: { type: 'object', properties: { links: { type: 'object' } } },
  });

  expect(JsonPatchDocument).toMatchObject({ type: 'array' });
  expect(ReferenceLinks).toEqual({ type: 'object', additionalProperties: true });
});

test('[FK1] 6: project and team may be left out where the service lets them', () => {
  const path = (name: string) => ({ in: 'path' as const, name, 'x-ms-required': false });

  expect(
    correctPaths('/{organization}/{project}/{team}/_apis/wit/wiql', [path('project'), path('team')]),
  ).toEqual([
    '/{organization}/{project}/{team}/_apis/wit/wiql',
    '/{organization}/{team}/_apis/wit/wiql',
    '/{organization}/{project}/_apis/wit/wiql',
    '/{organization}/_apis/wit/wiql',
  ]);
});

test.each([
  ['POST', '/contoso/Fabrikam/_apis/wit/workItems/$User Story', 'Work Items_Create'],
  ['GET', '/contoso/_apis/wit/workitems/7', 'Work Items_Get Work Item'],
  ['GET', '/contoso/Fabrikam/_apis/wit/workitems/7', 'Work Items_Get Work Item'],
  ['POST', '/contoso/Fabrikam/_apis/wit/wiql', 'Wiql_Query By Wiql'],
  ['GET', '/contoso/_apis/operations/1', 'Operations_Get'],
  ['GET', '/contoso/_apis/work/processes', 'Processes_List'],
])('[FK1] %s %s is the operation %s, whatever its case', (method, path, operationId) => {
  expect(sharedDescriptions().find(method, path, new Set())?.operation.operationId).toBe(operationId);
});

test('[FK1] 7: deleting may answer with a body or without', () => {
  const find = (method: string, path: string) =>
    sharedDescriptions().find(method, path, new Set())?.operation;

  expect(find('DELETE', '/contoso/Fabrikam/_apis/wit/workitems/7')?.mayBeEmpty).toBe(true);
  expect(find('POST', '/contoso/Fabrikam/_apis/wit/workitemsdelete')?.mayBeEmpty).toBe(true);
  expect(find('GET', '/contoso/Fabrikam/_apis/wit/workitems/7')?.mayBeEmpty).toBe(false);
});
