/** Hears that other servers of the database have appended: a wake-up only, with a slow look as fallback. */
import type { Database } from '../db/open.ts';
import type { Logger } from '../platform/logger.ts';
import type { Journal } from './journal.ts';
import { journalChannel } from './journal-rows.ts';

/** When the notification does not come: its connection may be down without anybody noticing. */
const lookMs = 1000;

export async function openListener(
  { client }: Database,
  journal: Journal,
  log: Logger,
): Promise<AsyncDisposable> {
  const look = (writer?: string) => {
    journal
      .catchUp(writer)
      .catch((failure: unknown) => log.debug({ err: failure }, 'The journal could not be read'));
  };
  const listening = await client.listen(journalChannel, look, () => look());
  const timer = setInterval(() => look(), lookMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await listening
        .unlisten()
        .catch((failure: unknown) => log.debug({ err: failure }, 'Not listening any more'));
    },
  };
}
