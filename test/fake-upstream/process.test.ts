/** The fake as a process of its own, asked from outside. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startFakeProcess, type FakeProcess } from '../support/fake-upstream/fake-process.ts';
import { openFakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { ardoq, azure, create, marker, title } from './caller.ts';

let fake: FakeProcess;

beforeAll(async () => {
  fake = await startFakeProcess();
});

beforeEach(() => fake.control.reset());

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

const url = 'http://me/items/documents/p/1';

test('[FK13] all that a test may ask can be asked from outside', async () => {
  const { control } = fake;
  const seeded = await control.seed({
    projects: [{ name: 'Other', process: 'Scrum' }],
    items: [{ type: 'Epic', title: 'Foreign' }],
    ardoq: [{ name: 'W', components: [{ name: 'D', type: 'Domain' }] }],
  });
  await create(fake, 'Epic', [title('Mine'), marker(url)]);
  await azure(fake, 'GET', '/_apis/nothing');

  expect(seeded.items).toEqual([1]);
  expect((await control.items()).map(({ title: name }) => name)).toEqual(['Foreign', 'Mine']);
  expect(await control.countByMarker()).toEqual({ [url]: 1 });
  expect((await control.requests()).map(({ kind }) => kind)).toEqual(['create', 'projects']);
  expect(await control.takeBreaches()).toHaveLength(1);
  expect(await control.breaches()).toEqual([]);
  expect((await ardoq(fake, '/api/v2/components')).body.values).toHaveLength(1);
});

test('[FK13] two work items with one marker are counted as two, and a deleted one not at all', async () => {
  for (let times = 0; times < 3; times += 1) await create(fake, 'Epic', [title('E'), marker(url)]);
  await azure(fake, 'DELETE', '/Fabrikam/_apis/wit/workitems/2');

  expect(await fake.control.countByMarker()).toEqual({ [url]: 2 });
});

test('[FK13] equal states are equal snapshots', async () => {
  await create(fake, 'Epic', [title('E')]);
  const before = await fake.control.snapshot();

  await azure(fake, 'GET', '/_apis/wit/workitems/1');
  const same = await fake.control.snapshot();
  await fake.control.touch(1);

  expect(same).toBe(before);
  expect(await fake.control.snapshot()).not.toBe(before);
});

test('[FK14] what is stored outlives the answer that was lost', async () => {
  await fake.control.addFault({ match: { kind: 'create' }, action: { kind: 'reset-after-commit' } });

  await expect(create(fake, 'Epic', [title('E'), marker(url)])).rejects.toThrow('fetch failed');

  expect(await fake.control.countByMarker()).toEqual({ [url]: 1 });
});

test('[FK18] switches are turned from outside', async () => {
  await fake.control.setSwitches({ staleRev: 409, deleteManyAnswer: 204 });

  expect(await fake.control.switches()).toMatchObject({
    staleRev: 409,
    deleteManyAnswer: 204,
    badToken: 203,
  });
});

test('[FK14] the same script leaves the same state and the same log', async () => {
  const run = async () => {
    let nowMs = Date.parse('2026-01-01T00:00:00Z');
    await using each = await openFakeUpstream({ seed: 5, nowMs: () => (nowMs += 1) });
    each.addFault({ match: { probability: 0.5 }, seed: 3, action: { kind: '500-after-commit' } });
    for (const name of ['A', 'B', 'C', 'D']) await create(each, 'Epic', [title(name)]);
    return [each.snapshot(), JSON.stringify(each.requests())];
  };

  const first = await run();

  expect(await run()).toEqual(first);
});

test('[FK15] latency is waited for', async () => {
  await fake.control.setSwitches({ latencyMs: 40 });
  const start = performance.now();

  await azure(fake, 'GET', '/_apis/projects');

  expect(performance.now() - start).toBeGreaterThanOrEqual(39);
});
