/** Connections by kind: the only writer of their table. */
import { and, desc, eq, inArray, ne, sql } from 'drizzle-orm';
import type { ConnectionKind } from '../../../shared/views/connection.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { connections } from '../../db/tables/connections.ts';
import type { ConnectionRow } from './connection.ts';

/** Whoever changes which connections a kind has, or which is active, takes this first and holds it until the commit. */
export async function lockKind(tx: Transaction, kind: ConnectionKind): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('connections'), hashtext(${kind}))`);
}

/** Newest first. */
export async function listConnections(queryable: Queryable, kind: ConnectionKind): Promise<ConnectionRow[]> {
  return await queryable
    .select()
    .from(connections)
    .where(eq(connections.kind, kind))
    .orderBy(desc(connections.createdAt), desc(connections.id));
}

export async function findConnection(
  queryable: Queryable,
  kind: ConnectionKind,
  id: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await queryable.select().from(connections).where(isOne(kind, id));
  return row;
}

export async function findActiveConnection(
  queryable: Queryable,
  kind: ConnectionKind,
): Promise<ConnectionRow | undefined> {
  const [row] = await queryable
    .select()
    .from(connections)
    .where(and(eq(connections.kind, kind), eq(connections.isActive, true)));
  return row;
}

export async function hasConnections(queryable: Queryable, kind: ConnectionKind): Promise<boolean> {
  const found = await queryable
    .select({ id: connections.id })
    .from(connections)
    .where(eq(connections.kind, kind))
    .limit(1);
  return found.length > 0;
}

export interface TokenName {
  readonly fingerprints: readonly string[];
  readonly name: string;
}

/** Another connection with the same token under the same name (CN5). */
export async function findTwin(
  queryable: Queryable,
  kind: ConnectionKind,
  { fingerprints, name }: TokenName,
  { except }: { except: string },
): Promise<ConnectionRow | undefined> {
  const [row] = await queryable
    .select()
    .from(connections)
    .where(
      and(
        eq(connections.kind, kind),
        eq(connections.name, name),
        inArray(connections.tokenFingerprint, fingerprints),
        ne(connections.id, except),
      ),
    )
    .limit(1);
  return row;
}

export async function insertConnection(tx: Transaction, row: ConnectionRow): Promise<void> {
  await tx.insert(connections).values(row);
}

export async function updateConnection(tx: Transaction, row: ConnectionRow): Promise<void> {
  const { id, kind, createdAt: _createdAt, ...changes } = row;
  await tx.update(connections).set(changes).where(isOne(kind, id));
}

/**
 * CN5: in one statement the former one steps back and this one steps forward, if it has passed its test; false if it
 * has not. The count makes the database finish the first half before it begins the second.
 */
export async function activateConnection(
  tx: Transaction,
  { kind, id, at }: { kind: ConnectionKind; id: string; at: Date },
): Promise<boolean> {
  const now = at.toISOString();
  const activated = await tx.execute(sql`
    with former as (
      update connections set is_active = false, updated_at = ${now}::timestamptz
      where kind = ${kind} and is_active and id <> ${id}
      returning id
    )
    update connections set is_active = true, updated_at = ${now}::timestamptz
    where kind = ${kind} and id = ${id} and test_passed and (select count(*) from former) >= 0
    returning id`);
  return activated.length > 0;
}

export interface StoredVerdict {
  readonly kind: ConnectionKind;
  readonly id: string;
  readonly revision: number;
  readonly error: string | null;
  readonly at: Date;
  /** The same secret, sealed again. */
  readonly resealed: Pick<ConnectionRow, 'secret' | 'tokenFingerprint'> | null;
}

/** False when the credentials that were judged are no longer those of the connection. */
export async function noteVerdict(
  queryable: Queryable,
  { kind, id, revision, error, at, resealed }: StoredVerdict,
): Promise<boolean> {
  const noted = await queryable
    .update(connections)
    .set({ isTested: true, testPassed: error === null, testError: error, updatedAt: at, ...resealed })
    .where(and(isOne(kind, id), eq(connections.revision, revision)))
    .returning({ id: connections.id });
  return noted.length > 0;
}

/** Waits for whoever holds it, and keeps others from holding it. */
export async function lockConnection(tx: Transaction, kind: ConnectionKind, id: string): Promise<void> {
  await tx.select({ id: connections.id }).from(connections).where(isOne(kind, id)).for('update');
}

/** Keeps it from being removed until the transaction ends; false when it is gone. */
export async function holdConnection(tx: Transaction, kind: ConnectionKind, id: string): Promise<boolean> {
  const found = await tx
    .select({ id: connections.id })
    .from(connections)
    .where(isOne(kind, id))
    .for('key share');
  return found.length > 0;
}

export async function removeConnection(tx: Transaction, kind: ConnectionKind, id: string): Promise<void> {
  await tx.delete(connections).where(isOne(kind, id));
}

const isOne = (kind: ConnectionKind, id: string) => and(eq(connections.kind, kind), eq(connections.id, id));
