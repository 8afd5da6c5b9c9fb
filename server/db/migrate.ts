/** Brings the schema up to date under an advisory lock, and refuses a database newer than the program (F22). */
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { migrationsFolder, readMigrations, readSchemaVersion, type Statements } from './migrations.ts';
import { connect, type ConnectionTarget } from './open.ts';

/** Any number, the same in every version of the program. */
export const migrationLock = 4_400_001;

export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew';
}

/** All that are missing commit together: one that is interrupted leaves the schema as it was. */
export async function migrateDatabase(target: ConnectionTarget): Promise<void> {
  // A session of its own: the lock belongs to a connection and must not travel through the pool.
  const client = connect(target, { max: 1 });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await refuseNewer(client);
    await migrate(drizzle(client), { migrationsFolder: migrationsFolder() });
  } finally {
    await client.end({ timeout: 5 });
  }
}

export async function refuseNewer(client: Statements): Promise<void> {
  const newestKnown = readMigrations().at(-1)?.when ?? 0;
  if (((await readSchemaVersion(client)) ?? 0) <= newestKnown) return;

  throw new DatabaseTooNew(
    'The database was migrated by a newer version of Syncline. Start that version, or point SYNCLINE_DATA_DIR or DATABASE_URL at another database.',
  );
}
