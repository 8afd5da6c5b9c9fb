/** The HTTP client of outside services against a service on this machine: real sockets, time of our own. */
import type { LookupFunction } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openUpstreams, type UpstreamsOptions } from '../../../server/platform/upstream/open-upstreams.ts';
import {
  UpstreamFailure,
  type UpstreamCall,
  type UpstreamWait,
} from '../../../server/platform/upstream/upstream.ts';
import { until } from '../../support/until.ts';
import { createManualTime } from './manual-time.ts';
import { json, openScriptedService, page, reset, silence, type Answer } from './scripted-service.ts';

const secret = 'Basic canary-token';

interface Opened extends Partial<UpstreamsOptions> {
  readonly host: string;
}

function open({ host, ...options }: Opened) {
  const openUpstream = openUpstreams({ hosts: { known: [], allowed: [host] }, version: '9.9.9', ...options });
  return openUpstream({
    service: 'Azure DevOps',
    host: `http://${host}`,
    headers: { Authorization: secret },
  });
}

const read: UpstreamCall = {
  method: 'GET',
  path: '/acme/_apis/projects?api-version=7.1',
  isIdempotent: true,
};
const write: UpstreamCall = {
  method: 'POST',
  path: '/acme/items',
  body: [{ op: 'add' }],
  isIdempotent: false,
};

async function failureOf(call: Promise<unknown>): Promise<UpstreamFailure> {
  const failed = await call.then(
    () => new Error('It succeeded'),
    (error: unknown) => error,
  );
  if (!(failed instanceof UpstreamFailure)) throw failed;
  return failed;
}

test('[AZ22] a call carries credentials and the name of its sender, and brings JSON and activity back', async () => {
  await using service = await openScriptedService(json(200, { count: 1 }, { ActivityId: 'a-1' }));
  await using upstream = open(service);

  const answer = await upstream.call({ ...write, contentType: 'application/json-patch+json' });

  expect(answer).toMatchObject({ status: 200, body: { count: 1 }, activityId: 'a-1' });
  expect(service.received).toMatchObject([
    {
      method: 'POST',
      path: '/acme/items',
      body: '[{"op":"add"}]',
      headers: {
        authorization: secret,
        'user-agent': 'Syncline/9.9.9',
        'content-type': 'application/json-patch+json',
        accept: 'application/json',
      },
    },
  ]);
});

test('[AZ20] calls one after another share connections', async () => {
  await using service = await openScriptedService(json(200, {}));
  await using upstream = open(service);

  for (let count = 0; count < 20; count += 1) await upstream.call(read);

  // One is still being released when the next call begins.
  expect(new Set(service.received.map(({ port }) => port)).size).toBeLessThanOrEqual(2);
});

describe('[AZ20] a read', () => {
  test.each([
    ['429', json(429, {})],
    ['408', json(408, {})],
    ['500', json(500, {})],
    ['503 with a page', page(503)],
    ['a reset', reset],
  ])('is sent again after %s', async (_name, answer) => {
    await using service = await openScriptedService(answer, answer, json(200, { ok: true }));
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    expect(await upstream.call(read)).toMatchObject({ body: { ok: true } });

    expect(service.received).toHaveLength(3);
    expect(time.waits).toEqual([500, 1_000]);
  });

  test('gives up when the next wait would end after its budget', async () => {
    await using service = await openScriptedService(json(503, {}));
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    const failure = await failureOf(upstream.call(read, { retryBudgetMs: 20_000 }));

    expect(failure).toMatchObject({ kind: 'server', status: 503 });
    expect(time.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000]);
  });

  test('is not sent again without a budget', async () => {
    await using service = await openScriptedService(json(503, {}));
    await using upstream = open(service);

    await failureOf(upstream.call(read, { retryBudgetMs: 0 }));

    expect(service.received).toHaveLength(1);
  });

  test('whoever waits is told why and how long', async () => {
    await using service = await openScriptedService(
      json(429, {}, { 'Retry-After': '34' }),
      reset,
      json(200, {}),
    );
    await using upstream = open({ ...service, time: createManualTime() });
    const waits: UpstreamWait[] = [];

    await upstream.call(read, { onWait: (wait) => waits.push(wait) });

    expect(waits).toMatchObject([
      { reason: 'throttled', waitMs: 34_000, attempt: 1, failure: { kind: 'throttled', status: 429 } },
      { reason: 'retry', waitMs: 1_000, attempt: 2, failure: { kind: 'network' } },
    ]);
  });
});

