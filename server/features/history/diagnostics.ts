/** Whether history and audit log can be written, told even where nothing else can be (HI9). */
import { sql } from 'drizzle-orm';
import { toTimestamp } from '../../../shared/ids.ts';
import type { HistoryDiagnostics } from '../../../shared/views/history.ts';
import type { Db } from '../../db/open.ts';
import { messageOf, sqlStateOf } from '../../db/database-failure.ts';
import type { HistoryMemory } from './history.ts';

type TableHealth = HistoryDiagnostics['database']['tables']['audit_logs'];

export interface Diagnosis {
  readonly success: boolean;
  readonly data: HistoryDiagnostics;
  readonly message: string;
}

export async function diagnose(db: Db, history: HistoryMemory, now: Date): Promise<Diagnosis> {
  const connected = await db.execute(sql`select 1`).then(
    () => true,
    () => false, // said by the answer
  );
  const [sync_history, sync_history_items, audit_logs] = await Promise.all([
    look(db, 'sync_history'),
    look(db, 'sync_history_items'),
    look(db, 'audit_logs'),
  ]);
  const tables = { sync_history, sync_history_items, audit_logs };
  const { history: syncHistoryStorage, audit: auditLogStorage } = history.health();
  const areWorking = syncHistoryStorage.working && auditLogStorage.working;
  const success = connected && areWorking && Object.values(tables).every(({ accessible }) => accessible);
  return {
    success,
    data: {
      timestamp: toTimestamp(now),
      database: { connected, tables },
      services: { syncHistoryStorage, auditLogStorage },
    },
    message: success
      ? 'History and audit log are written'
      : 'History or audit log cannot be written; what is missed is kept and written later',
  };
}

async function look(db: Db, table: string): Promise<TableHealth> {
  try {
    const [row] = await db.execute<{ count: number }>(
      sql`select count(*)::integer as count from ${sql.raw(table)}`,
    );
    return { exists: true, accessible: true, error: null, count: row?.count ?? 0 };
  } catch (failure) {
    // A part of the answer, not a failure of it.
    return { exists: sqlStateOf(failure) !== '42P01', accessible: false, error: messageOf(failure) };
  }
}
