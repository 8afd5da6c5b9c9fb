/** `/api/ardoq/workspaces` over the fake (BR1, BR2). */
import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { mountArdoqBrowse } from '../../server/features/sources/ardoq/browse-routes.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import type { HttpKit } from '../../server/http/serve-route.ts';
import type { Logger } from '../../server/platform/logger.ts';
import * as routes from '../../shared/api/ardoq-browse.ts';
import { AppError } from '../../shared/failure.ts';
import { openFakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import type { ArdoqNode } from '../support/fake-upstream/ardoq-workspace.ts';
import { openArdoq } from './ardoq-kit.ts';

const tree: readonly ArdoqNode[] = [
  {
    name: 'Payments',
    type: 'Domain',
    id: 'd1',
    children: [
      {
        name: 'Cards',
        type: 'Initiative',
        id: 'i1',
        children: [
          {
            name: 'Issue a card',
            type: 'Epic',
            id: 'e1',
            children: [
              {
                name: 'Order',
                type: 'Feature',
                id: 'f1',
                children: [{ name: 'By app', type: 'User Story', id: 's1' }],
              },
            ],
          },
        ],
      },
    ],
  },
  { name: 'Lost', type: 'Epic', id: 'x1', raw: { parent: 'gone' } },
];

async function open({
  components = tree,
  token = 'fake-token',
}: { components?: typeof tree; token?: string } = {}) {
  const fake = await openFakeUpstream({ switches: { ardoqPageSize: 2 } });
  fake.seed({ ardoq: [{ name: 'W', id: 'w', components }] });
  const client = openArdoq(fake, { token });
  const rejected: unknown[] = [];
  const app = new Hono<HttpEnv>();
  app.onError(createErrorHandler({ error: () => {} } as unknown as Logger));
  mountArdoqBrowse({ app } as unknown as HttpKit, {
    findArdoq: (id) => {
      if (id === null || id === 'c1') return Promise.resolve({ connectionId: 'c1', client });
      return Promise.reject(new AppError('NOT_FOUND', 'No such connection'));
    },
    markRejected: (...told) => Promise.resolve(void rejected.push(told)),
    testMapping: (node, type) => [
      { ardoqField: 'name', azureDevOpsField: 'System.Title', found: { path: 'name', value: node['name'] } },
      { ardoqField: 'risk', azureDevOpsField: `Risk of ${type}`, found: undefined },
    ],
  });
  return {
    fake,
    rejected,
    get: async (path: string) => {
      const answer = await app.request(`/api/ardoq/workspaces${path}`);
      return {
        status: answer.status,
        body: (await answer.json()) as { data: unknown; code?: string; warnings?: unknown },
      };
    },
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await fake[Symbol.asyncDispose]();
    },
  };
}

test('[BR1] lists of the service come whole, and objects as it sends them', async () => {
  await using ardoq = await open();

  expect((await ardoq.get('')).body).toMatchObject({
    success: true,
    data: { values: [{ _id: 'w' }], _meta: {} },
  });
  expect((await ardoq.get('/w')).body).toMatchObject({ data: { _id: 'w', name: 'W' } });
  expect((await ardoq.get('/w/context')).body).toMatchObject({
    data: { referenceTypes: [{ name: 'Related' }] },
  });
  const { body } = await ardoq.get('/w/components');
  expect(body).toMatchObject({ count: 6 });
  expect((body.data as { _id: string }[]).map(({ _id }) => _id)).toEqual([
    'd1',
    'i1',
    'e1',
    'f1',
    's1',
    'x1',
  ]);
});

test('[BR1] domains, initiatives and the hierarchy below one are there to choose from', async () => {
  await using ardoq = await open();

  expect((await ardoq.get('/w/domains')).body).toEqual({
    success: true,
    data: [{ id: 'd1', name: 'Payments', type: 'Domain' }],
    count: 1,
  });
  expect((await ardoq.get('/w/domains/d1/initiatives')).body).toMatchObject({
    data: [{ id: 'i1', name: 'Cards', type: 'Initiative', parent: 'd1' }],
  });
  const { body } = await ardoq.get('/w/initiatives/i1/hierarchy');
  expect(routes.readArdoqHierarchy.answer.parse(body)).toMatchObject({
    data: {
      _id: 'i1',
      componentKey: 'TRY-2',
      children: [{ _id: 'e1', children: [{ _id: 'f1', children: [{ _id: 's1', children: [] }] }] }],
    },
  });
});

