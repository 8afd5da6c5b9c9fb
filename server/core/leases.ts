/** Leases on the database's clock: who may write in a lane, and proof that nobody else does (SY5 to SY7). */
import { randomBytes } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Db, Queryable, Transaction } from '../db/open.ts';
import { leases as leaseTable } from '../db/tables/leases.ts';
import { formatOwner, isProvenDead, parseOwner, type ProcessIdentity } from '../platform/process-identity.ts';

export const leaseSeconds = 15;
export const heartbeatMs = 5_000;

/** Another server has taken over: this process may neither commit rows nor set a status. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

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

  /** A new token, or null while somebody else's lease is live. */
  async acquire(tx: Transaction, name: string, operationId: string): Promise<string | null> {
    const token = createToken();
    const dead = await this.findDeadOwners(tx);
    const granted = await tx.execute(sql`
      insert into leases (name, token, owner, operation_id, expires_at)
      values (${name}, ${token}, ${this.owner}, ${operationId}, ${leaseEnd})
      on conflict (name) do update
        set token = excluded.token, owner = excluded.owner,
            operation_id = excluded.operation_id, expires_at = excluded.expires_at
        where leases.expires_at < now() or leases.owner in (select jsonb_array_elements_text(${JSON.stringify(dead)}::jsonb))
      returning token`);
    return granted.length === 0 ? null : token;
  }

  /** Holds the lease row until the caller's commit, so that it cannot change hands in between. */
  async fence(tx: Transaction, name: string, token: string): Promise<void> {
    const held = await tx
      .select({ token: leaseTable.token })
      .from(leaseTable)
      .where(and(eq(leaseTable.name, name), eq(leaseTable.token, token)))
      .for('share');
    if (held.length === 0) throw new LeaseLost(`The lease "${name}" is no longer held by this process`);
  }

  async release(tx: Transaction, name: string, token: string): Promise<void> {
    await tx.delete(leaseTable).where(and(eq(leaseTable.name, name), eq(leaseTable.token, token)));
  }

  /** Takes the lease from whoever holds it: what it guarded is going. */
  async revoke(tx: Transaction, name: string): Promise<void> {
    await tx.delete(leaseTable).where(eq(leaseTable.name, name));
  }

  async renew(db: Db): Promise<void> {
    await db.update(leaseTable).set({ expiresAt: leaseEnd }).where(eq(leaseTable.owner, this.owner));
  }

  /** Owners among those holding something that are proven to be gone; a live process is never among them. */
  async findDeadOwners(queryable: Queryable): Promise<string[]> {
    const rows = await queryable.selectDistinct({ owner: leaseTable.owner }).from(leaseTable);
    return rows.map((row) => row.owner).filter((owner) => this.isDead(owner));
  }

  isDead(owner: string): boolean {
    if (owner === this.owner) return false;
    return this.#ownsDatabase || isProvenDead(parseOwner(owner), this.#here);
  }
}

/** On the database's clock, never on a server's. */
export const leaseEnd = sql`now() + make_interval(secs => ${leaseSeconds})`;

export const createToken = (): string => randomBytes(12).toString('hex');
