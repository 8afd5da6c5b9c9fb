/** What went wrong with a statement: the connection, the tables, or what was to be written. */

/** Drizzle wraps what the driver throws. */
export function sqlStateOf(failure: unknown): string | null {
  return codeOf(failure) ?? (failure instanceof Error ? codeOf(failure.cause) : null);
}

/** The driver's words for a connection that is gone, and Postgres' for a server that is stopping. */
export function isConnectionLoss(failure: unknown): boolean {
  return /^(CONNECTION_|CONNECT_|ECONN|ENOENT|EPIPE|57P0|08)/.test(sqlStateOf(failure) ?? '');
}

/** Deadlocks, a full or read-only disk, a server that stops: the same write may be taken a moment later (F10, F11). */
export function isTransient(failure: unknown): boolean {
  return isConnectionLoss(failure) || /^(40|53|55P03|25006)/.test(sqlStateOf(failure) ?? '');
}

export type WriteRefusal = 'full' | 'read-only';

/** Why the database takes no writes at all, whatever they are; null when that is not what this failure says (F10). */
export function toWriteRefusal(failure: unknown): WriteRefusal | null {
  const state = sqlStateOf(failure);
  if (state === '53100') return 'full';
  return state === '25006' ? 'read-only' : null;
}

/** The database refuses these very rows; the same statement will never be taken. */
export function isRowsFault(failure: unknown): boolean {
  const state = sqlStateOf(failure);
  return state !== null && /^(22|23)/.test(state) && state !== '23503';
}

/** Tables that are gone, locked away or without rights, a database that is full, read-only or away (HI9). */
export function isOutOfReach(failure: unknown): boolean {
  const state = sqlStateOf(failure);
  return (
    state !== null && /^(42P01|42703|42501|3F000|25006|53|55P03|57|08|CONNECT|ECONN|ENOENT|EPIPE)/.test(state)
  );
}

/** The database's own words say more than the query. */
export function messageOf(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return failure.cause instanceof Error ? failure.cause.message : failure.message;
}

function codeOf(failure: unknown): string | null {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return null;
  return typeof failure.code === 'string' ? failure.code : null;
}
