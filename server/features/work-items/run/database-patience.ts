/** A push whose database is away sends nothing more and waits for it, but not for ever (RC8, F11). */
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import { isTransient } from '../../../db/database-failure.ts';
import { PushFailure } from './push-failure.ts';
import type { PushParts } from './push-parts.ts';

type Work<T> = Parameters<OperationContext<StoredOperation>['conclude']>[0] extends (
  ...args: infer A
) => Promise<unknown>
  ? (...args: A) => Promise<T>
  : never;

/** Writes what has happened; must change nothing when a commit whose answer was lost is made again. */
export async function writeWithPatience<T>(
  context: Pick<OperationContext<StoredOperation>, 'conclude' | 'say'>,
  { clock, log, timing }: Pick<PushParts, 'clock' | 'log' | 'timing'>,
  work: Work<T>,
): Promise<T> {
  const startedMs = clock.monotonicMs();
  for (let waitMs = timing.databaseRetryMs; ; waitMs = Math.min(waitMs * 2, timing.databaseRetryMostMs)) {
    try {
      return await context.conclude(work);
    } catch (failure) {
      if (!isTransient(failure)) throw failure;
      if (clock.monotonicMs() - startedMs + waitMs > timing.databasePatienceMs) {
        throw new PushFailure('DATABASE_UNAVAILABLE', 'The database was away for too long; push again.', {
          cause: failure,
        });
      }
      log.warn({ err: failure }, 'A push waits for its database');
      context.say('Waiting for the database');
      // Not cut by a cancel: what has happened outside must be written down, and only the database can end this.
      await timing.wait(waitMs);
    }
  }
}
