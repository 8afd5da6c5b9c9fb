/** A process that appends events with the product's own journal, and says which it has been promised: `from to` a line. */
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { openJournal } from '../../../server/core/journal.ts';
import { openListener } from '../../../server/core/listener.ts';
import { openDatabase } from '../../../server/db/open.ts';
import { systemClock } from '../../../server/platform/clock.ts';
import { createLogger } from '../../../server/platform/logger.ts';
import { toFloodDraft } from './flood-drafts.ts';

const [databaseUrl = '', writer = '', perSecond = '100'] = process.argv.slice(2);
const tickMs = 20;
const database = openDatabase(databaseUrl, { max: 3 });
const journal = await openJournal(database.db, systemClock);
await openListener(database, journal, createLogger('silent'));

// Whoever holds the other end has gone: nobody is left to be told.
process.stdin.on('end', () => process.exit()).resume();

let number = 0;
let owed = 0;
for (;;) {
  const startedMs = performance.now();
  owed += (Number(perSecond) * tickMs) / 1000;
  const calls: Promise<void>[] = [];
  // Calls of one to some twenty events, many of them under way together.
  for (let size = 1; owed >= 1; size = (size % 20) + 3) {
    const count = Math.min(size, Math.floor(owed));
    owed -= count;
    calls.push(append(number + 1, count));
    number += count;
  }
  await Promise.all(calls);
  // Never a burst to catch up: what the database does not take in time is simply not written.
  owed = Math.min(owed, Number(perSecond) / 10);
  await wait(Math.max(0, tickMs - (performance.now() - startedMs)));
}

async function append(from: number, count: number): Promise<void> {
  const drafts = Array.from({ length: count }, (_, index) => toFloodDraft(writer, from + index));
  try {
    await journal.append(drafts);
  } catch {
    // The database has gone for a moment: whether they were written is not known, and nobody was promised anything.
    return;
  }
  // At once and whole: a kill in the next moment must not swallow a promise that was made.
  writeSync(1, `${from} ${from + count - 1}\n`);
}
