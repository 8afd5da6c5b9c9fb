/** The disk of the database is full, or the database is read-only: writing pauses, reading goes on, nothing is lost (F10). */
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Health } from '../../../shared/views/status.ts';
import { until } from '../../support/until.ts';
import {
  faces,
  fillDisk,
  followWithSdk,
  listen,
  namesIn,
  openOutageKit,
  type Face,
  type OutageKit,
  type SdkReader,
} from './outage-kit.ts';

let kit: OutageKit;

beforeEach(async () => {
  kit = await openOutageKit();
});
afterEach(async () => {
  await kit[Symbol.asyncDispose]();
});

/** As whoever runs the database does it; sessions that began so stay so. */
const lockUp = async () => {
  const [row] = await kit.sql<{ name: string }[]>`select current_database() as name`;
  const others = () =>
    kit.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name like 'syncline%'`;
  await kit.sql.unsafe(`alter database ${row!.name} set default_transaction_read_only = on`);
  await others();
  return async () => {
    await kit.sql.unsafe(`alter database ${row!.name} reset default_transaction_read_only`);
  };
};

const health = () => kit.server.json<Health>('/api/health');

describe.each([
  ['full', () => fillDisk(kit.sql)],
  ['read-only', lockUp],
])('while the database is %s', (_, refuse) => {
  test('[F10] writes are 503 with Retry-After, reading goes on, health and streams say so, and it ends by itself', async () => {
    const wire = await listen(kit.server.url);
    const socket = await subscribe(kit.server.url);
    const readers = (Object.keys(faces) as Face[]).map((face) => followWithSdk(kit.server.url, { face }));
    await until('all are live', () => readers.every((reader) => reader.state().state === 'live'));
    await kit.write();

    const mend = await refuse();
    const refused = await until('a write is refused', async () => {
      const answer = await kit.write();
      return answer.status === 503 ? answer : undefined;
    });
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await refused.json()).toMatchObject({ error: { code: 'UNAVAILABLE' } });

    expect(
      await until('health says so', async () =>
        (await health()).status === 'degraded' ? health() : undefined,
      ),
    ).toMatchObject({
      db: 'connected',
      degraded: [{ code: 'ingestion_paused', remedy: expect.any(String) }],
    });
    expect((await kit.server.request('GET', '/readyz')).status).toBe(200);
    expect(await (await kit.server.request('GET', '/metrics')).text()).toMatch(/^syncline_writes_paused 1$/m);
    expect((await kit.server.request('GET', `/api/v1/projects/${kit.slug}`)).status).toBe(200);
    const later = await listen(kit.server.url);
    await until(
      'streams say so',
      () => wire.text().includes('\n: degraded ') || later.text().includes('\n: degraded '),
    );
    await until('a stream that comes later is told too', () => later.text().includes('\n: degraded '));
    await until('sockets say so', () => socket.told.includes('degraded'));
    await until('readers of every kind know', () => readers.every((reader) => troubleOf(reader) !== null));
    const page = await kit.server.request('GET', '/api/events');
    expect([page.status, page.headers.get('sync-degraded')]).toEqual([200, expect.any(String)]);

    await mend();
    await until('a write is taken', async () => (await kit.write()).ok);
    expect(await health()).toMatchObject({ status: 'ok', degraded: [] });
    await until('streams are told of the end', () => later.text().includes('\n: recovered\n'));
    await until('so are readers of every kind', () => readers.every((reader) => troubleOf(reader) === null));
    for (const reader of readers) {
      await until('all of it has come', () => namesIn(reader.events).at(-1) === kit.acknowledged.at(-1));
      expect(namesIn(reader.events)).toEqual(kit.acknowledged);
      expect(reader.resets).toEqual([]);
      reader[Symbol.dispose]();
    }
    socket.close();
    wire.close();
    later.close();
  });
});

function troubleOf(reader: SdkReader): string | null {
  const state = reader.state();
  return state.state === 'live' ? state.trouble : null;
}

async function subscribe(url: string) {
  const told: string[] = [];
  const socket: Socket = io(url, { transports: ['websocket'], forceNew: true });
  // Again after every reconnect.
  socket.on('connect', () => socket.emit('subscribe', { topics: ['all'] }, () => told.push('subscribed')));
  socket.on('degraded', () => told.push('degraded'));
  await until('a socket is subscribed', () => told.includes('subscribed'));
  return { told, close: () => void socket.disconnect() };
}
