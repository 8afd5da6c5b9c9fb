/** The guard as a table: each abuse on each surface, really sent, and what is answered; `npm run guard:table` prints it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { abuses, type Holders } from '../guard/abuses.ts';
import { send, type Heard, type Sent } from '../guard/line.ts';
import { surfaces, toRequest, type Surface } from '../guard/surfaces.ts';
import { startTestServer, type TestServer } from '../support/server.ts';
import { createTree } from '../support/tree.ts';
import { openAccessKit, owner, type AccessKit } from './access-kit.ts';

let kit: AccessKit;
let holders: Holders;
const rows: string[][] = [];
const canary = 'canary-harbour';

beforeAll(async () => {
  // Guessing has a server of its own below.
  kit = await openAccessKit({ SYNCLINE_TOKEN_FAILURES: '0' });
  await using tree = await createTree({ 'a.md': '# A\n' });
  const body = { name: canary, sdlc_path: tree.root };
  const registered = await kit.ask(owner, '/api/v1/projects', { method: 'POST', body });
  if (registered.status !== 201) throw new Error(`No project: ${registered.status}`);

  const [operator, viewer, revoked, admin] = [
    await kit.create('operator'),
    await kit.create('viewer'),
    await kit.create('operator'),
    await kit.create('admin'),
  ];
  await kit.revoke(revoked.token.id);
  const session = await kit.ask(viewer.secret, '/api/session', { method: 'POST' });
  const cookie = session.headers.get('set-cookie')?.split(';')[0] ?? '';
  holders = {
    operator: operator.secret,
    viewer: viewer.secret,
    revoked: revoked.secret,
    cookie,
    forged: cookie.replace(viewer.token.id, admin.token.id),
    port: new URL(kit.first).port,
    async takeTicket() {
      const answer = await kit.ask(viewer.secret, '/api/tickets', { method: 'POST' });
      return ((await answer.json()) as { ticket: string }).ticket;
    },
  };
});

afterAll(async () => {
  if (process.env.GUARD_TABLE === '1') process.stdout.write(`${toMarkdown(rows)}\n`);
  await kit[Symbol.asyncDispose]();
});

function toMarkdown(lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const head = ['rule', 'abuse', ...surfaces];
  return [line(head), line(head.map(() => '---')), ...lines.map(line)].join('\n');
}

const note = (rule: string, name: string, heard: Partial<Record<Surface, Heard>>): void => {
  const cells = surfaces.map((surface) => {
    const status = heard[surface]?.status;
    return status === undefined ? '' : status === 0 ? 'cut' : String(status);
  });
  rows.push([rule, name, ...cells]);
};

const authorised = (request: Sent, secret: string): Sent => ({
  ...request,
  headers: [...request.headers, ['Authorization', `Bearer ${secret}`]],
});

async function hear(look: (surface: Surface) => Promise<Heard>, asked: readonly Surface[] = surfaces) {
  const heard: Partial<Record<Surface, Heard>> = {};
  for (const surface of asked) heard[surface] = await look(surface);
  return heard;
}

const statuses = (heard: Partial<Record<Surface, Heard>>): Partial<Record<Surface, number>> =>
  Object.fromEntries(Object.entries(heard).map(([surface, { status }]) => [surface, status]));

test.each(abuses.map((abuse) => [abuse.rule, abuse.name, abuse] as const))(
  '[%s] %s',
  async (rule, name, { as, change, answers }) => {
    const heard = await hear(async (surface) => {
      const request = toRequest(surface, kit.first);
      const known = as === 'nobody' ? request : authorised(request, holders[as]);
      return await send(kit.first, await change(known, holders));
    });
    note(rule, name, heard);

    expect(statuses(heard)).toEqual(answers);
    for (const { status, body, headers } of Object.values(heard)) {
      if (status < 400 || status === 431 || status === 400) continue;
      expect(body).not.toContain(canary);
      expect(JSON.parse(body)).toMatchObject({ error: { requestId: headers.get('x-request-id') } });
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBeUndefined();
      if (status === 401) expect(headers.get('www-authenticate')).toBe('Bearer');
    }
  },
);

test('[IO1] an upgrade at an address without sockets is refused, and its connection closed', async () => {
  const request = toRequest('WebSocket', kit.first);
  const heard = await send(kit.first, authorised({ ...request, target: '/elsewhere' }, holders.operator));

  expect(heard.status).toBe(404);
  expect(heard.headers.get('connection')).toBe('close');
});

const crooked = [
  '//api/v1/projects',
  '/api//v1/projects',
  '/./api/v1/projects',
  '/x/../api/v1/projects',
  '/api/%2e%2e/api/v1/projects',
  '/api/..%2fapi/v1/projects',
  '/%61pi/v1/projects',
  '/%2561pi/v1/projects',
  '/api%2fv1/projects',
  '/api%5cv1%5cprojects',
  '/api\\v1\\projects',
  '/API/v1/projects',
  '/api/v1/projects%00',
  '/api/v1/projects;x=1',
  '/api/v1/projects/.',
  '/api/v1/project%73',
  '/assets/../api/v1/projects',
  '/assets/%2e%2e/api/v1/projects',
  '/socket.io/../api/v1/projects',
  '/livez/../api/v1/projects',
  '/api/session/../v1/projects',
  '/api/v1/system/health/../../projects',
];

test.each(crooked)('[GU4] %s leads nobody round the token, and no viewer round the role', async (target) => {
  const body = JSON.stringify({ name: 'Round', sdlc_path: '/tmp' });
  const write: Sent = { ...toRequest('HTTP write', kit.first), target, body };
  const heard = {
    'HTTP read': await send(kit.first, { ...toRequest('HTTP read', kit.first), target }),
    'HTTP write': await send(kit.first, authorised(write, holders.viewer)),
  };
  note('GU4', `\`${target}\` (read: no token; write: viewer)`, heard);

  expect(heard['HTTP read'].body).not.toContain(canary);
  expect(heard['HTTP read'].headers.get('content-type') ?? 'text/html').toMatch(
    /^(text\/html|application\/json)/,
  );
  expect([400, 403, 404, 405]).toContain(heard['HTTP write'].status);
});

describe('[GU10] with narrow limits', () => {
  let slow: TestServer;
  let few: TestServer;
  const token = { SYNCLINE_TOKEN: owner };
  beforeAll(async () => {
    [slow, few] = await Promise.all([
      startTestServer({ ...token, SYNCLINE_RATE_LIMIT: '1', SYNCLINE_TOKEN_FAILURES: '3' }),
      startTestServer({ ...token, SYNCLINE_STREAM_RATE_LIMIT: '1', SYNCLINE_MAX_STREAMS: '2' }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([slow[Symbol.asyncDispose](), few[Symbol.asyncDispose]()]);
  });

  /** Asked again and again, until it refuses; more than its limit allows is never needed. */
  async function exhaust(url: string, surface: Surface, secret: string): Promise<Heard> {
    for (let asked = 0; asked < 200; asked += 1) {
      const heard = await send(url, authorised(toRequest(surface, url), secret));
      if (heard.status === 429) return heard;
    }
    throw new Error(`${surface} was never refused`);
  }

  const expectTold = (heard: Partial<Record<Surface, Heard>>, asked: readonly Surface[]): void => {
    for (const surface of asked) {
      expect(heard[surface]?.status).toBe(429);
      expect(Number(heard[surface]?.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  };

  test('requests without a pause are refused everywhere, with a time to come back', async () => {
    const heard = await hear((surface) => exhaust(slow.url, surface, owner));
    note('GU10', 'requests without a pause', heard);

    expectTold(heard, surfaces);
  });

  test('[GU4] guesses are slowed down, and then a right one is refused too', async () => {
    const created = await kit.create('viewer');
    const heard = await hear((surface) => exhaust(slow.url, surface, 'wrong-wrong-wrong'));
    note('GU4', 'guesses without a pause', heard);

    expectTold(heard, surfaces);
    // Right on another server only: this one must not even say that it is wrong.
    const answer = await send(slow.url, authorised(toRequest('HTTP read', slow.url), created.secret));
    expect(answer.status).toBe(429);
  });

  test('streams opened without a pause are refused', async () => {
    const streams = ['SSE', 'WebSocket', 'socket.io polling'] as const;
    const heard = await hear((surface) => exhaust(few.url, surface, owner), streams);
    note('GU10', 'streams opened without a pause', heard);

    expectTold(heard, streams);
  });

  test('a body of more than 1 MiB is refused', async () => {
    const request = toRequest('HTTP write', kit.first);
    const body = `{"x":"${'x'.repeat(1_048_577)}"}`;
    const target = '/api/cache/sync';
    const heard = {
      'HTTP write': await send(kit.first, authorised({ ...request, target, body }, holders.operator)),
    };
    note('GU10', 'a body of more than 1 MiB', heard);

    expect(heard['HTTP write'].status).toBe(413);
  });

  test('[GU3] a body that a form could send is refused', async () => {
    const { headers, ...request } = toRequest('HTTP write', kit.first);
    const plain = headers.filter(([name]) => name !== 'Content-Type');
    const sent: Sent = {
      ...request,
      headers: [...plain, ['Content-Type', 'text/plain']],
      target: '/api/cache/sync',
    };
    const heard = { 'HTTP write': await send(kit.first, authorised(sent, holders.operator)) };
    note('GU3', 'a body that a form could send', heard);

    expect(heard['HTTP write'].status).toBe(415);
  });
});
