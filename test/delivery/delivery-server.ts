/** A journal on a real database, behind real HTTP and real sockets, on a clock that the test owns. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { openJournal, type Journal } from '../../server/core/journal.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Db } from '../../server/db/open.ts';
import { openDelivery, type Delivery } from '../../server/delivery/delivery.ts';
import { createEventsHandler, type Narrowing } from '../../server/delivery/events-handler.ts';
import type { DeliverySettings } from '../../server/delivery/settings.ts';
import { createSocketAdmission } from '../../server/delivery/socket-admission.ts';
import { openSocketServer } from '../../server/delivery/socket.ts';
import { tickMs } from '../../server/delivery/subscribers.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import { Gate, type GuardSettings } from '../../server/http/gate.ts';
import { createGuard } from '../../server/http/guard.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { securityHeaders } from '../../server/http/security-headers.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { Disposer } from '../../server/platform/disposer.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { createTestDatabase } from '../support/database.ts';

export interface DeliveryServer extends AsyncDisposable {
  readonly url: string;
  readonly db: Db;
  readonly journal: Journal;
  readonly delivery: Delivery;
  /** What `/narrowed` shows. */
  narrowing: Narrowing;
  /** Time passes for streams and polls; nothing else does. */
  advance(ms: number): Promise<void>;
  /** Hangs up, and serves the same journal again under the same address. */
  restart(): Promise<void>;
}

export interface DeliveryServerOptions {
  readonly settings?: Partial<DeliverySettings>;
  /** Stands between the journal and its readers. */
  readonly wrap?: (journal: Journal) => Journal;
  readonly guard?: Partial<GuardSettings>;
  /** Appended before the journal that is served was opened: none of it is in memory. */
  readonly before?: (journal: Journal) => Promise<void>;
}

export async function startDeliveryServer(options: DeliveryServerOptions = {}): Promise<DeliveryServer> {
  const disposer = new Disposer();
  const database = await createTestDatabase();
  disposer.defer(() => database.drop());
  await migrateDatabase(database.url);
  const { db } = disposer.use(openDatabase(database.url));
  await options.before?.(await openJournal(db, systemClock));

  let nowMs = 0;
  const clock = { monotonicMs: () => nowMs };
  const open = async (port: number) => {
    const journal = await openJournal(db, systemClock);
    return { journal, ...(await serve(options.wrap?.(journal) ?? journal, clock, options, server, port)) };
  };
  const server: DeliveryServer = {
    get url() {
      return `http://127.0.0.1:${running.port}`;
    },
    db,
    get journal() {
      return running.journal;
    },
    get delivery() {
      return running.delivery;
    },
    narrowing: { topic: 'audit', firstSeq: null },
    async advance(ms) {
      const endMs = nowMs + ms;
      while (nowMs < endMs) {
        nowMs = Math.min(endMs, nowMs + tickMs);
        running.delivery.subscribers.tick();
        // What was written leaves in between, as it does when time passes by itself.
        await nextTurn();
      }
    },
    async restart() {
      const { port } = running;
      await running.close();
      running = await open(port);
    },
    async [Symbol.asyncDispose]() {
      await running.close();
      await disposer[Symbol.asyncDispose]();
    },
  };
  let running = await open(0);
  return server;
}

async function serve(
  journal: Journal,
  clock: Delivery['clock'],
  options: DeliveryServerOptions,
  server: DeliveryServer,
  port: number,
) {
  const log = createLogger('silent');
  const gate = new Gate({ settings: { hosts: ['127.0.0.1'], origins: [], token: null, ...options.guard } });
  const delivery = openDelivery({ journal, clock, log, settings: options.settings ?? {} });
  const handle = createEventsHandler(delivery);
  const app = new Hono<HttpEnv>();
  app.use((c, next) => (c.set('requestId', 'r-1'), c.header('X-Request-Id', 'r-1'), next()));
  app.onError(createErrorHandler(log));
  app.use(securityHeaders);
  app.use(createGuard(gate, () => 'viewer'));
  app.get('/api/events', (c) => handle(c));
  app.get('/narrowed', (c) => handle(c, server.narrowing));
  const listener = getRequestListener(app.fetch);
  const http = createServer((request, response) => void listener(request, response));
  const sockets = openSocketServer({
    httpServer: http,
    delivery,
    admit: createSocketAdmission(gate),
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  return {
    delivery,
    port: (http.address() as AddressInfo).port,
    async close() {
      await delivery[Symbol.asyncDispose]();
      await sockets[Symbol.asyncDispose]();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
