/** The Ardoq client against the fake: pages, cache, limits and faults. */
import { describe, expect, test } from 'vitest';
import { joinPages } from '../../server/features/sources/ardoq/pages.ts';
import { UpstreamFailure, type UpstreamAnswer } from '../../server/platform/upstream/upstream.ts';
import { openFakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { openArdoq } from './ardoq-kit.ts';

const epics = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `Epic ${index}`, type: 'Epic', id: `e${index}` }));

const pathsOf = (requests: readonly { readonly target: string }[]) => requests.map(({ target }) => target);

describe('[AR3] pages', () => {
  test.each(['relative', 'absolute'] as const)('are followed to the end by %s links', async (ardoqNext) => {
    await using fake = await openFakeUpstream({ switches: { ardoqNext, ardoqPageSize: 10 } });
    fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(25) }] });
    await using ardoq = openArdoq(fake);

    const { components } = await ardoq.readComponents('w');

    expect(components.map(({ _id }) => _id)).toEqual(epics(25).map(({ id }) => id));
    expect(fake.requests()).toHaveLength(3);
  });

  test('[CN7] are not followed to another host', async () => {
    await using fake = await openFakeUpstream({ switches: { ardoqNext: 'foreign-host', ardoqPageSize: 10 } });
    fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(25) }] });
    await using ardoq = openArdoq(fake);

    await expect(ardoq.readComponents('w')).rejects.toMatchObject({ kind: 'host' });
  });

  test('that lead in a circle are an error', async () => {
    await using fake = await openFakeUpstream({ switches: { ardoqNext: 'loop', ardoqPageSize: 10 } });
    fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(25) }] });
    await using ardoq = openArdoq(fake);

    await expect(ardoq.readComponents('w')).rejects.toMatchObject({ kind: 'unreadable' });
    expect(fake.requests().length).toBeLessThan(4);
  });

  const answer = (body: unknown): UpstreamAnswer => ({
    status: 200,
    headers: new Headers(),
    body,
    activityId: null,
  });

  test('that never end are an error after 10,000', async () => {
    let calls = 0;
    const endless = () => {
      calls += 1;
      return Promise.resolve(answer({ values: [], _links: { next: { href: `/page/${calls}` } } }));
    };

    await expect(joinPages(endless, '/page', {})).rejects.toMatchObject({ kind: 'unreadable' });
    expect(calls).toBe(10_000);
  });

  test.each([
    ['no object', 'text'],
    ['no values', { _links: {} }],
    ['values that are no list', { values: {} }],
    ['a next page without an address', { values: [], _links: { next: { href: 'http://' } } }],
  ])('with %s are an error', async (_name, body) => {
    await expect(joinPages(() => Promise.resolve(answer(body)), '/page', {})).rejects.toBeInstanceOf(
      UpstreamFailure,
    );
  });

  test.each([
    ['an absolute path', '/api/v2/components?_cursor=b', '/api/v2/components?_cursor=b'],
    ['a query', '?_cursor=b', '/api/v2/components?_cursor=b'],
    ['a name', 'other?x=1', '/api/v2/other?x=1'],
    ['an address', 'https://app.ardoq.com/x?y=z', 'https://app.ardoq.com/x?y=z'],
    ['an address without a scheme', '//evil.example/x', 'https://evil.example/x'],
  ])('are asked for as %s says', async (_name, href, asked) => {
    const paths: string[] = [];
    const twoPages = ({ path }: { path: string }) => {
      paths.push(path);
      return Promise.resolve(answer({ values: [], _links: paths.length === 1 ? { next: { href } } : {} }));
    };

    await joinPages(twoPages, '/api/v2/components?rootWorkspace=w', {});

    expect(paths).toEqual(['/api/v2/components?rootWorkspace=w', asked]);
  });
});

test('[AR1] a wrong token is rejected credentials', async () => {
  await using fake = await openFakeUpstream();
  await using ardoq = openArdoq(fake, { token: 'wrong' });

  await expect(ardoq.readMe()).rejects.toMatchObject({ kind: 'auth', status: 401 });
});

