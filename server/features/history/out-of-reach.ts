/** What is answered while the tables of history are out of reach (HI9). */
import type { Context } from 'hono';
import { toEventId } from '../../../shared/ids.ts';
import { AppError } from '../../../shared/failure.ts';
import type { HttpEnv } from '../../http/http-env.ts';
import type { HttpKit } from '../../http/serve-route.ts';
import { isOutOfReach } from '../../db/database-failure.ts';
import type { HistoryMemory } from './history.ts';

const retryAfterS = 5;

/** Runs a reading of the tables; that they are away is not the program's fault. */
export async function reach<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (failure) {
    throw isOutOfReach(failure) ? unavailable(failure) : failure;
  }
}

function unavailable(cause: unknown): AppError {
  return new AppError(
    'HISTORY_UNAVAILABLE',
    'History cannot be read at the moment; try again in a few seconds.',
    {
      cause,
      headers: { 'Retry-After': String(retryAfterS) },
    },
  );
}

const recordPath = /^\/api\/sync-history\/([0-9a-fA-F-]{36})\/?$/;

/** Also where the database itself is away, before anything could be read. */
export function mountOutOfReach({ app, journal }: HttpKit, history: HistoryMemory): void {
  const answer = async (c: Context<HttpEnv>, next: () => Promise<void>): Promise<void> => {
    await next();
    if (c.error === undefined || c.res.status !== 503 || c.req.method !== 'GET') return;
    const [, id] = recordPath.exec(c.req.path) ?? [];
    const record = id === undefined ? null : history.findBuffered(id.toLowerCase());
    // What the guard and others have said of the answer stays.
    const headers = new Headers(c.res.headers);
    c.res = undefined;
    if (record === null) {
      headers.set('Retry-After', String(retryAfterS));
      c.res = Response.json(toFailure(), { status: 503, headers });
      return;
    }
    headers.delete('Retry-After');
    headers.set('Sync-History', 'buffered');
    headers.set('Sync-Head', toEventId(journal.epoch, journal.head()));
    headers.set('Cache-Control', 'no-store');
    c.res = Response.json({ success: true, data: record }, { status: 200, headers });
  };
  for (const path of [
    '/api/sync-history',
    '/api/sync-history/stats',
    '/api/sync-history/:id',
    '/api/sync-history/:id/items',
    '/api/audit-logs',
    '/api/audit-logs/*',
  ])
    app.use(path, answer);
}

function toFailure() {
  const { message, code } = unavailable(undefined);
  return { success: false, error: message, code };
}
