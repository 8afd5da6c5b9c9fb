/** The routes of connections behind the real guard, over a database of their own, with services that answer as told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Hono } from 'hono';
import { AppError } from '../../shared/failure.ts';
import type { ConnectionKind } from '../../shared/views/connection.ts';
import type { AuditAct } from '../../server/core/audit-act.ts';
import { openJournal } from '../../server/core/journal.ts';
import { migrateDatabase } from '../../server/db/migrate.ts';
import { openDatabase, type Database } from '../../server/db/open.ts';
import type { Verdict } from '../../server/features/connections/connection.ts';
import { ConnectionCommands } from '../../server/features/connections/connection-commands.ts';
import { ConnectionDirectory } from '../../server/features/connections/connection-directory.ts';
import { mountConnections } from '../../server/features/connections/connections-routes.ts';
import {
  createEnvironmentConnection,
  type EnvironmentSettings,
} from '../../server/features/connections/environment-connection.ts';
import { createErrorHandler } from '../../server/http/errors.ts';
import { Gate } from '../../server/http/gate.ts';
import { createGuard } from '../../server/http/guard.ts';
import type { HttpEnv } from '../../server/http/http-env.ts';
import { openSealedSecrets } from '../../server/platform/sealed-secrets.ts';
import { createTestDatabase } from '../support/database.ts';

/** What a service was shown; `label` is the organisation of either kind. */
export interface Shown {
  readonly kind: ConnectionKind;
  readonly token: string;
  readonly apiHost: string;
  readonly label: string | null;
}

export interface KindUnderTest {
  readonly kind: ConnectionKind;
  readonly tokenField: string;
  readonly labelField: string;
  /** A body that is enough. */
  readonly least: Readonly<Record<string, unknown>>;
  readonly defaultHost: string;
  /** What the service says of those who may enter. */
  readonly facts: object;
}

export const kinds: readonly KindUnderTest[] = [
  {
    kind: 'ardoq',
    tokenField: 'apiToken',
    labelField: 'orgLabel',
    least: { name: 'Reading', apiToken: 'reading-token' },
    defaultHost: 'https://app.ardoq.com',
    facts: { user: { email: 'ada@example.org' }, organization: { label: 'tide', name: 'Tide' } },
  },
  {
    kind: 'azure-devops',
    tokenField: 'patToken',
    labelField: 'organization',
    least: { name: 'Boards', patToken: 'boards-token', organization: 'tide' },
    defaultHost: 'https://dev.azure.com',
    facts: { projects: [{ id: 'p-1', name: 'Harbour' }], projectCount: 1 },
  },
];

export interface Answer {
  readonly status: number;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers as a client without types does
  readonly body: any;
}