test('[BR2] what has no place is beside the data, where it belongs', async () => {
  await using ardoq = await open();

  expect((await ardoq.get('/w/initiatives/i1/hierarchy')).body.warnings).toEqual([
    { componentId: 'x1', name: 'Lost', type: 'Epic', reason: 'its parent gone is not in this workspace' },
  ]);
  expect((await ardoq.get('/w/domains')).body.warnings).toBeUndefined();
});

test.each([
  ['an unknown initiative', '/w/initiatives/nowhere/hierarchy', 404, 'NOT_FOUND'],
  ['an epic as initiative', '/w/initiatives/e1/hierarchy', 404, 'NOT_FOUND'],
  ['an unknown domain', '/w/domains/nowhere/initiatives', 404, 'NOT_FOUND'],
  ['an unknown workspace', '/nowhere', 404, 'UPSTREAM_NOT_FOUND'],
  ['an unknown connection', '/w?configId=other', 404, 'NOT_FOUND'],
  ['a malformed id', '/w%20x/domains', 400, 'INVALID_ID'],
  ['a malformed connection', '/w?configId=a%20b', 400, 'INVALID_ID'],
  ['a limit that is no number', '/w/field-mapping-diagnostics?limit=many', 400, 'INVALID_PARAMETER'],
])('[PU2] %s is refused', async (_name, path, status, code) => {
  await using ardoq = await open();

  expect(await ardoq.get(path)).toMatchObject({ status, body: { success: false, code } });
});

test('[AZ19] rejected credentials are answered as those of the service, and remembered', async () => {
  await using ardoq = await open({ token: 'wrong' });

  expect(await ardoq.get('')).toMatchObject({ status: 502, body: { code: 'UPSTREAM_AUTH_FAILED' } });
  expect(ardoq.rejected).toEqual([['c1', expect.stringContaining('401')]]);
});

test('[BR3] a workspace is read once for all routes, until somebody asks for a fresh one', async () => {
  await using ardoq = await open();

  await ardoq.get('/w/components');
  const pages = ardoq.fake.requests().length;
  await ardoq.get('/w/domains');
  await ardoq.get('/w/field-mapping-diagnostics');
  expect(ardoq.fake.requests()).toHaveLength(pages);

  await ardoq.get('/w/domains?refresh=true');
  expect(ardoq.fake.requests()).toHaveLength(2 * pages);
});

test('[BR1] diagnostics tell what components hold and what the mapping finds in them', async () => {
  const components: readonly ArdoqNode[] = [
    { name: 'A', type: 'Epic', id: 'a', description: 'Text' },
    { name: 'B', type: 'Epic', id: 'b' },
    { name: 'C', type: 'Server', id: 'c' },
  ];
  await using ardoq = await open({ components });

  const { body } = await ardoq.get('/w/field-mapping-diagnostics?componentType=Epic');

  expect(routes.diagnoseArdoqMapping.answer.parse(body).data).toMatchObject({
    totalComponents: 3,
    filteredComponents: 2,
    analyzedComponents: 2,
    componentTypeFilter: 'Epic',
    diagnostics: [
      {
        componentId: 'a',
        componentName: 'A',
        workItemType: 'epic',
        fieldValues: { description: 'Text' },
        mappingTests: {
          name: { azureDevOpsField: 'System.Title', extractedValue: 'A', stringValue: 'A', path: 'name' },
          risk: { azureDevOpsField: 'Risk of epic', isUndefined: true, stringValue: null, path: null },
        },
        summary: { mappedFieldsFound: 1, mappingTestsPassed: 1, mappingTestsFailed: 1 },
      },
      { componentId: 'b', fieldValues: {} },
    ],
    summary: {
      componentsWithDescription: 1,
      componentsWithoutDescription: 1,
      componentTypes: { Epic: 2, Server: 1 },
    },
  });
  expect((await ardoq.get('/w/field-mapping-diagnostics?limit=1')).body).toMatchObject({
    data: { analyzedComponents: 1, componentTypeFilter: 'all' },
  });
  expect((await ardoq.get('/w/field-mapping-diagnostics?componentType=Nothing')).body).toMatchObject({
    data: { analyzedComponents: 0, diagnostics: [], summary: { averageFieldsPerComponent: 0 } },
  });
});
