/** A pool of connections to Postgres, with drizzle over it. */
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

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
}

export function connect(target: ConnectionTarget, options: { max: number }): postgres.Sql {
  const common = {
    max: options.max,
    onnotice: () => {},
    connect_timeout: 10,
    connection: { application_name: 'syncline', TimeZone: 'UTC' },
  };
  return typeof target === 'string' ? postgres(target, common) : postgres({ ...target, ...common });
}

export function openDatabase(target: ConnectionTarget, { max = 10 } = {}): Database {
  const client = connect(target, { max });
  const db = drizzle(client);
  return {
    db,
    client,
    target,
    async [Symbol.asyncDispose]() {
      await client.end({ timeout: 5 });
    },
  };
}
