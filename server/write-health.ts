/** The write health of this server's database, wired: how a trial is made, and how a pause reads in health (F10, ST4). */
import type { Degradation } from '../shared/views/status.ts';
import { tryJournalWrite } from './core/journal-rows.ts';
import { WriteHealth, type WritePause } from './core/write-health.ts';
import { openDatabase, type Database } from './db/open.ts';
import type { Clock } from './platform/clock.ts';
import type { Logger } from './platform/logger.ts';

export function openWriteHealth({ target, ...database }: Database, clock: Clock, log: Logger): WriteHealth {
  return new WriteHealth({
    clock,
    log,
    async tryWrite(signal) {
      await using trial = openDatabase(target, { max: 1 });
      signal.addEventListener('abort', () => void trial.dropConnections(), { once: true });
      await tryJournalWrite(trial.db);
    },
    // Whether a session may write is decided when it begins: those of the pool must begin anew.
    onWell: async ({ reason }) => {
      if (reason === 'read-only') await database.dropConnections();
    },
  });
}

export const toDegradations = (pause: WritePause | null): Degradation[] =>
  pause === null
    ? []
    : [{ code: 'ingestion_paused', message: `${pause.message} Ingestion is paused.`, remedy: pause.remedy }];
