import { expect, test } from 'vitest';
import { createOrganization } from '../../../server/features/work-items/azure-devops/organization.ts';
import { chooseProcess } from '../../../server/features/work-items/azure-devops/processes.ts';
import { toWorkItemCheck } from '../../../server/features/work-items/azure-devops/work-item-check.ts';
import type { UpstreamCall } from '../../../server/platform/upstream/upstream.ts';
import { scriptUpstream } from './scripted-upstream.ts';
import { failureOf, range } from './tracker-kit.ts';

const process = (name: string, is: { isDefault?: boolean; isEnabled?: boolean } = {}) => ({
  typeId: name.toLowerCase(),
  name,
  isDefault: false,
  isEnabled: true,
  ...is,
});

test.each([
  ['Agile wherever there is one', [process('Scrum', { isDefault: true }), process('Agile')], 'Agile'],
  ['the default without Agile', [process('CMMI'), process('Scrum', { isDefault: true })], 'Scrum'],
  [
    'the default where Agile is off',
    [process('Agile', { isEnabled: false }), process('X', { isDefault: true })],
    'X',
  ],
  ['any at all where there is no default', [process('Y')], 'Y'],
])('[BR1] a new project follows %s', (_, processes, chosen) => {
  expect(chooseProcess(processes).name).toBe(chosen);
});

test('[BR1] an organisation without a process is told so, and not answered with a fault of ours', () => {
  expect(() => chooseProcess([process('Agile', { isEnabled: false })])).toThrow(/no process that is enabled/);
});

test('[BR1] what is asked for a new project is sent as the service wants it', async () => {
  const upstream = scriptUpstream(() => ({ status: 202, body: { id: 'op-1', status: 'queued', url: null } }));
  const organization = createOrganization({ upstream, organization: 'Contoso' });
  const templateTypeId = '6b724908-ef14-45cf-84f8-768b5384da45';

  const started = await organization.createProject({
    name: 'Travel',
    description: null,
    visibility: 'public',
    capabilities: { processTemplate: { templateTypeId }, versioncontrol: { sourceControlType: 'Tfvc' } },
  });

  expect(started).toEqual({ creation: { id: 'op-1', status: 'queued' }, processTypeId: templateTypeId });
  expect(upstream.calls.map((call: UpstreamCall) => call.body)).toEqual([
    {
      name: 'Travel',
      visibility: 'public',
      capabilities: { versioncontrol: { sourceControlType: 'Tfvc' }, processTemplate: { templateTypeId } },
    },
  ]);
});

test('[AZ12] a service that sends one page for ever is not followed for ever', async () => {
  const upstream = scriptUpstream(() => ({
    body: { value: [{ id: 'p', name: 'P' }] },
    headers: { 'x-ms-continuationtoken': '1' },
  }));

  const failure = await failureOf(createOrganization({ upstream, organization: 'Contoso' }).listProjects());

  expect(failure.kind).toBe('unreadable');
  expect(upstream.calls).toHaveLength(2);
});

test('on a host of its own an organisation is not part of the path', async () => {
  const upstream = scriptUpstream(() => ({ body: { value: [] } }), 'https://contoso.visualstudio.com');

  await createOrganization({ upstream, organization: 'Contoso' }).listProcesses();

  expect(upstream.calls[0]?.path).toBe('/_apis/work/processes?api-version=7.1');
});

async function* pagesOf(...pages: readonly (readonly number[])[]) {
  yield* pages;
}

test('[BR1] the count is exact above 20,000, and the list ends there', async () => {
  const pages = pagesOf(range(1, 10_000), range(10_001, 20_000), range(20_001, 20_005));

  const check = await toWorkItemCheck(pages, new Set([5, 20_003, 99_999]));

  expect({ ...check, workItemIds: check.workItemIds.length }).toEqual({
    hasWorkItems: true,
    count: 20_005,
    workItemIds: 20_000,
    truncated: true,
    ownedCount: 2,
  });
});

test.each([
  [[], { hasWorkItems: false, count: 0, truncated: false }],
  [range(1, 20_000), { hasWorkItems: true, count: 20_000, truncated: false }],
])('[BR1] a project is not said to be cut where it is whole (%#)', async (ids, expected) => {
  expect(await toWorkItemCheck(pagesOf(ids), new Set())).toMatchObject(expected);
});