describe('[AZ20] a write', () => {
  test('is sent again after 429, exactly when the service asked for it', async () => {
    await using service = await openScriptedService(json(429, {}, { 'Retry-After': '90' }), json(200, {}));
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    await upstream.call(write);

    expect(service.received).toHaveLength(2);
    expect(time.waits).toEqual([90_000]);
  });

  const cutOff: Answer = (response) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"id":1,');
  const shortOfItsLength: Answer = (response, request) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '100' });
    response.write('{"id":1,', () => request.socket.destroy());
  };

  test.each([
    ['500', json(500, {}), 'server'],
    ['503 with Retry-After', json(503, {}, { 'Retry-After': '1' }), 'server'],
    ['a reset', reset, 'network'],
    ['half an answer', cutOff, 'unreadable'],
    ['an answer shorter than announced', shortOfItsLength, 'network'],
    ['a page of 203', page(203), 'auth'],
    ['a page of 200', page(200), 'auth'],
  ])('[RC4] is sent once and left in doubt after %s', async (_name, answer, kind) => {
    await using service = await openScriptedService(answer);
    await using upstream = open({ ...service, time: createManualTime() });

    expect(await failureOf(upstream.call(write))).toMatchObject({ kind, isAmbiguous: true });
    expect(service.received).toHaveLength(1);
  });

  test('[RC4] is sent once and left in doubt after silence', async () => {
    await using service = await openScriptedService(silence);
    await using upstream = open({ ...service, limits: { answerMs: 50 } });

    expect(await failureOf(upstream.call(write))).toMatchObject({ kind: 'timeout', isAmbiguous: true });
    expect(service.received).toHaveLength(1);
  });

  test('[RC4] that never left is sent again, and beyond its budget leaves no doubt', async () => {
    const service = await openScriptedService(silence);
    await service[Symbol.asyncDispose]();
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    const failure = await failureOf(upstream.call(write, { retryBudgetMs: 2_000 }));

    expect(failure).toMatchObject({ kind: 'network', isAmbiguous: false });
    expect(time.waits).toEqual([500, 1_000]);
  });
});

describe('[AZ21] pacing', () => {
  test('Retry-After of a success makes the next call wait, and does not repeat this one', async () => {
    await using service = await openScriptedService(json(200, {}, { 'Retry-After': '5' }), json(200, {}));
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    await upstream.call(write);
    expect(time.waits).toEqual([]);
    await upstream.call(write);

    expect(time.waits).toEqual([5_000]);
    expect(service.received).toHaveLength(2);
  });

  test('a call that would wait beyond its budget is not sent', async () => {
    await using service = await openScriptedService(json(200, {}, { 'Retry-After': '30' }), json(200, {}));
    await using upstream = open({ ...service, time: createManualTime() });

    await upstream.call(read);
    const failure = await failureOf(upstream.call(write, { retryBudgetMs: 20_000 }));

    expect(failure).toMatchObject({ kind: 'throttled', isAmbiguous: false, retryAfterMs: 30_000 });
    expect(service.received).toHaveLength(1);
  });

  test('an allowance that runs out slows calls down before they are refused', async () => {
    const nearlyOut = { 'X-RateLimit-Remaining': '1', 'X-RateLimit-Limit': '200' };
    await using service = await openScriptedService(json(200, {}, nearlyOut));
    const time = createManualTime();
    await using upstream = open({ ...service, time });

    for (let count = 0; count < 3; count += 1) await upstream.call(read);

    expect(time.waits).toEqual([2_500, 2_500]);
  });
});

