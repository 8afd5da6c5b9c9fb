/** Hears that other servers of the database have appended: a wake-up only, with a slow look as fallback. */
import type { Database } from '../db/open.ts';
import type { Logger } from '../platform/logger.ts';
import type { Journal } from './journal.ts';
import { journalChannel } from './journal-rows.ts';

export interface ListenerTiming {
  /** When the notification does not come: its connection may be down without anybody noticing. */
  readonly lookMs: number;
  /** So many times in a row that a look still waits for its answer, and all connections are taken for lost. */
  readonly hungLooks: number;
}

const usual: ListenerTiming = { lookMs: 1000, hungLooks: 30 };

export async function openListener(
  { client, dropConnections }: Pick<Database, 'client' | 'dropConnections'>,
  journal: Pick<Journal, 'catchUp'>,
  log: Logger,
  { lookMs, hungLooks }: ListenerTiming = usual,
): Promise<AsyncDisposable> {
  const look = (writer?: string): Promise<void> =>
    journal
      .catchUp(writer)
      .catch((failure: unknown) => log.debug({ err: failure }, 'The journal could not be read'));
  const listening = await client.listen(
    journalChannel,
    (writer) => void look(writer),
    () => void look(),
  );

  let isLooking = false;
  let hung = 0;
  // Counted in looks, not in time: after a pause of the whole machine the answer may be there already.
  const timer = setInterval(() => {
    if (isLooking) {
      hung += 1;
      if (hung === hungLooks) letGo();
      return;
    }
    isLooking = true;
    hung = 0;
    void look().finally(() => (isLooking = false));
  }, lookMs);
  timer.unref();

  /** A host that went away without a word is noticed by nobody else for a quarter of an hour (F11). */
  function letGo(): void {
    hung = 0;
    const seconds = (lookMs * hungLooks) / 1000;
    log.warn({ seconds }, 'The database has not answered; all connections to it are opened anew.');
    void dropConnections();
  }

  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await listening
        .unlisten()
        .catch((failure: unknown) => log.debug({ err: failure }, 'Not listening any more'));
    },
  };
}
