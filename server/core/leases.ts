/** Leases on the database's clock: who may write in a lane, and proof that nobody else does (SY5 to SY7). */
import { randomBytes } from 'node:crypto';
import { and, eq, like, notLike, sql } from 'drizzle-orm';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import { leases as leaseTable } from '../db/tables/leases.ts';
import { formatOwner, isProvenDead, parseOwner, type ProcessIdentity } from '../platform/process-identity.ts';

export const leaseSeconds = 15;
export const heartbeatMs = 5_000;

/** Another server has taken over: this process may neither commit rows nor set a status. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** What is claimed for a span of time runs out by itself: heartbeats leave it alone. */
const spanPrefix = 'span:';

export class Leases {
  /** `<host>/<process>/<start>`: stored with every lease. */
  readonly owner: string;
  readonly #here: ProcessIdentity;
  readonly #ownsDatabase: boolean;

  /** `ownsDatabase`: this process holds the lock of the embedded data folder, so every other owner is dead. */
  constructor(here: ProcessIdentity, { ownsDatabase }: { ownsDatabase: boolean }) {
    this.#here = here;
    this.#ownsDatabase = ownsDatabase;
    this.owner = formatOwner(here);
  }

  /**
   * A new token, or null while somebody's lease has not run out. A lease changes hands by delete and insert, which
   * wait for whoever is behind the fence; a heartbeat does not.
   */
  async acquire(tx: Transaction, name: string, operationId: string | null): Promise<string | null> {
    const token = createToken();
    const [, granted] = await Promise.all([
      tx
        .delete(leaseTable)
        .where(and(eq(leaseTable.name, name), sql`${leaseTable.expiresAt} < now()`))
        .prepare('delete_expired')
        .execute(),
      tx
        .insert(leaseTable)
        .values({ name, token, owner: this.owner, operationId, expiresAt: leaseEnd })
        .onConflictDoNothing()
        .returning({ token: leaseTable.token })
        .prepare('insert_lease')
        .execute(),
    ]);
    return granted.length === 0 ? null : token;
  }

  /** Like `acquire`, and at once where its holder is proven dead. */
  async takeOver(tx: Transaction, name: string): Promise<string | null> {
    const [held] = await tx.select().from(leaseTable).where(eq(leaseTable.name, name)).for('update');
    if (held !== undefined && this.isDead(held.owner)) await this.revoke(tx, name);
    return await this.acquire(tx, name, null);
  }

  /** Like `acquire`, for what belongs to no lane: the lease may be ours already, or its holder proven dead. */
  async claim(db: Db, name: string): Promise<string | null> {
    return await db.transaction(async (tx) => {
      const [held] = await tx.select().from(leaseTable).where(eq(leaseTable.name, name)).for('update');
      if (held !== undefined && (held.owner === this.owner || this.isDead(held.owner))) {
        await this.revoke(tx, name);
      }
      return await this.acquire(tx, name, null);
    });
  }

  /** True for one server only within that time, unless the one that had it is dead (SU5). */
  async claimSpan(db: Db, what: string, seconds: number): Promise<boolean> {
    const name = spanPrefix + what;
    if ((await this.claim(db, name)) === null) return false;
    const expiresAt = sql`now() + make_interval(secs => ${seconds})`;
    await db.update(leaseTable).set({ expiresAt }).where(this.#isOurs(name));
    return true;
  }

  async drop(db: Db, name: string): Promise<void> {
    await db.delete(leaseTable).where(this.#isOurs(name));
  }

  /** Leases whose names begin so: ours, or over because they ran out or their holder is proven dead. */
  async list(db: Db, start: string): Promise<Map<string, { isOurs: boolean; isOver: boolean }>> {
    const { name, owner, expiresAt } = leaseTable;
    const rows = await db
      .select({ name, owner, isExpired: sql<boolean>`${expiresAt} < now()` })
      .from(leaseTable)
      .where(like(name, `${start}%`));
    return new Map(
      rows.map((row) => {
        const isOurs = row.owner === this.owner;
        return [row.name, { isOurs, isOver: !isOurs && (row.isExpired || this.isDead(row.owner)) }];
      }),
    );
  }

  #isOurs(name: string) {
    return and(eq(leaseTable.name, name), eq(leaseTable.owner, this.owner));
  }

  /** Holds the lease row until the caller's commit, so that it cannot change hands in between. Answers whose transaction it is. */
  async fence(tx: Transaction, name: string, token: string): Promise<{ pid: number }> {
    const [held] = await tx
      .select({ pid: sql<number>`pg_backend_pid()` })
      .from(leaseTable)
      .where(and(eq(leaseTable.name, name), eq(leaseTable.token, token)))
      .for('key share')
      .prepare('fence')
      .execute();
    if (held === undefined) throw new LeaseLost(`The lease "${name}" is no longer held by this process`);
    return held;
  }

  async release(queryable: Queryable, name: string, token: string): Promise<void> {
    await queryable
      .delete(leaseTable)
      .where(and(eq(leaseTable.name, name), eq(leaseTable.token, token)))
      .prepare('release_lease')
      .execute();
  }

  /** Takes the lease from whoever holds it: what it guarded is going. */
  async revoke(tx: Transaction, name: string): Promise<void> {
    await tx.delete(leaseTable).where(eq(leaseTable.name, name));
  }

  /**
   * Takes the lease of a holder that is gone, so that it can write nothing if it was only asleep. False when it has
   * been renewed since it was looked at.
   */
  async revokeStale(tx: Transaction, name: string, goneOwner: string | null): Promise<boolean> {
    const taken = await tx
      .delete(leaseTable)
      .where(
        and(
          eq(leaseTable.name, name),
          sql`(${leaseTable.expiresAt} < now() or ${leaseTable.owner} = ${goneOwner})`,
        ),
      )
      .returning({ name: leaseTable.name });
    return taken.length > 0;
  }

  /** Everything this process holds, however its work gets on. */
  async renew(db: Db): Promise<void> {
    await db
      .update(leaseTable)
      .set({ expiresAt: leaseEnd })
      .where(and(eq(leaseTable.owner, this.owner), notLike(leaseTable.name, `${spanPrefix}%`)));
  }

  isDead(owner: string): boolean {
    if (owner === this.owner) return false;
    return this.#ownsDatabase || isProvenDead(parseOwner(owner), this.#here);
  }
}

/** Nobody who held one is left: the rows came from a backup. */
export async function dropAllLeases(queryable: Queryable): Promise<void> {
  await queryable.delete(leaseTable);
}

/** On the database's clock, never on a server's. */
export const leaseEnd = sql`now() + make_interval(secs => ${leaseSeconds})`;

export const createToken = (): string => randomBytes(12).toString('hex');