describe('[AZ19] rejected credentials', () => {
  test.each([
    ['203 with a page', page(203)],
    ['a redirect', page(302, { Location: 'https://login.example/signin' })],
    ['401', json(401, { message: 'TF400813' })],
    ['a page where JSON is due', page(200)],
  ])('%s is not tried again and opens the circuit at once', async (_name, answer) => {
    await using service = await openScriptedService(answer);
    await using upstream = open(service);

    expect(await failureOf(upstream.call(read))).toMatchObject({ kind: 'auth', isAmbiguous: false });
    const next = await failureOf(upstream.call(write));

    expect(next).toMatchObject({ kind: 'open-circuit', isAmbiguous: false, cause: { kind: 'auth' } });
    expect(service.received).toHaveLength(1);
  });

  test('a new upstream begins with a closed circuit', async () => {
    await using service = await openScriptedService(json(401, {}), json(200, {}));
    await using old = open(service);
    await failureOf(old.call(read));
    await using renewed = open(service);

    expect(await renewed.call(read)).toMatchObject({ status: 200 });
  });
});

test('[PU22] a service that is away for the whole budget of a push opens the circuit for a minute', async () => {
  await using service = await openScriptedService(json(503, {}));
  const time = createManualTime();
  await using upstream = open({ ...service, time });

  await failureOf(upstream.call(read));
  const sent = service.received.length;
  expect(await failureOf(upstream.call(read))).toMatchObject({
    kind: 'open-circuit',
    cause: { kind: 'server' },
  });
  expect(service.received).toHaveLength(sent);

  time.advance(60_000);
  await failureOf(upstream.call(read, { retryBudgetMs: 0 }));
  expect(service.received).toHaveLength(sent + 1);
});