export interface ConnectionsKit extends AsyncDisposable {
  readonly database: Database;
  readonly directory: ConnectionDirectory;
  readonly acts: AuditAct[];
  /** Ids whose clients were to be dropped. */
  readonly dropped: string[];
  readonly shown: Shown[];
  readonly inUse: Set<string>;
  /** Everything that was logged, as text. */
  readonly logged: string[];
  /** How the services answer; a failure that is thrown is one too. */
  answerWith(answer: (shown: Shown) => Verdict | Promise<Verdict>): void;
  request(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Adds one and gives its id. */
  add(kind: KindUnderTest, fields?: object): Promise<string>;
  /** Another server on the same database. */
  restart(settings: KitSettings): void;
  allRows(): Promise<string>;
}

export interface KitSettings {
  readonly key?: string;
  readonly previousKey?: string;
  readonly environment?: EnvironmentSettings;
}

export const keys = {
  first: '11'.repeat(32),
  second: Buffer.alloc(32, 7).toString('base64'),
} as const;

export const origin = { ip: '127.0.0.1', userAgent: 'vitest' };

export async function openConnections(settings: KitSettings = {}): Promise<ConnectionsKit> {
  const test = await createTestDatabase();
  await migrateDatabase(test.url);
  const database = openDatabase(test.url, { max: 4 });
  const { db } = database;
  const dataDir = await mkdtemp(join(tmpdir(), 'syncline-data-'));
  const startMs = Date.parse('2026-11-21T10:00:00.000Z');
  let ticks = 0;
  // Every look at the clock is a millisecond later: newest first is then an order.
  const clock = { now: () => new Date(startMs + ticks++), monotonicMs: () => ticks };
  const journal = await openJournal(db, clock);
  const record = {
    acts: [] as AuditAct[],
    dropped: [] as string[],
    shown: [] as Shown[],
    logged: [] as string[],
  };
  const inUse = new Set<string>();
  let answer: (shown: Shown) => Verdict | Promise<Verdict> = ({ kind }) => passed(kind);
  const ask = async (shown: Shown): Promise<Verdict> => {
    record.shown.push(shown);
    return await answer(shown);
  };
  const note = (fields: object, message?: string) =>
    void record.logged.push(`${message ?? ''} ${inspect(fields, { depth: 10, showHidden: true })}`);
  const log = { error: note, warn: note, info: note, debug: note };

  const createApp = ({ key = keys.first, previousKey, environment = {} }: KitSettings) => {
    const parts = {
      db,
      clock,
      secrets: openSealedSecrets({ key, previousKey: previousKey ?? null, dataDir }),
      environment: createEnvironmentConnection(environment, { startedAt: new Date(startMs) }),
    };
    const directory = new ConnectionDirectory(parts);
    const commands = new ConnectionCommands({
      ...parts,
      directory,
      askService: {
        ardoq: ({ token, apiHost, orgLabel }) => ask({ kind: 'ardoq', token, apiHost, label: orgLabel }),
        'azure-devops': ({ token, apiHost, organization }) =>
          ask({ kind: 'azure-devops', token, apiHost, label: organization }),
      },
      checkHost(url) {
        if (url.includes('evil'))
          throw new AppError('HOST_NOT_ALLOWED', `The host ${url} may not be called.`);
      },
      recordAct: (act) => void record.acts.push(act),
      dropClients: (id) => void record.dropped.push(id),
      isInUse: async (_tx, id) => inUse.has(id),
      publicUrl: () => 'http://syncline.example/',
    });
    const app = new Hono<HttpEnv>({ strict: false });
    app.onError(createErrorHandler(log));
    app.use(async (c, next) => {
      c.set('origin', origin);
      c.set('requestId', 'request');
      await next();
    });
    app.use(
      createGuard(
        new Gate({
          settings: { hosts: ['localhost'], origins: [], token: null },
          readAddress: () => null,
        }),
        () => 'viewer',
      ),
    );
    mountConnections({ app, db, journal, maxBodyBytes: 1_048_576 }, { directory, commands });
    return { app, directory };
  };
  let running = createApp(settings);

  const kit: ConnectionsKit = {
    database,
    ...record,
    inUse,
    get directory() {
      return running.directory;
    },
    answerWith(next) {
      answer = next;
    },
    async request(method, path, body, headers = {}) {
      const sent = { host: 'localhost', ...(body && { 'content-type': 'application/json' }), ...headers };
      const response = await running.app.request(
        path,
        { method, headers: sent, ...(body && { body: JSON.stringify(body) }) },
        { incoming: { headers: sent } },
      );
      const text = await response.text();
      return { status: response.status, text, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    },
    async add({ kind, least }, fields = {}) {
      const { status, body } = await kit.request('POST', `/api/${kind}/configurations`, {
        ...least,
        ...fields,
      });
      if (status !== 201) throw new Error(`Not added: ${JSON.stringify(body)}`);
      return body.data.configuration.id as string;
    },
    restart(next) {
      running = createApp(next);
    },
    async allRows() {
      const { client } = database;
      const tables = await client<{ name: string }[]>`
        select table_name as name from information_schema.tables where table_schema = 'public'`;
      const dumps = await Promise.all(
        tables.map(({ name }) => client.unsafe(`select to_jsonb(t)::text as row from "${name}" t`)),
      );
      return JSON.stringify(dumps);
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await test.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return kit;
}

export const passed = (kind: ConnectionKind): Verdict => ({
  passed: true,
  facts: { ...kinds.find((one) => one.kind === kind)?.facts },
});
