/** Does to the servers, at its time, what the plan has in store for them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from 'postgres';
import { pruneJournal } from '../../../server/core/journal-rows.ts';
import type { Db } from '../../../server/db/open.ts';
import type { Flood } from './flood.ts';
import type { Fault } from './plan.ts';
import type { ServerSeat } from './server-seat.ts';

interface FaultsOptions {
  readonly seats: readonly [ServerSeat, ServerSeat];
  readonly floods: readonly Flood[];
  readonly sql: Sql;
  readonly db: Db;
}

export class Faults {
  readonly #options: FaultsOptions;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly tally = { kills: 0, stops: 0, pauses: 0, databaseCuts: 0, floodKills: 0, prunes: 0, pruned: 0 };
  readonly oddities: string[] = [];
  #prunedThrough = 0;
  #isPruning = false;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  /** Events up to here may be gone. */
  get prunedThrough(): number {
    return this.#isPruning ? Infinity : this.#prunedThrough;
  }

  async run(faults: readonly Fault[], signal: AbortSignal): Promise<void> {
    const startedMs = performance.now();
    for (const fault of faults) {
      const leftMs = fault.atMs - (performance.now() - startedMs);
      if (leftMs > 0) await wait(leftMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      this.#begin(fault);
    }
    await Promise.all(this.#underWay);
  }

  /** Not waited for: while one server comes back, the other may already fall. */
  #begin(fault: Fault): void {
    const doing = this.#do(fault).catch(
      (failure: unknown) => void this.oddities.push(`${fault.do}: ${String(failure)}`),
    );
    this.#underWay.add(doing);
    void doing.finally(() => this.#underWay.delete(doing));
  }

  async #do(fault: Fault): Promise<unknown> {
    const { seats, floods, sql } = this.#options;
    switch (fault.do) {
      case 'kill':
        return await Promise.all(
          fault.seats.map(async (seat) => {
            await seats[seat].kill(fault.downMs);
            this.tally.kills += 1;
          }),
        );
      case 'stop': {
        const code = await seats[fault.seat].restart();
        if (code !== 0) this.oddities.push(`A server that was asked to stop ended with ${code}`);
        return (this.tally.stops += 1);
      }
      case 'pause':
        await seats[fault.seat].pause(fault.forMs);
        return (this.tally.pauses += 1);
      case 'cut-database':
        await sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'syncline' and pid <> pg_backend_pid()`;
        return (this.tally.databaseCuts += 1);
      case 'kill-flood':
        await floods[fault.flood]?.kill();
        return (this.tally.floodKills += 1);
      case 'prune':
        await this.#prune(fault.keep);
        return (this.tally.prunes += 1);
    }
  }

  async #prune(keep: number): Promise<void> {
    if (this.#isPruning) return;
    this.#isPruning = true;
    try {
      const { db, sql } = this.#options;
      const limits = { days: 3650, count: keep, batch: 2_000 };
      for (let count = -1; count !== 0; this.tally.pruned += count) count = await pruneJournal(db, limits);
      const [row] = await sql<{ oldest: string | null }[]>`select min(seq) as oldest from journal`;
      this.#prunedThrough = Math.max(this.#prunedThrough, Number(row?.oldest ?? 1) - 1);
    } finally {
      this.#isPruning = false;
    }
  }
}