describe('[PU20] an aborted signal', () => {
  const reason = new Error('cancelled');

  test('cuts a wait at once', async () => {
    await using service = await openScriptedService(json(429, {}, { 'Retry-After': '3600' }));
    await using upstream = open(service);
    const controller = new AbortController();
    const onWait = () => controller.abort(reason);

    const call = upstream.call({ ...write, signal: controller.signal }, { onWait, retryBudgetMs: 7_200_000 });

    await expect(call).rejects.toBe(reason);
  });

  test('cuts a read that is under way', async () => {
    await using service = await openScriptedService(silence);
    await using upstream = open(service);
    const controller = new AbortController();

    const call = upstream.call({ ...read, signal: controller.signal });
    const failed = call.catch((error: unknown) => error);
    await until('the read has arrived', () => service.received.length === 1);
    controller.abort(reason);

    expect(await failed).toBe(reason);
  });

  test('lets a write that is under way finish, so that it is known how it ended', async () => {
    const controller = new AbortController();
    const abortThenAnswer: Answer = (response, request) => {
      controller.abort(reason);
      setImmediate(() => json(200, { id: 7 })(response, request));
    };
    await using service = await openScriptedService(abortThenAnswer);
    await using upstream = open(service);

    expect(await upstream.call({ ...write, signal: controller.signal })).toMatchObject({ body: { id: 7 } });
  });

  test('does not hide that a write was left in doubt', async () => {
    const controller = new AbortController();
    const abortThenReset: Answer = (response, request) => {
      controller.abort(reason);
      setImmediate(() => reset(response, request));
    };
    await using service = await openScriptedService(abortThenReset);
    await using upstream = open(service);

    const failure = await failureOf(upstream.call({ ...write, signal: controller.signal }));

    expect(failure).toMatchObject({ kind: 'network', isAmbiguous: true });
  });

  test('sends nothing when it was aborted before', async () => {
    await using service = await openScriptedService(json(200, {}));
    await using upstream = open(service);

    await expect(upstream.call({ ...write, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(service.received).toEqual([]);
  });
});

describe('[AZ20] bounds', () => {
  test('an answer longer than the bound is cut off', async () => {
    const long = json(200, 'x'.repeat(5_000));
    await using service = await openScriptedService(long);
    await using upstream = open({ ...service, limits: { maxAnswerBytes: 1_000 } });

    expect(await failureOf(upstream.call(write))).toMatchObject({ kind: 'unreadable', isAmbiguous: true });
    expect(await failureOf(upstream.call(read))).toMatchObject({ kind: 'unreadable', isAmbiguous: false });
    expect(service.received).toHaveLength(2);
  });

  test('a host that cannot be connected to in time leaves no doubt', async () => {
    const never: LookupFunction = () => {};
    await using upstream = open({ host: 'ado.corp.example:80', lookup: never, limits: { connectMs: 50 } });

    const failure = await failureOf(upstream.call(write, { retryBudgetMs: 0 }));

    expect(failure).toMatchObject({ kind: 'network', isAmbiguous: false });
  });

  test('an answer that drips is cut off when its time is over', async () => {
    const drip: Answer = (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(timer));
    };
    await using service = await openScriptedService(drip);
    await using upstream = open({ ...service, limits: { answerMs: 100 } });

    expect(await failureOf(upstream.call(write))).toMatchObject({ kind: 'timeout', isAmbiguous: true });
  });
});

describe('[CN7] hosts', () => {
  /** As the system's own, but what it finds is ours to say. */
  const resolvesTo = (...addresses: readonly string[]): LookupFunction & { readonly asked: string[] } => {
    const asked: string[] = [];
    const lookup: LookupFunction = (hostname, options, callback) => {
      asked.push(hostname);
      const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
      if (options.all) callback(null, found);
      else callback(null, found[0]!.address, found[0]!.family);
    };
    return Object.assign(lookup, { asked });
  };

  test.each([
    ['this machine', ['127.0.0.1']],
    ['a private network', ['10.1.2.3']],
    ['the metadata of a cloud', ['169.254.169.254']],
    ['this machine by IPv6', ['::1']],
    ['a private address among others', ['13.107.42.20', '192.168.0.1']],
  ])('[GU9] a known name that resolves to %s is not connected to', async (_name, addresses) => {
    const lookup = resolvesTo(...addresses);
    const openUpstream = openUpstreams({
      hosts: { known: ['dev.azure.com'], allowed: [] },
      version: '1',
      lookup,
    });
    await using upstream = openUpstream({
      service: 'Azure DevOps',
      host: 'https://dev.azure.com',
      headers: {},
    });

    const failure = await failureOf(upstream.call(write));

    expect(failure).toMatchObject({ kind: 'host', isAmbiguous: false });
    expect(failure.message).toContain('dev.azure.com resolves to');
    expect(lookup.asked).toEqual(['dev.azure.com']);
  });

  test('a configured name may be private, and is connected to where it resolved to', async () => {
    await using service = await openScriptedService(json(200, {}));
    const port = service.host.split(':')[1];
    const lookup = resolvesTo('127.0.0.1');
    await using upstream = open({ host: `ado.corp.example:${port}`, lookup });

    expect(await upstream.call(read)).toMatchObject({ status: 200 });
    expect(service.received[0]?.headers.host).toBe(`ado.corp.example:${port}`);
  });

  test.each([
    ['another host', 'https://evil.example/next'],
    ['another port', 'http://127.0.0.1:1/next'],
    ['another scheme', 'https://127.0.0.1/next'],
    ['a host behind an @', '@evil.example/next'],
    ['a host with a name', 'http://user@127.0.0.1/next'],
    ['no web address', 'file:///etc/passwd'],
  ])('[AR3] a path that leads to %s is not called', async (_name, path) => {
    await using service = await openScriptedService(json(200, {}));
    await using upstream = open(service);

    expect(await failureOf(upstream.call({ ...read, path }))).toMatchObject({
      kind: 'host',
      isAmbiguous: false,
    });
    expect(service.received).toEqual([]);
  });

  test('[AR3] an absolute address on the same host is called', async () => {
    await using service = await openScriptedService(json(200, {}));
    await using upstream = open(service);

    await upstream.call({ ...read, path: `http://${service.host}/api/v2/components?next=abc` });

    expect(service.received).toMatchObject([{ path: '/api/v2/components?next=abc' }]);
  });

  test('a redirect is not followed, on the same host neither', async () => {
    await using service = await openScriptedService(page(307, { Location: '/elsewhere' }), json(200, {}));
    await using upstream = open(service);

    await failureOf(upstream.call(read));

    expect(service.received).toHaveLength(1);
  });
});

test('[PU6] no failure holds the credentials', async () => {
  await using service = await openScriptedService(
    json(401, { echo: secret }),
    json(500, { echo: secret }),
    reset,
  );
  for (let count = 0; count < 3; count += 1) {
    await using upstream = open(service);
    const failure = await failureOf(upstream.call(write));
    const { cause } = failure;
    const written = [
      failure.message,
      failure.stack,
      JSON.stringify(failure),
      String(cause),
      JSON.stringify(cause ?? {}),
    ];
    expect(written.join('\n')).not.toContain('canary');
  }
});

test('a closed upstream ends reads that are under way', async () => {
  await using service = await openScriptedService(silence);
  const upstream = open(service);

  const failing = failureOf(upstream.call(read));
  await until('the read has arrived', () => service.received.length === 1);
  await upstream[Symbol.asyncDispose]();

  expect(await failing).toMatchObject({ kind: 'open-circuit', isAmbiguous: false });
  expect(await failureOf(upstream.call(write))).toMatchObject({ kind: 'open-circuit', isAmbiguous: false });
});

test('a closed upstream ends what waits in it', async () => {
  await using service = await openScriptedService(json(429, {}, { 'Retry-After': '3600' }));
  const upstream = open(service);
  const onWait = () => void upstream[Symbol.asyncDispose]();

  const failure = await failureOf(upstream.call(read, { onWait, retryBudgetMs: 7_200_000 }));

  expect(failure).toMatchObject({ kind: 'open-circuit', isAmbiguous: false });
});

/** What a service may do with one call: whether the change is made, and what we get to see of it. */
const reactions: Readonly<Record<string, { readonly takesEffect: boolean; readonly answer: Answer }>> = {
  done: { takesEffect: true, answer: json(200, { id: 1 }) },
  throttled: { takesEffect: false, answer: json(429, {}, { 'Retry-After': '1' }) },
  refused: { takesEffect: false, answer: json(400, { message: 'TF51535' }) },
  failed: { takesEffect: false, answer: json(500, {}) },
  doneButFailed: { takesEffect: true, answer: json(500, {}) },
  doneButReset: { takesEffect: true, answer: reset },
  doneButSignIn: { takesEffect: true, answer: page(203) },
  doneButBusy: { takesEffect: true, answer: json(503, {}, { 'Retry-After': '1' }) },
};

test('[RC4] law: whatever a service does, a write takes effect once at most, and is in doubt if it took effect unseen', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...Object.keys(reactions)), { minLength: 1, maxLength: 6 }),
      async (script) => {
        const answers = [...script, 'done'].map((name) => reactions[name]!);
        await using service = await openScriptedService(...answers.map(({ answer }) => answer));
        await using upstream = open({ ...service, time: createManualTime() });

        const outcome = await upstream.call(write).then(
          () => 'success' as const,
          (error: unknown) => error as UpstreamFailure,
        );

        const effects = answers.slice(0, service.received.length).filter(({ takesEffect }) => takesEffect);
        expect(effects.length).toBeLessThanOrEqual(1);
        if (outcome !== 'success' && effects.length === 1) expect(outcome.isAmbiguous).toBe(true);
      },
    ),
    { numRuns: 60 },
  ));
