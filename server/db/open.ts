/** A pool of connections to Postgres, with drizzle over it. */
import { makePgArray, parsePgArray } from 'drizzle-orm/pg-core/utils/array';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { createLines, type OpenLine } from './lines.ts';
import { prepareStatements } from './prepared.ts';

export type Db = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Db['transaction']>[0]>[0];
/** Whatever can run a query: the pool or an open transaction. */
export type Queryable = Db | Transaction;

export type ConnectionTarget = string | postgres.Options<Record<string, postgres.PostgresType>>;

export interface Database extends AsyncDisposable {
  readonly db: Db;
  /** The driver itself: LISTEN, and probes on a connection of their own. */
  readonly client: postgres.Sql;
  readonly target: ConnectionTarget;
  /** Cuts every connection: what is under way on them fails, and the next query opens new ones. */
  dropConnections(): Promise<void>;
}

/** `text[]`, the only array type of our tables; drizzle hands its own columns over as text already. */
const textArray = {
  to: 1009,
  from: [1009],
  serialize: (value: string | string[]) => (typeof value === 'string' ? value : makePgArray(value)),
  parse: (text: string) => parsePgArray(text) as string[],
};

/** `openLine`: instead of the driver's own sockets; `name`: what the database calls the session. */
export function connect(
  target: ConnectionTarget,
  options: { max: number; openLine?: OpenLine; name?: string | undefined },
): postgres.Sql {
  const common = {
    max: options.max,
    onnotice: () => {},
    connect_timeout: 10,
    // Who waits for a database that is back waits no longer than this; the driver's own would be twenty seconds (F11).
    backoff: (tries: number) => Math.min(3 ** tries / 100, 1) * (0.5 + Math.random() / 2),
    // The driver's own query for array types rejects unhandled when its connection is cut, which ends the process.
    fetch_types: false,
    types: { textArray },
    connection: { application_name: options.name ?? 'syncline', TimeZone: 'UTC' },
    ...(options.openLine === undefined ? {} : { socket: options.openLine }),
  };
  return typeof target === 'string' ? postgres(target, common) : postgres({ ...target, ...common });
}

/** `name`: what the database calls its sessions. */
export function openDatabase(
  target: ConnectionTarget,
  { max = 10, name }: { max?: number; name?: string } = {},
): Database {
  const lines = createLines();
  const client = connect(target, { max, name, openLine: lines.open });
  prepareStatements(client);
  const db = drizzle(client);
  return {
    db,
    client,
    target,
    dropConnections: () => lines.cut(),
    async [Symbol.asyncDispose]() {
      await client.end({ timeout: 5 });
    },
  };
}
