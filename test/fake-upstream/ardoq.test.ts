/** The other service: an Ardoq that can be read. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ArdoqNode } from '../support/fake-upstream/ardoq-workspace.ts';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { ardoq } from './caller.ts';

let fake: FakeUpstream;
let workspace: string;

const tree: ArdoqNode[] = [
  {
    name: 'Sales',
    type: 'Domain',
    children: [
      {
        name: 'Checkout',
        type: 'Initiative',
        id: 'c'.repeat(24),
        children: [
          {
            name: 'Pay <b>now</b>',
            type: 'Epic',
            key: 'TRY2-50',
            description: '<p>Rich & "quoted"</p>',
            fields: { phase: 'Discovery', tags: ['x'] },
          },
        ],
      },
    ],
  },
  { name: 'Orphan', type: 'Feature', raw: { parent: 'f'.repeat(24), componentKey: null } },
];

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => {
  fake.reset();
  [workspace = ''] = fake.seed({ ardoq: [{ name: 'Architecture', components: tree }] }).workspaces;
});

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const namesAt = async (path: string) =>
  (await ardoq(fake, path)).body.values.map(({ name }: { name: string }) => name) as string[];

test.each([
  ['a wrong token', { authorization: 'Bearer no' }, 401],
  ['another organization', { 'x-org': 'initech' }, 403],
])('[FK16] %s is refused', async (_what, headers, status) => {
  expect((await ardoq(fake, '/api/v2/me', headers)).status).toBe(status);
});

test('[FK16] X-org is demanded', async () => {
  const response = await fetch(`${fake.url}/api/v2/me`, { headers: { authorization: 'Bearer fake-token' } });

  expect(response.status).toBe(400);
});

test('[AR2] me, the workspaces and their types are there', async () => {
  const me = await ardoq(fake, '/api/v2/me');
  const context = await ardoq(fake, `/api/v2/workspaces/${workspace}/context`);

  expect(me.body).toMatchObject({ user: { email: 'ada@acme.example' }, org: { label: 'acme' } });
  expect(await namesAt('/api/v2/workspaces')).toEqual(['Architecture']);
  expect(context.body.componentTypes.map(({ name }: { name: string }) => name)).toEqual([
    'Domain',
    'Initiative',
    'Epic',
    'Feature',
  ]);
});

test('[AR4] a component has its parent, its fields and its texts as they are', async () => {
  const { body } = await ardoq(
    fake,
    `/api/v2/components?rootWorkspace=${workspace}&name=${encodeURIComponent('Pay <b>now</b>')}`,
  );

  expect(body.values).toHaveLength(1);
  expect(body.values[0]).toMatchObject({
    _id: expect.stringMatching(/^[0-9a-f]{24}$/),
    _version: 1,
    type: 'Epic',
    typeId: expect.stringMatching(/^p\d{13}$/),
    parent: 'c'.repeat(24),
    rootWorkspace: workspace,
    componentKey: 'TRY2-50',
    description: '<p>Rich & "quoted"</p>',
    customFields: { phase: 'Discovery', tags: ['x'] },
  });
  expect(body._links).toEqual({});
});

test.each([
  ['name=Sales', ['Sales']],
  [`parent=${'c'.repeat(24)}`, ['Pay <b>now</b>']],
  ['componentKey=TRY2-50', ['Pay <b>now</b>']],
  ['customFields.phase=Discovery', ['Pay <b>now</b>']],
  ['name=Sales&componentKey=TRY2-50', []],
  [`rootWorkspace=${'0'.repeat(24)}`, []],
])('[AR2] components by %s', async (filter, names) => {
  expect(await namesAt(`/api/v2/components?${filter}`)).toEqual(names);
});

test('[FK16] an orphan and a null description come as they are', async () => {
  const { body } = await ardoq(fake, '/api/v2/components?name=Orphan');

  expect(body.values[0]).toMatchObject({ parent: 'f'.repeat(24), componentKey: null, description: null });
});

test.each(['relative', 'absolute'] as const)(
  '[AR3] pages follow one another by a %s link',
  async (ardoqNext) => {
    Object.assign(fake.switches, { ardoqNext, ardoqPageSize: 3 });

    const names: string[] = [];
    let next: string | undefined = `/api/v2/components?rootWorkspace=${workspace}`;
    while (next !== undefined) {
      const { body } = await ardoq(fake, next);
      names.push(...body.values.map(({ name }: { name: string }) => name));
      next = body._links.next?.href as string | undefined;
    }

    expect(names).toEqual(['Sales', 'Checkout', 'Pay <b>now</b>', 'Orphan']);
  },
);

test.each([
  ['foreign-host', (href: string) => !href.startsWith('/') && !href.startsWith(fake.url)],
  ['loop', (href: string) => href.includes('_cursor=MA')],
] as const)('[FK16] next may lead astray: %s', async (ardoqNext, isAstray) => {
  Object.assign(fake.switches, { ardoqNext, ardoqPageSize: 1 });

  const { body } = await ardoq(fake, '/api/v2/components');

  expect(isAstray(body._links.next.href)).toBe(true);
});

test('[AR5] 429 always says when to come again', async () => {
  fake.addFault({ match: { service: 'ardoq' }, action: { kind: '429', retryAfterS: 3 } });

  const { status, headers } = await ardoq(fake, '/api/v2/me');

  expect([status, headers.get('retry-after')]).toEqual([429, '3']);
});

test('[AR5] whoever writes breaks the rule', async () => {
  const response = await fetch(`${fake.url}/api/v2/components`, {
    method: 'POST',
    headers: { authorization: 'Bearer fake-token', 'x-org': 'acme' },
    body: '{}',
  });

  expect(response.status).toBe(400);
  expect(fake.takeBreaches()).toHaveLength(1);
});
