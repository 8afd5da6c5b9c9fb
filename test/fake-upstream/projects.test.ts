/** Projects and how they come to be. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { azure } from './caller.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => fake.reset());

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const request = {
  name: 'Travel',
  description: 'On the way',
  visibility: 'private',
  capabilities: {
    processTemplate: { templateTypeId: '6b724908-ef14-45cf-84f8-768b5384da45' },
    versioncontrol: { sourceControlType: 'Git' },
  },
};

test('[FK17] a project exists after its operation was polled to the end', async () => {
  const { status, body } = await azure(fake, 'POST', '/_apis/projects', request);
  const poll = async () => (await azure(fake, 'GET', `/_apis/operations/${body.id}`)).body.status as string;

  const before = (await azure(fake, 'GET', '/_apis/projects/Travel')).status;
  const seen = [body.status, await poll(), await poll(), await poll()];
  const { body: project } = await azure(fake, 'GET', '/_apis/projects/Travel?includeCapabilities=true');

  expect([status, before]).toEqual([202, 404]);
  expect(seen).toEqual(['queued', 'inProgress', 'succeeded', 'succeeded']);
  expect(project.capabilities.processTemplate.templateName).toBe('Scrum');
});

test('[FK17] a creation may fail', async () => {
  fake.switches.projectCreation = 'fails';
  fake.switches.projectPolls = 1;
  const { body } = await azure(fake, 'POST', '/_apis/projects', request);

  const { body: operation } = await azure(fake, 'GET', `/_apis/operations/${body.id}`);

  expect(operation).toMatchObject({ status: 'failed', resultMessage: expect.any(String) });
});

test('[FK17] capabilities are told only to who asks for them', async () => {
  const { body } = await azure(fake, 'GET', '/_apis/projects/Fabrikam');

  expect(body.capabilities).toBeUndefined();
});

test.each([
  ['an existing name', { ...request, name: 'fabrikam' }, 409],
  ['no name', { ...request, name: '' }, 400],
  ['no process', { ...request, capabilities: { versioncontrol: { sourceControlType: 'Git' } } }, 400],
])('[AZ12] a project with %s is refused', async (_what, body, status) => {
  expect((await azure(fake, 'POST', '/_apis/projects', body)).status).toBe(status);
});

test('[AZ12] the list of projects goes on by its token', async () => {
  fake.seed({ projects: ['A', 'B', 'C', 'D'].map((name) => ({ name })) });
  fake.switches.projectPageSize = 2;

  const names: string[] = [];
  for (let token: string | null = '0'; token !== null;) {
    const { body, headers } = await azure(fake, 'GET', `/_apis/projects?continuationToken=${token}`);
    names.push(...body.value.map(({ name }: { name: string }) => name));
    token = headers.get('x-ms-continuationtoken');
  }

  expect(names).toEqual(['A', 'B', 'C', 'D', 'Fabrikam']);
});

test('[AZ16] an inherited process names the one it comes from', async () => {
  const { body } = await azure(fake, 'GET', '/_apis/work/processes');

  expect(body.count).toBe(5);
  expect(body.value.at(-1)).toMatchObject({
    customizationType: 'inherited',
    parentProcessTypeId: 'adcc42ab-9882-485e-a3ed-7678f01f66bc',
  });
});
