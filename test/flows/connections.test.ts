/** Connections to Ardoq and Azure DevOps over HTTP: kept, tested, activated, changed and removed, the same for both kinds. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../shared/failure.ts';
import { hostFailure } from '../../server/platform/upstream/host-rules.ts';
import { TrackerFailure } from '../../server/features/work-items/tracker.ts';
import { UpstreamFailure } from '../../server/platform/upstream/upstream.ts';
import { type ConnectionsKit, kinds, openConnections, origin, passed } from './connections-kit.ts';

let kit: ConnectionsKit;

beforeAll(async () => {
  kit = await openConnections();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

beforeEach(async () => {
  await kit.database.client`truncate connections`;
  for (const list of [kit.acts, kit.dropped, kit.shown, kit.logged]) list.length = 0;
  kit.inUse.clear();
  kit.answerWith(({ kind }) => passed(kind));
});

const fails = (error: string) => kit.answerWith(() => ({ passed: false, error }));
const timeout = {
  kind: 'timeout',
  message: 'No answer within 20 s.',
  status: null,
  isAmbiguous: false,
  body: null,
  activityId: null,
  retryAfterMs: null,
} as const;
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

describe.each(kinds)('$kind', (one) => {
  const { kind, tokenField, labelField, least, defaultHost, facts } = one;
  const base = `/api/${kind}/configurations`;
  const nameOf = async (path: string) => (await kit.request('GET', `${base}/${path}`)).body.data?.name;

  test('[CN1] a new connection is tested with what was given, and kept', async () => {
    const { status, body } = await kit.request('POST', base, { ...least, apiHost: '', setActive: true });

    expect(status).toBe(201);
    expect(body).toMatchObject({ success: true, message: expect.any(String) });
    expect(body.data.testResult).toEqual({ success: true, ...facts, timestamp: isoTime });
    expect(body.data.configuration).toMatchObject({
      name: least['name'],
      apiHost: defaultHost,
      isActive: true,
    });
    expect(kit.shown).toEqual([
      { kind, token: least[tokenField], apiHost: defaultHost, label: least[labelField] ?? null },
    ]);
    const { body: stored } = await kit.request('GET', `${base}/${body.data.configuration.id}`);
    expect(stored.data).toEqual(body.data.configuration);
  });

  test('[CN1, CN4] a connection whose test fails is kept, but neither active nor usable', async () => {
    fails('401: no entry');

    const { status, body } = await kit.request('POST', base, { ...least, setActive: true });

    expect(status).toBe(201);
    const { configuration, testResult } = body.data;
    expect(testResult).toEqual({ success: false, error: '401: no entry', timestamp: isoTime });
    expect(configuration).toMatchObject({
      isActive: false,
      isTested: true,
      testPassed: false,
      testError: '401: no entry',
    });
    expect((await kit.request('GET', `${base}/active`)).status).toBe(404);
    await expect(kit.directory.findUsable(kind, configuration.id)).rejects.toMatchObject({
      code: 'CONNECTION_NOT_TESTED',
      status: 409,
    });
  });

  test('[CN2] the public object has the test fields and nothing of the secret', async () => {
    const id = await kit.add(one, { [labelField]: 'tide' });

    const { text, body } = await kit.request('GET', `${base}/${id}`);

    expect(body.data).toEqual({
      id,
      name: least['name'],
      apiHost: defaultHost,
      [labelField]: 'tide',
      isActive: false,
      isTested: true,
      testPassed: true,
      createdAt: isoTime,
      updatedAt: isoTime,
      ...(kind === 'azure-devops' && {
        markerBase: 'http://syncline.example',
        useBatch: false,
        pushConcurrency: 1,
      }),
    });
    expect(text).not.toContain(String(least[tokenField]));
    expect(text).not.toContain('v1.');
  });

  test('[CN1] the list has the newest first, and only this kind', async () => {
    for (const other of kinds) await kit.add(other, { name: `first of ${other.kind}` });
    await kit.add(one, { name: 'second' });

    const { body } = await kit.request('GET', base);

    expect(body.count).toBe(2);
    expect(body.data.map(({ name }: { name: string }) => name)).toEqual(['second', `first of ${kind}`]);
  });

  test.each([
    ['GET', ''],
    ['PUT', ''],
    ['DELETE', ''],
    ['POST', '/activate'],
    ['POST', '/test'],
  ])('[PU2] %s …/:id%s of an unknown id is 404, of a malformed one 400', async (method, path) => {
    const body = method === 'PUT' ? { name: 'x' } : undefined;

    const unknown = await kit.request(method, `${base}/config-17${path}`, body);
    const malformed = await kit.request(method, `${base}/a%20b${path}`, body);

    expect([unknown.status, unknown.body]).toMatchObject([404, { success: false, code: 'NOT_FOUND' }]);
    expect([malformed.status, malformed.body]).toMatchObject([400, { success: false, code: 'INVALID_ID' }]);
  });

  test('[CN1] an id that an older server gave stays valid', async () => {
    const id = await kit.add(one);
    await kit.database.client`update connections set id = 'azdo-config-1700000000000-x1'`;

    expect((await kit.request('GET', `${base}/${id}`)).status).toBe(404);
    expect(await nameOf('azdo-config-1700000000000-x1')).toBe(least['name']);
  });

  test.each([
    ['token', tokenField, undefined],
    ['token', tokenField, '  '],
    ['token', tokenField, 'line\r\nX-Evil: 1'],
    ['name', 'name', ''],
    ['name', 'name', 'n'.repeat(256)],
    ['host', 'apiHost', 'https://ada:pass@dev.azure.com'],
    ['host', 'apiHost', 'ftp://dev.azure.com'],
    ['flag', 'setActive', 'yes'],
  ])('[PU12] a bad %s is refused with its path, and not repeated', async (_what, field, value) => {
    const { status, text, body } = await kit.request('POST', base, { ...least, [field]: value });

    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.details).toEqual([{ path: field, message: expect.any(String) }]);
    expect(text).not.toMatch(/Evil|ada:pass/);
    expect(kit.shown).toEqual([]);
  });

  test('[CN7] a host that is not allowed is refused before anything is sent, also by a change', async () => {
    const id = await kit.add(one);
    kit.shown.length = 0;

    const added = await kit.request('POST', base, {
      ...least,
      name: 'other',
      apiHost: 'https://evil.example',
    });
    const changed = await kit.request('PUT', `${base}/${id}`, { apiHost: 'https://evil.example' });

    for (const { status, body } of [added, changed]) {
      expect([status, body]).toMatchObject([400, { success: false, code: 'HOST_NOT_ALLOWED' }]);
    }
    expect(kit.shown).toEqual([]);
  });

  test('[CN5] the same token under the same name is refused, naming the one that has them', async () => {
    const id = await kit.add(one);
    kit.shown.length = 0;

    const { status, body } = await kit.request('POST', base, {
      ...least,
      name: ` ${String(least['name'])} `,
    });

    expect([status, body.code]).toEqual([409, 'DUPLICATE_CONNECTION']);
    expect(body.details).toEqual({
      existingConfigId: id,
      existingConfigName: least['name'],
      message: expect.any(String),
    });
    expect(kit.shown).toEqual([]);
  });

  test('[CN5] two that are added at once cannot both have one token and name', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => kit.request('POST', base, { ...least })));

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('[CN5] a change into the token and name of another is refused', async () => {
    const first = await kit.add(one);
    const sameToken = await kit.add(one, { name: 'other' });
    const sameName = await kit.add(one, { [tokenField]: 'other-token' });

    const renamed = await kit.request('PUT', `${base}/${sameToken}`, { name: least['name'] });
    const retokened = await kit.request('PUT', `${base}/${sameName}`, { [tokenField]: least[tokenField] });

    expect([renamed, retokened].map(({ status, body }) => [status, body.details?.existingConfigId])).toEqual([
      [409, first],
      [409, first],
    ]);
  });

  test('[CN5] one is active at most, whoever is activated at the same time', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map((number) => kit.add(one, { name: `n${number}` })));
    const rounds = Array.from({ length: 5 }, () => ids).flat();

    const answers = await Promise.all(rounds.map((id) => kit.request('POST', `${base}/${id}/activate`)));

    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const { body } = await kit.request('GET', base);
    expect(body.data.filter(({ isActive }: { isActive: boolean }) => isActive)).toHaveLength(1);
  });

  test('[CN1] only a connection that passed its test is activated, by whatever route', async () => {
    const passing = await kit.add(one, { setActive: true });
    fails('no entry');
    const failing = await kit.add(one, { name: 'failing', setActive: true });

    const activated = await kit.request('POST', `${base}/${failing}/activate`);
    const changed = await kit.request('PUT', `${base}/${failing}`, { isActive: true });
    const withToken = await kit.request('PUT', `${base}/${passing}`, { isActive: true, [tokenField]: 'new' });

    for (const { status, body } of [activated, changed, withToken]) {
      expect([status, body.code]).toEqual([400, 'CONNECTION_NOT_TESTED']);
    }
    expect(await nameOf('active')).toBe(least['name']);
  });

  test('[CN1] a change may activate and deactivate', async () => {
    const first = await kit.add(one, { setActive: true });
    const second = await kit.add(one, { name: 'second' });

    const on = await kit.request('PUT', `${base}/${second}`, { isActive: true });
    expect(on.body.data).toMatchObject({ isActive: true });
    expect((await kit.request('GET', `${base}/${first}`)).body.data.isActive).toBe(false);

    const off = await kit.request('PUT', `${base}/${second}`, { isActive: false });
    expect(off.body.data).toMatchObject({ isActive: false });
    expect((await kit.request('GET', `${base}/active`)).status).toBe(404);
  });

  test.each([
    ['token', { [tokenField]: 'another-token' }],
    ['host', { apiHost: 'elsewhere.example.com' }],
    ['label or organisation', { [labelField]: 'ebb' }],
  ])('[CN4] another %s makes it untested and takes it out of use', async (_what, change) => {
    const id = await kit.add(one, { setActive: true });

    const { status, body } = await kit.request('PUT', `${base}/${id}`, change);

    expect(status).toBe(200);
    expect(body.data).toMatchObject({ isActive: false, isTested: false, testPassed: false });
    expect(kit.dropped).toEqual([id]);
  });

  test.each([
    ['another name', { name: 'Renamed' }],
    ['the same token', { [tokenField]: least[tokenField] }],
    ['an empty token of a form', { [tokenField]: '' }],
    ['the same host', { apiHost: `${defaultHost}/` }],
  ])('[CN4] %s leaves the verdict and the use alone', async (_what, change) => {
    const id = await kit.add(one, { setActive: true });

    const { body } = await kit.request('PUT', `${base}/${id}`, change);

    expect(body.data).toMatchObject({ isActive: true, isTested: true, testPassed: true });
    expect((await kit.directory.findUsable(kind, null)).token).toBe(least[tokenField]);
    expect(kit.dropped).toEqual([]);
  });

  test('[CN3] POST …/test keeps the verdict and shows it', async () => {
    fails('no entry');
    const id = await kit.add(one);
    kit.answerWith(() => passed(kind));

    const { status, body } = await kit.request('POST', `${base}/${id}/test`);

    expect([status, body.success]).toEqual([200, true]);
    expect(body.data.configuration).toMatchObject({ isTested: true, testPassed: true });
    expect(body.data.configuration).not.toHaveProperty('testError');
    expect(body.data.testResult).toEqual({ success: true, ...facts, timestamp: isoTime });
    expect(kit.dropped).toEqual([id]);
  });

  test('[CN7] a host that proves to be private is refused, and nothing is kept', async () => {
    kit.answerWith(() => {
      throw hostFailure('dev.azure.com resolves to 10.0.0.1');
    });

    const { status, body } = await kit.request('POST', base, { ...least });

    expect([status, body.code]).toEqual([400, 'HOST_NOT_ALLOWED']);
    expect((await kit.request('GET', base)).body.count).toBe(0);
  });

  test.each([
    ['the wire', new UpstreamFailure(timeout)],
    ['a client', new TrackerFailure(timeout.message, timeout)],
    ['a route', new AppError('UPSTREAM_TIMEOUT', 'No answer within 20 s.')],
  ])('[CN1] a service that cannot be reached is a failed test, as %s words it', async (_who, failure) => {
    kit.answerWith(() => {
      throw failure;
    });

    const { status, body } = await kit.request('POST', base, { ...least });

    expect([status, body.data.testResult.error]).toEqual([201, 'No answer within 20 s.']);
  });

  test('[CN1, CN3] the older test answers the verdict at the root, also when it is bad', async () => {
    const id = await kit.add(one, { setActive: true });

    const good = await kit.request('GET', `/api/${kind}/test-connection`);
    fails('no entry');
    const bad = await kit.request('GET', `/api/${kind}/test-connection?configId=${id}`);

    expect(good.body).toMatchObject({
      success: true,
      message: expect.any(String),
      configuration: { id, testPassed: true },
    });
    expect(good.body.data).toEqual({ ...facts, timestamp: isoTime });
    expect([bad.status, bad.body.success]).toEqual([200, true]);
    expect(bad.body.configuration).toMatchObject({ id, testPassed: false, testError: 'no entry' });
    expect(bad.body.data).toEqual({ timestamp: isoTime });
  });

  test('[CN1] the older test needs a connection: 400 when none is active, 404 for an unknown one', async () => {
    const none = await kit.request('GET', `/api/${kind}/test-connection?configId=`);
    const unknown = await kit.request('GET', `/api/${kind}/test-connection?configId=config-1`);

    expect([none.status, none.body.code]).toEqual([400, 'NO_ACTIVE_CONNECTION']);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'NOT_FOUND']);
  });

  test.each(['GET', 'HEAD'])('[CN3, GU3] %s test-connection from another site is refused', async (method) => {
    await kit.add(one, { setActive: true });
    kit.shown.length = 0;
    const path = `/api/${kind}/test-connection`;

    const byOrigin = await kit.request(method, path, undefined, { origin: 'http://evil.example' });
    const bySite = await kit.request(method, `${path}/`, undefined, { 'sec-fetch-site': 'cross-site' });
    const own = await kit.request('GET', path, undefined, { 'sec-fetch-site': 'same-origin' });

    expect([byOrigin.status, bySite.status, own.status]).toEqual([403, 403, 200]);
    expect(kit.shown).toHaveLength(1);
  });

  test('[CN4] a verdict on credentials that changed meanwhile does not count', async () => {
    const id = await kit.add(one);
    kit.answerWith(async () => {
      await kit.request('PUT', `${base}/${id}`, { [tokenField]: 'newer-token' });
      return passed(kind);
    });

    const { body } = await kit.request('POST', `${base}/${id}/test`);

    expect(body.data.configuration).toMatchObject({ isTested: false, testPassed: false });
  });

  test('[CN1] a connection that a push uses is not removed', async () => {
    const id = await kit.add(one);
    kit.inUse.add(id);

    const refused = await kit.request('DELETE', `${base}/${id}`);
    kit.inUse.clear();
    const removed = await kit.request('DELETE', `${base}/${id}`);

    expect([refused.status, refused.body.code]).toEqual([409, 'CONNECTION_IN_USE']);
    expect([removed.status, removed.body]).toEqual([200, { success: true, message: expect.any(String) }]);
    expect((await kit.request('GET', `${base}/${id}`)).status).toBe(404);
    expect(kit.dropped).toEqual([id]);
  });

  test('[AZ19] credentials that the service rejects later make the connection untested', async () => {
    await kit.add(one, { setActive: true });
    const used = await kit.directory.findUsable(kind, null);

    await kit.directory.markRejected(used, `203: a page for ${used.token}`);

    const { body } = await kit.request('GET', `${base}/active`);
    expect(body.data).toMatchObject({ testPassed: false, testError: '203: a page for ***' });
    await expect(kit.directory.findUsable(kind, null)).rejects.toMatchObject({
      code: 'CONNECTION_NOT_TESTED',
    });
  });

  test('[AZ19] a rejection of former credentials leaves the present ones alone', async () => {
    const id = await kit.add(one);
    const former = await kit.directory.findUsable(kind, id);
    await kit.request('PUT', `${base}/${id}`, { [tokenField]: 'newer-token' });
    await kit.request('POST', `${base}/${id}/test`);

    await kit.directory.markRejected(former, '401');

    expect((await kit.directory.findUsable(kind, id)).token).toBe('newer-token');
  });

  test('[AL1, AL3] each act is remembered with what changed, the secret only as "changed"', async () => {
    const id = await kit.add(one, { setActive: true });
    const config = { config_type: kind, config_name: least['name'] };
    const step = (action: string, details: object) => ({
      action,
      details,
      entity: 'configuration',
      entityId: id,
      origin,
    });
    expect(kit.acts).toEqual([
      step('config_created', {
        ...config,
        changes: expect.objectContaining({
          name: { old: null, new: least['name'] },
          [tokenField]: 'changed',
        }),
      }),
      step('connection_tested', { ...config, passed: true }),
      step('config_activated', { ...config, changes: { isActive: { old: false, new: true } } }),
    ]);

    kit.acts.length = 0;
    await kit.request('PUT', `${base}/${id}`, { [labelField]: 'ebb', [tokenField]: 'newer-token' });
    fails('no entry');
    await kit.request('POST', `${base}/${id}/test`);
    await kit.request('DELETE', `${base}/${id}`);

    expect(kit.acts).toEqual([
      step('config_updated', {
        ...config,
        changes: {
          [labelField]: { old: least[labelField] ?? null, new: 'ebb' },
          isActive: { old: true, new: false },
          [tokenField]: 'changed',
        },
      }),
      step('connection_tested', { ...config, passed: false, error: 'no entry' }),
      step('config_deleted', { ...config, changes: {} }),
    ]);
  });
});

test('[CN1, RC3] the settings of a push are kept, and the base of markers never changes', async () => {
  const [, azure] = kinds;
  if (azure === undefined) throw new Error('no kind');
  const id = await kit.add(azure, {
    markerBase: 'https://markers.example/s/',
    markerField: 'Custom.Key',
    useBatch: true,
  });
  const path = `/api/azure-devops/configurations/${id}`;

  const moved = await kit.request('PUT', path, { markerBase: 'https://other.example' });
  const changed = await kit.request('PUT', path, {
    markerBase: 'https://markers.example/s',
    pushConcurrency: 4,
    markerField: '',
  });

  expect([moved.status, moved.body.details]).toEqual([
    400,
    [{ path: 'markerBase', message: expect.any(String) }],
  ]);
  expect(changed.body.data).toMatchObject({ useBatch: true, pushConcurrency: 4, testPassed: true });
  expect((await kit.directory.findUsable('azure-devops', id)).settings).toEqual({
    markerBase: 'https://markers.example/s',
    markerField: null,
    useBatch: true,
    pushConcurrency: 4,
  });
});