test('[AR2] user, workspaces and context are read', async () => {
  await using fake = await openFakeUpstream();
  fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(1) }] });
  await using ardoq = openArdoq(fake);

  expect(await ardoq.readMe()).toMatchObject({ user: { email: 'ada@acme.example' }, org: { label: 'acme' } });
  expect((await ardoq.listWorkspaces()).values).toMatchObject([{ _id: 'w', name: 'W' }]);
  expect(await ardoq.readWorkspace('w')).toMatchObject({ _id: 'w' });
  expect(await ardoq.readContext('w')).toMatchObject({ componentTypes: [{ name: 'Epic' }] });
  await expect(ardoq.readWorkspace('x')).rejects.toMatchObject({ kind: 'not-found' });
});

test('[AR5] a throttled read goes on when it may, and not before', async () => {
  await using fake = await openFakeUpstream({ switches: { ardoqPageSize: 10 } });
  fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(15) }] });
  fake.addFault({ match: { service: 'ardoq', nth: 2 }, action: { kind: '429', retryAfterS: 1 } });
  await using ardoq = openArdoq(fake);
  const waits: number[] = [];

  const { components } = await ardoq.readComponents('w', { onWait: ({ waitMs }) => void waits.push(waitMs) });

  expect(components).toHaveLength(15);
  expect(waits[0]).toBe(1_000);
  expect(fake.earlyCalls()).toEqual([]);
});

test('[AR6] odd components are told, and fail nothing', async () => {
  await using fake = await openFakeUpstream();
  const odd = [
    { name: 'x', type: 'Epic', raw: { type: 7 } },
    { name: 'y', type: 'Epic', raw: { _id: null } },
    { name: 'z', type: 'Epic', id: 'e1' },
  ];
  fake.seed({ ardoq: [{ name: 'W', id: 'w', components: [...epics(2), ...odd] }] });
  await using ardoq = openArdoq(fake);

  const read = await ardoq.readComponents('w');

  expect(read.components.map(({ _id }) => _id)).toEqual(['e0', 'e1']);
  expect(read.odd).toMatchObject([
    { name: 'x', reason: expect.stringContaining('type') },
    { name: 'y', componentId: '', reason: expect.stringContaining('_id') },
  ]);
  expect(read.values).toHaveLength(5);
});

describe('[BR3] components', () => {
  test('are kept for a minute for each workspace, and read anew when asked to', async () => {
    await using fake = await openFakeUpstream();
    fake.seed({ ardoq: ['v', 'w'].map((id) => ({ name: id, id, components: epics(1) })) });
    let nowMs = 0;
    await using ardoq = openArdoq(fake, { monotonicMs: () => nowMs });

    await ardoq.readComponents('w');
    nowMs = 59_999;
    await ardoq.readComponents('w');
    await ardoq.readComponents('v');
    expect(fake.requests()).toHaveLength(2);

    await ardoq.readComponents('w', { refresh: true });
    expect(fake.requests()).toHaveLength(3);

    nowMs += 60_000;
    await ardoq.readComponents('w');
    expect(fake.requests()).toHaveLength(4);
  });

  test('are read once for all who ask at a time, and a reader who leaves takes nobody along', async () => {
    await using fake = await openFakeUpstream({ switches: { ardoqPageSize: 1 } });
    fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(5) }] });
    await using ardoq = openArdoq(fake);
    const reason = new Error('left');
    const leaving = new AbortController();

    const left = ardoq.readComponents('w', { signal: leaving.signal }).catch((error: unknown) => error);
    const others = [ardoq.readComponents('w'), ardoq.readComponents('w', { refresh: true })];
    leaving.abort(reason);

    expect(await left).toBe(reason);
    for (const { components } of await Promise.all(others)) expect(components).toHaveLength(5);
    expect(fake.requests()).toHaveLength(5);
  });

  test('that could not be read are asked for again', async () => {
    await using fake = await openFakeUpstream();
    fake.seed({ ardoq: [{ name: 'W', id: 'w', components: epics(1) }] });
    fake.addFault({ action: { kind: '5xx' } });
    await using ardoq = openArdoq(fake);

    await expect(ardoq.readComponents('w', { retryBudgetMs: 0 })).rejects.toMatchObject({ kind: 'server' });

    expect((await ardoq.readComponents('w')).components).toHaveLength(1);
  });
});

test('[BR4] an id is a value of the query, whatever stands in it', async () => {
  await using fake = await openFakeUpstream();
  await using ardoq = openArdoq(fake);

  await ardoq.readComponents("w&type=x'#");

  expect(pathsOf(fake.requests())).toEqual(['/api/v2/components?rootWorkspace=w%26type%3Dx%27%23']);
});
