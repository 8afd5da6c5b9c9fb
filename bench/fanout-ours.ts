/** Our side of the fan-out benchmarks: journal, delivery and transports as the server opens them, on a database of its own. */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { openJournal, type Journal } from '../server/core/journal.ts';
import { openEmbeddedPostgres } from '../server/db/embedded-postgres.ts';
import { migrateDatabase } from '../server/db/migrate.ts';
import { openDatabase } from '../server/db/open.ts';
import { openDelivery } from '../server/delivery/delivery.ts';
import { createEventsHandler } from '../server/delivery/events-handler.ts';
import type { DeliverySettings } from '../server/delivery/settings.ts';
import { openSocketServer } from '../server/delivery/socket.ts';
import { createErrorHandler } from '../server/http/errors.ts';
import type { HttpEnv } from '../server/http/http-env.ts';
import { securityHeaders } from '../server/http/security-headers.ts';
import { localVisitor } from '../server/http/visitor.ts';
import { systemClock } from '../server/platform/clock.ts';
import { createLogger } from '../server/platform/logger.ts';
import type { EventDraft } from '../shared/events/index.ts';
import { toSlug } from './fanout-event.ts';
import { settingsOf } from './fanout-part.ts';
import { serveSpeaker } from './fanout-speaker.ts';

const dataDir = await mkdtemp(join(tmpdir(), 'syncline-fanout-'));
await chmod(dataDir, 0o755);
const postgres = await openEmbeddedPostgres({ dataDir, signal: new AbortController().signal });
await migrateDatabase(postgres.connection);
const database = openDatabase(postgres.connection);
const log = createLogger('error');

const toDraft = (stampUs: number): EventDraft => ({
  type: 'project:removed',
  projectId: null,
  operationId: null,
  topic: ['project:atlas'],
  data: { slug: toSlug(stampUs) },
});

/** What is served: opened anew when the journal was filled from outside. */
async function serve() {
  const journal = await openJournal(database.db, systemClock);
  const settings = { maxStreams: 20_000, ...settingsOf<Partial<DeliverySettings>>() };
  const delivery = openDelivery({ journal, clock: systemClock, log, settings });
  const handle = createEventsHandler(delivery);
  const app = new Hono<HttpEnv>();
  app.use(async (c, next) => {
    c.set('requestId', 'bench');
    c.set('visitor', localVisitor);
    c.set('actor', localVisitor.actor);
    await next();
  });
  app.onError(createErrorHandler(log));
  app.use(securityHeaders);
  app.get('/api/events', (c) => handle(c));
  const listener = getRequestListener(app.fetch);
  const server = createServer((request, response) => void listener(request, response));
  openSocketServer({ httpServer: server, delivery, admit: { handshake: () => localVisitor } });
  await new Promise<void>((resolve) => server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, resolve));
  return { journal, delivery, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Events that nobody was there to hear, written past the journal's own speed. */
async function fill({ count }: { count: number }): Promise<{ url: string; epoch: string; head: number }> {
  const { client } = database;
  const [state] = await client<{ head: string }[]>`select head from journal_state`;
  const head = Number(state?.head ?? 0);
  await client`
    insert into journal (seq, type, at, topic, data)
    select ${head}::bigint + n, 'project:removed', now(), array['project:atlas'],
      jsonb_build_object('slug', 't' || lpad(n::text, 16, '0') || repeat('x', 86))
    from generate_series(1, ${count}::bigint) n`;
  await client`update journal_state set head = ${head + count}`;
  await client`vacuum analyze journal`;
  running = await serve();
  return { url: running.url, epoch: running.journal.epoch, head: head + count };
}

/** The floor of a replay: all of it in one statement, as the driver gives its rows. */
async function select(): Promise<number> {
  let count = 0;
  await database.client`select * from journal order by seq`.cursor(
    1000,
    (rows) => void (count += rows.length),
  );
  return count;
}

const speakAll = async (journal: Journal, stamps: readonly number[]) => {
  await Promise.all(stamps.map((stampUs) => journal.append([toDraft(stampUs)])));
};

/** What waits in memory for those who do not take it. */
function readQueued(): number {
  let sum = 0;
  for (const subscriber of running.delivery.subscribers.all) sum += subscriber.queuedBytes();
  return sum;
}

let running = await serve();
serveSpeaker({
  url: running.url,
  publish: (stamps) => speakAll(running.journal, stamps),
  answers: {
    fill,
    select,
    tally: () => ({
      ...running.delivery.subscribers.tally,
      rss: process.memoryUsage.rss(),
      queued: readQueued(),
    }),
  },
  async end() {
    await running.delivery[Symbol.asyncDispose]();
    await database[Symbol.asyncDispose]();
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  },
});
