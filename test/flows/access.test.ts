/** Tokens, sessions, tickets and their ends, on two servers of one database (GU4). */
import { request } from 'node:http';
import postgres from 'postgres';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventPage } from '../../shared/api/events.ts';
import type { Identity, Ticket } from '../../shared/views/access.ts';
import { until } from '../support/until.ts';
import { openAccessKit, owner, type AccessKit, type Asked } from './access-kit.ts';

let kit: AccessKit;
beforeAll(async () => {
  kit = await openAccessKit();
});
afterAll(() => kit[Symbol.asyncDispose]());

const statusOf = async (secret: string | null, path: string, asked?: Asked): Promise<number> => {
  const answer = await kit.ask(secret, path, asked);
  await answer.body?.cancel();
  return answer.status;
};

const projects = '/api/v1/projects';

/** Opens a stream and gathers what it says until it ends. */
async function openStream(url: string, headers: Record<string, string> = {}) {
  const stream = { status: 0, text: '', isEnded: false, close: () => {} };
  await new Promise<void>((resolve, reject) => {
    const asked = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
    stream.close = () => asked.destroy();
    asked.on('error', (failure) => (stream.status === 0 ? reject(failure) : (stream.isEnded = true)));
    asked.on('response', (answer) => {
      stream.status = answer.statusCode ?? 0;
      answer.setEncoding('utf8').on('data', (part: string) => (stream.text += part));
      answer.on('close', () => (stream.isEnded = true));
      resolve();
    });
    asked.end();
  });
  return stream;
}

const cookieOf = (answer: Response): string => answer.headers.get('set-cookie')?.split(';')[0] ?? '';

async function signIn(secret: string, origin?: string): Promise<Response> {
  const headers = origin === undefined ? {} : { origin };
  return await kit.ask(null, '/api/session', { method: 'POST', body: { token: secret }, headers });
}

const takeTicket = async (secret: string): Promise<string> =>
  ((await (await kit.ask(secret, '/api/tickets', { method: 'POST' })).json()) as Ticket).ticket;

describe('[GU4] a named token', () => {
  test('is shown once, carries a prefix, and is stored as a digest only', async () => {
    const { token, secret, isEnforced } = await kit.create('viewer', { name: 'shown-once', days: 7 });

    expect(secret).toMatch(/^syn_[A-Za-z0-9_-]{43}$/);
    expect(isEnforced).toBe(true);
    expect(Date.parse(token.expiresAt ?? '') - Date.parse(token.createdAt)).toBe(7 * 86_400_000);
    const listed = await (await kit.ask(owner, '/api/v1/tokens')).text();
    expect(listed).toContain(token.id);
    expect(listed).not.toContain(secret);
    expect(listed).not.toContain('digest');
  });

  test('counts on every server, and ends on every server', async () => {
    const { token, secret } = await kit.create('viewer');
    await until('the second server knows it', async () =>
      (await statusOf(secret, projects, { at: kit.second })) === 200 ? true : undefined,
    );

    expect((await kit.revoke(token.id)).status).toBe(200);

    expect(await statusOf(secret, projects)).toBe(401);
    await until('the second server has heard', async () =>
      (await statusOf(secret, projects, { at: kit.second })) === 401 ? true : undefined,
    );
    expect((await kit.revoke(token.id)).status).toBe(200);
  });

  test('has a name that is never given twice, in any case of letters', async () => {
    const { token } = await kit.create('viewer', { name: 'deploy-bot' });
    await kit.revoke(token.id);

    for (const name of ['deploy-bot', 'Deploy-Bot']) {
      const body = { name, role: 'admin' };
      expect(await statusOf(owner, '/api/v1/tokens', { method: 'POST', body })).toBe(409);
    }
    const body = { name: 'token', role: 'viewer' };
    expect(await statusOf(owner, '/api/v1/tokens', { method: 'POST', body })).toBe(422);
  });

  test('is remembered in the audit log by its name, never by its secret', async () => {
    const { token, secret } = await kit.create('operator', { name: 'remembered' });
    await kit.revoke(token.id);

    const acts = await until('both acts are written', async () => {
      const answer = await kit.ask(owner, `/api/audit-logs?entity_type=token&limit=100`);
      const text = await answer.text();
      expect(text).not.toContain(secret);
      const { data } = JSON.parse(text) as {
        data: { action_type: string; entity_id: string; details: object }[];
      };
      const own = data.filter(({ entity_id }) => entity_id === token.id);
      return own.length === 2 ? own : undefined;
    });
    expect(acts.map(({ action_type }) => action_type).toSorted()).toEqual(['token_created', 'token_revoked']);
    expect(acts[0]?.details).toMatchObject({ name: 'remembered', role: 'operator', by: 'token' });
  });

  test('is no way to more: its holder can make none', async () => {
    const { secret } = await kit.create('operator');

    const body = { name: 'mine', role: 'admin' };
    expect(await statusOf(secret, '/api/v1/tokens', { method: 'POST', body })).toBe(403);
  });
});

