/** What the database knows, as samples; nothing of it while it is away. */
import { readDatabaseFigures, type DatabaseFigures } from '../core/database-figures.ts';
import type { Db } from '../db/open.ts';
import type { DatabaseProbe } from '../features/health/probe.ts';
import { countMaskedSecrets } from '../features/sessions/session-store.ts';
import type { Sample } from '../platform/metrics.ts';
import { countBy, one } from './samples.ts';

export interface DatabaseAnswer {
  readonly isUp: boolean;
  readonly answerSeconds: number;
  /** Null when it does not answer, or not in time. */
  readonly figures: (DatabaseFigures & { readonly maskedSecrets: number }) | null;
}

const patienceMs = 2_000;

/** A scrape must be answered above all when the database is away (F11). */
export async function askDatabase(
  { db, probe }: { db: Db; probe: DatabaseProbe },
  delivered: number,
): Promise<DatabaseAnswer> {
  const beganMs = performance.now();
  const isUp = await probe.isConnected();
  const answerSeconds = (performance.now() - beganMs) / 1000;
  if (!isUp) return { isUp, answerSeconds, figures: null };
  const reading = Promise.all([readDatabaseFigures(db, delivered), countMaskedSecrets(db)]).then(
    ([figures, maskedSecrets]) => ({ ...figures, maskedSecrets }),
    () => null,
  );
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs).unref());
  return { isUp, answerSeconds, figures: await Promise.race([reading, late]) };
}

export function toDatabaseReadings({ isUp, answerSeconds, figures }: DatabaseAnswer, delivered: number) {
  const ifRead = (toSamples: (read: NonNullable<typeof figures>) => Sample[]) =>
    figures === null ? [] : toSamples(figures);
  return {
    syncline_database_up: one(isUp ? 1 : 0),
    syncline_database_answer_seconds: one(answerSeconds),
    syncline_database_connections: ifRead(({ connections }) =>
      connections.map(({ state, count }) => ({ labels: { state }, value: count })),
    ),
    syncline_journal_head_seq: ifRead(({ head }) => one(head)),
    syncline_journal_oldest_seq: ifRead(({ oldest }) => one(oldest)),
    syncline_journal_lag_events: ifRead(({ head }) => one(Math.max(0, head - delivered))),
    syncline_journal_lag_seconds: ifRead(({ lagSeconds }) => one(lagSeconds)),
    syncline_operations: ifRead(({ active }) => countBy(active, ({ kind, status }) => ({ kind, status }))),
    syncline_lanes: ifRead(({ active }) => toLanes(active)),
    syncline_lease_info: ifRead(({ leases }) =>
      leases.map(({ name, owner }) => ({ labels: { name, owner }, value: 1 })),
    ),
    syncline_lease_remaining_seconds: ifRead(({ leases }) =>
      leases.map(({ name, seconds }) => ({ labels: { name }, value: seconds })),
    ),
    syncline_masked_secrets: ifRead(({ maskedSecrets }) => one(maskedSecrets)),
  };
}

function toLanes(active: DatabaseFigures['active']): Sample[] {
  const count = (status: string) =>
    new Set(active.filter((one) => one.status === status).map(({ lane }) => lane)).size;
  return [
    { labels: { state: 'running' }, value: count('running') },
    { labels: { state: 'waiting' }, value: count('queued') },
  ];
}
