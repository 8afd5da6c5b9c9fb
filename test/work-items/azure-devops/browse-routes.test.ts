import { Hono } from 'hono';
import { expect, test } from 'vitest';
import { mountAzureDevopsBrowse } from '../../../server/features/work-items/azure-devops/browse-routes.ts';
import type { AuditAct } from '../../../server/core/audit-act.ts';
import type { HttpEnv } from '../../../server/http/http-env.ts';
import type { HttpKit } from '../../../server/http/serve-route.ts';
import { toFamilyBody, toFamilyError } from '../../../server/http/envelope.ts';
import { AppError } from '../../../shared/failure.ts';
import type { FakeOptions } from '../../support/fake-upstream/fake-upstream.ts';
import { openFakeAzure } from './fake-kit.ts';
import { range } from './tracker-kit.ts';

async function openBrowse(options: FakeOptions & { readonly token?: string } = {}) {
  const azure = await openFakeAzure(options);
  const acts: AuditAct[] = [];
  const rejected: unknown[] = [];
  const app = new Hono<HttpEnv>();
  app.use(async (c, next) => {
    c.set('origin', { ip: '192.0.2.1', userAgent: 'test' });
    await next();
  });
  app.onError((error, c) => {
    if (!(error instanceof AppError)) throw error;
    const known = toFamilyError(error);
    for (const [name, value] of Object.entries(known.headers)) c.header(name, value);
    return c.json(toFamilyBody(known), known.status as 400);
  });
  // These routes neither read nor write the database: it is not there.
  const kit = { app, maxBodyBytes: 1_000_000 } as unknown as HttpKit;
  mountAzureDevopsBrowse(kit, {
    async findOrganization(connectionId) {
      if (connectionId === 'unknown') throw new AppError('NOT_FOUND', 'There is no such connection.');
      return { connectionId: connectionId ?? 'active', ...azure };
    },
    findOwned: async ({ projectId }) => new Set(projectId === azure.project.id ? [2, 77] : []),
    markRejected: async (...told) => void rejected.push(told),
    record: (act) => void acts.push(act),
  });
  const ask = async (path: string, init?: RequestInit) => {
    const response = await app.request(path, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as never };
  };
  return { ask, acts, rejected, ...azure };
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

test('[BR1] projects come with their number, and no field is null', async () => {
  await using browse = await openBrowse({
    projects: [{ name: 'Fabrikam' }, { name: 'Zwei', description: 'x' }],
  });

  const { status, headers, body } = await browse.ask('/api/azure-devops/projects');

  expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  expect(body).toMatchObject({
    success: true,
    count: 2,
    data: [{ name: 'Fabrikam' }, { name: 'Zwei', description: 'x' }],
  });
});

test('[BR1] processes are what a new project may follow', async () => {
  await using browse = await openBrowse();

  const { body } = await browse.ask('/api/azure-devops/processes?configId=');

  expect(body).toMatchObject({ success: true });
  expect((body as { data: unknown[] }).data).toContainEqual(
    expect.objectContaining({
      typeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc',
      name: 'Agile',
      isEnabled: true,
    }),
  );
});

test('[BR1][AL1] a project is asked for, written down, and watched where the answer says', async () => {
  await using browse = await openBrowse({ switches: { projectPolls: 1 } });

  const { status, headers, body } = await browse.ask(
    '/api/azure-devops/projects?configId=c-1',
    post({ name: ' Neu ' }),
  );
  const watched = await browse.ask(headers.get('location') ?? '');

  const { id } = (body as { data: { id: string } }).data;
  expect([status, watched.status]).toEqual([202, 200]);
  expect(watched.body).toMatchObject({ success: true, data: { id } });
  expect(browse.acts).toEqual([
    {
      action: 'project_created',
      entity: 'azure_devops_project',
      entityId: 'Neu',
      details: {
        project_name: 'Neu',
        organization: 'contoso',
        visibility: 'private',
        process_type_id: 'adcc42ab-9882-485e-a3ed-7678f01f66bc',
        operation_id: id,
        connection_id: 'c-1',
      },
      origin: { ip: '192.0.2.1', userAgent: 'test' },
    },
  ]);
});

test('[PU6] a name that is taken is refused by the service, with its code, and not written down', async () => {
  await using browse = await openBrowse();

  const { status, body } = await browse.ask('/api/azure-devops/projects', post({ name: 'Fabrikam' }));

  expect(status).toBe(422);
  expect(body).toMatchObject({
    success: false,
    code: 'UPSTREAM_REJECTED',
    details: {
      service: 'Azure DevOps',
      status: 409,
      upstreamCode: 'TF200019',
      typeKey: 'ProjectAlreadyExistsException',
    },
  });
  expect(browse.acts).toEqual([]);
});

test.each([{}, { name: '' }, { name: ' ' }, { name: 'x'.repeat(65) }, { name: 'x', visibility: 'secret' }])(
  '[PU12] a project that cannot be is refused before anything is sent: %o',
  async (project) => {
    await using browse = await openBrowse();
    browse.fake.clearRequests();

    const { status, body } = await browse.ask('/api/azure-devops/projects', post(project));

    expect([status, (body as { code: string }).code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(browse.fake.requests()).toEqual([]);
  },
);

test('[BR1] a check counts what is there and what is ours', async () => {
  await using browse = await openBrowse();
  browse.fake.seed({ many: { count: 3 } });

  const { body } = await browse.ask('/api/azure-devops/projects/fabrikam/workitems/check');

  expect(body).toEqual({
    success: true,
    data: { hasWorkItems: true, count: 3, workItemIds: range(1, 3), truncated: false, ownedCount: 1 },
  });
});

test('[FM3] types and fields of a project named by its id', async () => {
  await using browse = await openBrowse();
  const { id } = browse.project;

  const types = await browse.ask(`/api/field-mapping/work-item-types?projectId=${id}`);
  const fields = await browse.ask(`/api/field-mapping/fields?projectId=${id}&workItemType=user_story`);

  expect((types.body as { data: { name: string }[] }).data.map(({ name }) => name)).toContain('User Story');
  expect((fields.body as { data: unknown[] }).data).toContainEqual({
    referenceName: 'Microsoft.VSTS.Common.Risk',
    name: 'Risk',
    type: 'string',
    workItemTypes: ['User Story'],
    isRequired: false,
    allowedValues: ['1 - High', '2 - Medium', '3 - Low'],
  });
});

test.each([
  ['/api/azure-devops/projects?configId=unknown', 404, 'NOT_FOUND'],
  ['/api/azure-devops/projects?configId=a%20b', 400, 'INVALID_ID'],
  ['/api/azure-devops/operations/17', 400, 'INVALID_ID'],
  ['/api/azure-devops/operations/00000000-0000-0000-0000-000000000000', 404, 'UPSTREAM_NOT_FOUND'],
  [`/api/azure-devops/projects/${'x'.repeat(65)}/workitems/check`, 400, 'INVALID_PROJECT'],
  ['/api/azure-devops/projects/Atlantis/workitems/check', 404, 'UPSTREAM_NOT_FOUND'],
  ['/api/field-mapping/work-item-types?projectId=..', 404, 'UPSTREAM_NOT_FOUND'],
  ['/api/field-mapping/work-item-types', 400, 'INVALID_PARAMETER'],
  ['/api/field-mapping/fields?projectId=Fabrikam', 400, 'INVALID_PARAMETER'],
  ['/api/field-mapping/fields?projectId=Fabrikam&workItemType=Nope', 404, 'UPSTREAM_NOT_FOUND'],
])('[PU2][PU6] %s is %i %s', async (path, status, code) => {
  await using browse = await openBrowse();

  const answer = await browse.ask(path);

  expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
});

test('[PU6][AZ19] rejected credentials are the connection’s, and it is told', async () => {
  await using browse = await openBrowse({ token: 'wrong' });

  const { status, body } = await browse.ask('/api/azure-devops/processes?configId=c-1');

  expect([status, (body as { code: string }).code]).toEqual([502, 'UPSTREAM_AUTH_FAILED']);
  expect(browse.rejected).toEqual([['c-1', expect.stringContaining('rejected the credentials')]]);
  expect(JSON.stringify(body)).not.toContain('wrong');
});

test('[PU6] while the circuit is open, the answer still says why', async () => {
  await using browse = await openBrowse({ token: 'wrong' });
  await browse.ask('/api/azure-devops/processes');

  const { status, body } = await browse.ask('/api/azure-devops/processes');

  expect([status, (body as { code: string }).code]).toEqual([502, 'UPSTREAM_AUTH_FAILED']);
});
