/** Faults by script: what is hit, what the caller sees, and what is stored all the same. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { FaultAction, FaultRule } from '../support/fake-upstream/faults.ts';
import { openFakeUpstream, type FakeUpstream } from '../support/fake-upstream/fake-upstream.ts';
import { atRev, azure, create, title, update } from './caller.ts';

let fake: FakeUpstream;

beforeAll(async () => {
  fake = await openFakeUpstream();
});

beforeEach(() => fake.reset());

afterAll(async () => {
  await fake[Symbol.asyncDispose]();
});

/** What a caller sees of a create: a status with the kind of its body, or no answer. */
async function tryCreate(name = 'E', patienceMs = 10_000): Promise<string> {
  const sent = fetch(`${fake.url}/contoso/Fabrikam/_apis/wit/workitems/$Epic?api-version=7.1`, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: 'Bearer fake-pat', 'content-type': 'application/json-patch+json' },
    body: JSON.stringify([title(name)]),
    signal: AbortSignal.timeout(patienceMs),
  });
  try {
    const response = await sent;
    const text = await response.text();
    const kind = text.startsWith('<') ? 'html' : isJson(text) ? 'json' : 'garbage';
    return `${response.status} ${kind}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError' ? 'silence' : 'reset';
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test.each<[action: FaultAction, seen: string, stored: number]>([
  [{ kind: '429', retryAfterS: 7 }, '429 json', 0],
  [{ kind: '203html' }, '203 html', 0],
  [{ kind: '302' }, '302 html', 0],
  [{ kind: '401' }, '401 json', 0],
  [{ kind: '403' }, '403 json', 0],
  [{ kind: '5xx' }, '500 html', 0],
  [{ kind: '5xx', status: 503, retryAfterS: 1 }, '503 html', 0],
  [{ kind: 'html-200' }, '200 html', 0],
  [{ kind: 'timeout' }, 'silence', 0],
  [{ kind: 'reset-before' }, 'reset', 0],
  [{ kind: 'reset-after-commit' }, 'reset', 1],
  [{ kind: '500-after-commit' }, '500 html', 1],
  [{ kind: 'timeout-after-create' }, 'silence', 1],
  [{ kind: 'truncated-json' }, '200 garbage', 1],
  [{ kind: 'slow', ms: 30 }, '200 json', 1],
  [{ kind: 'drop-project' }, '404 json', 0],
])('[FK12] $kind is seen as "%s" and stores %i', async (action, seen, stored) => {
  fake.addFault({ action });

  // Silence is known by waiting for it; whoever waits for more must not give up on a busy machine.
  expect(await tryCreate('E', seen === 'silence' ? 1000 : 10_000)).toBe(seen);
  expect(fake.items()).toHaveLength(stored);
  expect(fake.requests()[0]?.fault).toBe(action.kind);
});

test('[FK12] the answer after a 429 says when to come again', async () => {
  fake.addFault({ action: { kind: '429', retryAfterS: 7 } });

  const { headers, body } = await create(fake, 'Epic', [title('E')]);
  await create(fake, 'Epic', [title('E')]);

  expect(headers.get('retry-after')).toBe('7');
  expect(body.message).toMatch(/^TF400733/);
  expect(fake.earlyCalls()).toHaveLength(1);
});

test('[FK12] stale-rev lets somebody else be faster', async () => {
  await create(fake, 'Epic', [title('E')]);
  fake.addFault({ match: { kind: 'update' }, action: { kind: 'stale-rev' } });

  const first = await update(fake, 1, [atRev(1), title('Mine')]);
  const second = await update(fake, 1, [atRev(2), title('Mine')]);

  expect([first.status, second.status, second.body.rev]).toEqual([412, 200, 3]);
});

test('[FK12] with its project its work items are gone', async () => {
  await create(fake, 'Epic', [title('E')]);
  fake.addFault({ match: { kind: 'update' }, action: { kind: 'drop-project' } });

  const { status, body } = await update(fake, 1, [atRev(1), title('Mine')]);

  expect([status, body.message.split(':')[0]]).toEqual([404, 'TF401232']);
});

test.each<[what: string, rule: Omit<FaultRule, 'action'>, hit: string[]]>([
  ['one call', {}, ['A']],
  ['two calls', { count: 2 }, ['A', 'B']],
  ['the second call', { match: { nth: 2 } }, ['B']],
  ['from the second, two calls', { match: { nth: 2 }, count: 2 }, ['B', 'C']],
  ['a title', { match: { title: 'C' } }, ['C']],
  ['a path', { match: { path: 'workitems/$epic', nth: 3 } }, ['C']],
  ['another kind of call', { match: { kind: 'update' } }, []],
  ['another service', { match: { service: 'ardoq' } }, []],
  ['always', { match: { probability: 1 } }, ['A', 'B', 'C', 'D']],
  ['never', { match: { probability: 0 } }, []],
])('[FK12] a rule hits %s', async (_what, rule, hit) => {
  fake.addFault({ ...rule, action: { kind: '403' } });

  const seen: string[] = [];
  for (const name of ['A', 'B', 'C', 'D']) if ((await tryCreate(name)) === '403 json') seen.push(name);

  expect(seen).toEqual(hit);
});

test('[FK14] chance with the same seed hits the same calls', async () => {
  const run = async () => {
    fake.reset();
    fake.addFault({ match: { probability: 0.5 }, seed: 7, action: { kind: '500-after-commit' } });
    const seen: string[] = [];
    for (let call = 0; call < 12; call += 1) seen.push(await tryCreate());
    return seen;
  };

  const first = await run();

  expect(new Set(first).size).toBe(2);
  expect(await run()).toEqual(first);
});

test('[FK12] cleared faults hit nobody', async () => {
  fake.addFault({ match: { probability: 1 }, action: { kind: '403' } });

  fake.clearFaults();

  expect(await tryCreate()).toBe('200 json');
});

test('[FK12] a fault strikes reads as well', async () => {
  fake.addFault({ match: { kind: 'projects' }, action: { kind: '5xx', status: 504 } });

  expect((await azure(fake, 'GET', '/_apis/projects')).status).toBe(504);
});
