/** Secrets of connections: sealed where they rest, absent everywhere else, readable while keys change (CN6, AL3). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type ConnectionsKit,
  keys,
  type KindUnderTest,
  kinds,
  openConnections,
  passed,
} from './connections-kit.ts';

let kit: ConnectionsKit;

beforeEach(async () => {
  kit = await openConnections();
});

afterEach(async () => {
  await kit[Symbol.asyncDispose]();
});

const canary = 'canary-7f3a9b1d5e';
const forms = [canary, Buffer.from(canary).toString('base64'), Buffer.from(`:${canary}`).toString('base64')];

describe.each(kinds)('$kind', (one) => {
  const { kind, tokenField } = one;
  const base = `/api/${kind}/configurations`;
  const withCanary = { [tokenField]: canary };

  test('[CN6, AL3] a token is in no table, act, log line and answer, also when the service repeats it', async () => {
    const answers: string[] = [];
    const ask = async (method: string, path: string, body?: object) => {
      const answer = await kit.request(method, path, body);
      answers.push(answer.text);
      return answer;
    };
    const added = await ask('POST', base, { ...one.least, ...withCanary, setActive: true });
    const path = `${base}/${added.body.data.configuration.id}`;
    kit.answerWith(() => ({ passed: false, error: `HTTP 401 for ${forms.join(' and ')}` }));
    await ask('POST', `${path}/test`);
    await ask('GET', `/api/${kind}/test-connection`);
    await ask('POST', base, { ...one.least, ...withCanary });
    await ask('POST', base, { ...one.least, ...withCanary, name: 7 });
    await ask('PUT', path, { ...withCanary, apiHost: `https://${canary}@dev.azure.com` });
    kit.answerWith(() => {
      throw new Error(`A fault of our own with ${forms.join(' and ')}`);
    });
    await ask('POST', `${path}/test`);
    await ask('PUT', path, { ...withCanary, name: 'Renamed' });
    await ask('GET', base);

    const stored = await kit.allRows();

    expect(stored).toContain('"v1.');
    expect(kit.logged.join()).toContain('A fault of our own with *** and ***');
    expect(kit.shown.some(({ token }) => token === canary)).toBe(true);
    for (const text of [stored, JSON.stringify(kit.acts), kit.logged.join('\n'), ...answers]) {
      expect(forms.filter((form) => text.includes(form))).toEqual([]);
    }
  });

  test('[CN6] a secret is stored as version, key id, nonce, tag and ciphertext, and differs each time', async () => {
    await kit.add(one, { name: 'a' });
    await kit.add(one, { name: 'b' });

    const secrets = await readSecrets(kit);

    expect(new Set(secrets).size).toBe(2);
    for (const secret of secrets) expect(secret).toMatch(/^v1\.[\da-f]{16}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  });

  test('[CN6] a secret that is moved to another connection does not open', async () => {
    const first = await kit.add(one, { name: 'a' });
    const second = await kit.add(one, { name: 'b' });
    await kit.database.client`
      update connections set secret = (select secret from connections where id = ${first}) where id = ${second}`;

    await expect(kit.directory.findUsable(kind, second)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
    expect((await kit.directory.findUsable(kind, first)).id).toBe(first);
  });

  test('[CN6] under another key one connection is unreadable, never the list; a new token heals it', async () => {
    const id = await kit.add(one, { setActive: true });
    kit.restart({ key: keys.second });

    const list = await kit.request('GET', base);
    const tested = await kit.request('POST', `${base}/${id}/test`);
    const renamed = await kit.request('PUT', `${base}/${id}`, { name: 'Renamed' });

    expect([list.status, list.body.count]).toEqual([200, 1]);
    expect([tested.status, tested.body.code]).toEqual([409, 'SECRET_UNREADABLE']);
    await expect(kit.directory.findUsable(kind, null)).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
      status: 409,
    });
    expect([renamed.status, renamed.body.data.isActive]).toEqual([200, true]);
    await kit.request('PUT', `${base}/${id}`, withCanary);
    await kit.request('POST', `${base}/${id}/test`);
    expect((await kit.directory.findUsable(kind, id)).token).toBe(canary);
  });

  test.each<[string, (one: KindUnderTest, path: string) => Promise<unknown>]>([
    ['a change', ({ least }, path) => kit.request('PUT', path, { name: `${String(least['name'])} 2` })],
    ['a test', (_one, path) => kit.request('POST', `${path}/test`)],
  ])('[CN6] after a change of keys old secrets open, and %s seals them again', async (_what, write) => {
    const id = await kit.add(one);
    const [old] = await readSecrets(kit);

    kit.restart({ key: keys.second, previousKey: keys.first });
    expect((await kit.directory.findUsable(kind, id)).token).toBe(one.least[tokenField]);
    expect(await readSecrets(kit)).toEqual([old]);
    await write(one, `${base}/${id}`);

    kit.restart({ key: keys.second });
    expect((await kit.directory.findUsable(kind, id)).token).toBe(one.least[tokenField]);
  });

  test('[CN5, CN6] while keys change, the same token under the same name is still the same', async () => {
    const id = await kit.add(one);
    kit.restart({ key: keys.second, previousKey: keys.first });

    const { status, body } = await kit.request('POST', base, { ...one.least });

    expect([status, body.details?.existingConfigId]).toEqual([409, id]);
  });
});

describe('the environment', () => {
  const environment = { ARDOQ_API_TOKEN: canary, ARDOQ_API_HOST: 'tide.ardoq.com', ARDOQ_ORG_LABEL: 'tide' };
  const base = '/api/ardoq/configurations';

  test('[CN8] without any connection Ardoq is what the environment says, and works at once', async () => {
    kit.restart({ environment });

    const list = await kit.request('GET', base);
    const active = await kit.request('GET', `${base}/active`);

    expect(list.body).toMatchObject({ count: 1, data: [{ id: 'env', apiHost: 'https://tide.ardoq.com' }] });
    expect(active.body.data).toMatchObject({ id: 'env', orgLabel: 'tide', isActive: true, isTested: false });
    expect(await kit.directory.findUsable('ardoq', null)).toMatchObject({
      id: 'env',
      token: canary,
      orgLabel: 'tide',
    });
    expect((await kit.request('GET', '/api/azure-devops/configurations')).body.count).toBe(0);
  });

  test('[CN8] it is read only, and gives way to the first connection that is added', async () => {
    kit.restart({ environment });
    const [ardoq] = kinds;
    if (ardoq === undefined) throw new Error('no kind');

    for (const [method, path, body] of [
      ['PUT', '', { name: 'x' }],
      ['DELETE', '', undefined],
      ['POST', '/activate', undefined],
    ] as const) {
      const { status, body: answer } = await kit.request(method, `${base}/env${path}`, body);
      expect([status, answer.code]).toEqual([400, 'VALIDATION_FAILED']);
    }
    await kit.add(ardoq);

    expect((await kit.request('GET', `${base}/env`)).status).toBe(404);
    await expect(kit.directory.findUsable('ardoq', null)).rejects.toMatchObject({
      code: 'NO_ACTIVE_CONNECTION',
    });
  });

  test('[CN8] its test counts, and its token is in no table', async () => {
    kit.restart({ environment });
    kit.answerWith(() => ({ passed: false, error: 'no entry' }));

    const { body } = await kit.request('GET', '/api/ardoq/test-connection');

    expect(body.configuration).toMatchObject({ id: 'env', testPassed: false, testError: 'no entry' });
    await expect(kit.directory.findUsable('ardoq', 'env')).rejects.toMatchObject({
      code: 'CONNECTION_NOT_TESTED',
    });
    kit.answerWith(() => passed('ardoq'));
    await kit.request('POST', `${base}/env/test`);
    expect((await kit.directory.findUsable('ardoq', 'env')).token).toBe(canary);
    expect(await kit.allRows()).not.toContain(canary);
  });

  test('[CN8] a token that fits into no header is refused at the start, and not repeated', () => {
    const start = () => kit.restart({ environment: { ARDOQ_API_TOKEN: 'two words' } });

    expect(start).toThrow('ARDOQ_API_TOKEN');
    expect(start).not.toThrow('two words');
  });
});

async function readSecrets({ database: { client } }: ConnectionsKit): Promise<string[]> {
  const rows = await client<{ secret: string }[]>`select secret from connections order by name`;
  return rows.map(({ secret }) => secret);
}
