/** Brings the schema up to date under an advisory lock, and refuses a database newer than the program (F22). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { z } from 'zod';
import { findPackageRoot } from '../platform/package-root.ts';
import { connect, type ConnectionTarget } from './open.ts';

/** Any number, the same in every version of the program. */
const migrationLock = 4_400_001;

export class DatabaseTooNew extends Error {
  override readonly name = 'DatabaseTooNew';
}

const MigrationJournal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

export async function migrateDatabase(target: ConnectionTarget): Promise<void> {
  const folder = join(findPackageRoot(), 'server/db/migrations');
  const known = MigrationJournal.parse(JSON.parse(readFileSync(join(folder, 'meta/_journal.json'), 'utf8')));
  // A session of its own: the lock belongs to a connection and must not travel through the pool.
  const client = connect(target, { max: 1 });
  try {
    await client`select pg_advisory_lock(${migrationLock})`;
    await refuseNewer(client, Math.max(...known.entries.map((entry) => entry.when)));
    await migrate(drizzle(client), { migrationsFolder: folder });
  } finally {
    await client.end({ timeout: 5 });
  }
}

async function refuseNewer(client: ReturnType<typeof connect>, newestKnown: number): Promise<void> {
  const [table] = await client`select to_regclass('drizzle.__drizzle_migrations') is not null as found`;
  if (table?.found !== true) return;

  const [row] = await client`select max(created_at)::text as newest from drizzle.__drizzle_migrations`;
  if (Number(row?.newest ?? 0) <= newestKnown) return;

  throw new DatabaseTooNew(
    'The database was migrated by a newer version of Syncline. Start that version, or point SYNCLINE_DATA_DIR or DATABASE_URL at another database.',
  );
}