describe('[GU4] a session', () => {
  test('is a cookie that pages cannot read, other sites cannot send, and that is not the token', async () => {
    const { token, secret } = await kit.create('operator');
    const answer = await signIn(secret);
    const set = answer.headers.get('set-cookie') ?? '';

    expect(await answer.json()).toMatchObject({ isRequired: true, role: 'operator', name: token.name });
    expect(set).toMatch(/; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(secret);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const cookie = cookieOf(answer);
    expect(await statusOf(null, projects, { headers: { cookie } })).toBe(200);
    const asIdentity = await kit.ask(null, '/api/session', { headers: { cookie }, at: kit.second });
    expect((await asIdentity.json()) as Identity).toMatchObject({ role: 'operator', name: token.name });
  });

  test('is marked Secure where the page came by TLS', async () => {
    const answer = await signIn(owner, kit.first.replace('http:', 'https:'));

    expect(answer.headers.get('set-cookie')).toMatch(/; Secure$/);
  });

  test('ends with its token, on every server', async () => {
    const { token, secret } = await kit.create('viewer');
    const headers = { cookie: cookieOf(await signIn(secret)) };
    await until('the second server knows it', async () =>
      (await statusOf(null, projects, { headers, at: kit.second })) === 200 ? true : undefined,
    );

    await kit.revoke(token.id);

    expect(await statusOf(null, projects, { headers })).toBe(401);
    await until('the second server has heard', async () =>
      (await statusOf(null, projects, { headers, at: kit.second })) === 401 ? true : undefined,
    );
  });

  test('cannot be made of another: neither a longer life nor another token', async () => {
    const { token: admin } = await kit.create('admin');
    const { secret } = await kit.create('viewer');
    const [name, value = ''] = cookieOf(await signIn(secret)).split('=');
    const [id = '', expiry = '', proof = ''] = value.split('.');

    for (const forged of [
      `${id}.${Number(expiry) + 1}.${proof}`,
      `${admin.id}.${expiry}.${proof}`,
      `token.${expiry}.${proof}`,
      `${id}.${expiry}.${proof.slice(0, -1)}${proof.endsWith('A') ? 'B' : 'A'}`,
      `${id}.${expiry}.`,
      `${id}.1.${proof}`,
    ]) {
      const status = await statusOf(null, projects, { headers: { cookie: `${name}=${forged}` } });
      expect([forged, status]).toEqual([forged, 401]);
    }
  });

  test('is given for a token only', async () => {
    expect((await signIn('syn_nothing')).status).toBe(401);
    expect((await signIn('')).status).toBe(401);
  });

  test('is taken back', async () => {
    const answer = await kit.ask(null, '/api/session', { method: 'DELETE' });

    expect(answer.status).toBe(204);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
  });
});

describe('[GU4] a ticket', () => {
  test('opens one stream, on any server, and no second', async () => {
    const { secret } = await kit.create('viewer');
    const ticket = await takeTicket(secret);

    const stream = await openStream(`${kit.second}/api/events?ticket=${ticket}`);
    expect(stream.status).toBe(200);
    await until('hello', async () => (stream.text.includes('event: hello') ? true : undefined));
    stream.close();
    for (const at of [kit.first, kit.second]) {
      expect((await openStream(`${at}/api/events?ticket=${ticket}`)).status).toBe(401);
    }
  });

  test('used twice at the same moment opens one stream', async () => {
    const ticket = await takeTicket(owner);

    const opened = await Promise.all(
      [kit.first, kit.second, kit.first, kit.second].map((at) =>
        openStream(`${at}/api/events?ticket=${ticket}`),
      ),
    );

    expect(opened.map(({ status }) => status).toSorted()).toEqual([200, 401, 401, 401]);
    for (const stream of opened) stream.close();
  });

  test('opens streams only', async () => {
    const ticket = await takeTicket(owner);

    for (const path of [projects, '/api/events', '/api/session']) {
      const answer = await kit.ask(null, `${path}?ticket=${ticket}`);
      const isStranger = answer.status === 401 || ((await answer.json()) as Identity).role === null;
      expect([path, isStranger]).toEqual([path, true]);
    }
    const stream = await openStream(`${kit.first}/api/events?ticket=${ticket}`);
    expect(stream.status).toBe(200);
    stream.close();
  });

  test('lets a socket in', async () => {
    const ticket = await takeTicket(owner);
    const options = { forceNew: true, reconnection: false, transports: ['websocket'], query: { ticket } };

    const socket = io(kit.first, options);
    await until('it is connected', async () => (socket.connected ? true : undefined));
    const again = io(kit.first, options);
    const refused = await new Promise((resolve) => again.once('connect_error', resolve));

    expect(refused).toBeInstanceOf(Error);
    socket.disconnect();
  });

  test('of a token that has ended meanwhile is worth nothing', async () => {
    const { token, secret } = await kit.create('viewer');
    const ticket = await takeTicket(secret);
    await kit.revoke(token.id);

    expect((await openStream(`${kit.first}/api/events?ticket=${ticket}`)).status).toBe(401);
  });
});

describe('[GU4] revoking a token', () => {
  test('ends its streams on every server, and nobody else’s', async () => {
    const { token, secret } = await kit.create('viewer');
    const other = await kit.create('viewer');
    const bearer = (of: string) => ({ authorization: `Bearer ${of}` });
    const streams = await Promise.all(
      [kit.first, kit.second].map(
        async (at) =>
          await until('the stream is open', async () => {
            const stream = await openStream(`${at}/api/events`, bearer(secret));
            return stream.status === 200 ? stream : undefined;
          }),
      ),
    );
    const bystander = await openStream(`${kit.first}/api/events`, bearer(other.secret));
    const socket = io(kit.first, {
      forceNew: true,
      reconnection: false,
      extraHeaders: bearer(secret),
    });
    const byes: unknown[] = [];
    socket.on('bye', (bye: unknown) => byes.push(bye));
    await new Promise((resolve) => socket.on('connect', () => socket.emit('subscribe', {}, resolve)));
    const held = kit.ask(secret, '/api/events?wait=25');

    await kit.revoke(token.id);

    for (const stream of streams) {
      await until('it is told goodbye', async () => (stream.isEnded ? true : undefined));
      expect(stream.text).toMatch(/event: bye\ndata: \{"reason":"revoked"\}/);
    }
    await until('the socket is told', async () => (byes.length > 0 && !socket.connected ? true : undefined));
    expect(byes).toMatchObject([{ reason: 'revoked' }]);
    await (await held).text();
    expect(bystander.isEnded).toBe(false);
    bystander.close();
  });

  test('reaches a socket that was only connected: it cannot subscribe any more', async () => {
    const { token, secret } = await kit.create('viewer');
    const socket = io(kit.first, {
      forceNew: true,
      reconnection: false,
      extraHeaders: { authorization: `Bearer ${secret}` },
    });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    await kit.revoke(token.id);

    const answer = await socket.emitWithAck('subscribe', {});

    expect(answer).toMatchObject({ ok: false, error: expect.stringContaining('revoked') });
    socket.disconnect();
  });
});

describe('[GU4] the topic audit', () => {
  test('is refused to whoever is no admin, on every transport', async () => {
    const { secret } = await kit.create('operator');
    const headers = { authorization: `Bearer ${secret}` };

    expect(await statusOf(secret, '/api/events?topics=audit')).toBe(403);
    expect((await openStream(`${kit.first}/api/events?topics=watch,audit`, headers)).status).toBe(403);
    const socket = io(kit.first, { forceNew: true, reconnection: false, extraHeaders: headers });
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()));
    expect(await socket.emitWithAck('subscribe', { topics: ['audit'] })).toMatchObject({ ok: false });
    socket.disconnect();
  });

  test('does not leak through all, neither when it is replayed nor live', async () => {
    const { secret } = await kit.create('operator');
    const read = async (of: string) => {
      const answer = await kit.ask(of, '/api/events?after=earliest&limit=1000');
      return ((await answer.json()) as EventPage).events.map(({ type }) => type);
    };
    const stream = await openStream(`${kit.first}/api/events?after=earliest`, {
      authorization: `Bearer ${secret}`,
    });
    const live = await openStream(`${kit.first}/api/events`, { authorization: `Bearer ${owner}` });

    await kit.create('viewer', { name: 'heard-by-admins' });

    await until('an admin hears it live', async () =>
      live.text.includes('heard-by-admins') ? true : undefined,
    );
    expect(await read(owner)).toContain('token:created');
    expect(await read(secret)).not.toContain('token:created');
    expect(await read(secret)).not.toContain('audit:recorded');
    expect(stream.text).not.toMatch(/token:created|audit:recorded/);
    for (const open of [stream, live]) open.close();
  });
});

test('[GU4] an expired token ends like a revoked one', async () => {
  const { token, secret } = await kit.create('viewer', { name: 'short-lived', days: 1 });
  const stream = await openStream(`${kit.first}/api/events`, { authorization: `Bearer ${secret}` });
  const sql = postgres(kit.databaseUrl, { max: 1, onnotice: () => undefined });
  await sql`update access_tokens set expires_at = now() + interval '1 second' where id = ${token.id}`;
  await sql.end();
  // Any token that comes or goes makes the servers read them all again.
  await kit.create('viewer');

  await until('its stream ends', async () => (stream.isEnded ? true : undefined));

  expect(stream.text).toContain('"reason":"revoked"');
  expect(await statusOf(secret, projects)).toBe(401);
});
