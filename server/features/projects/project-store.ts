/** Rows of projects: the only writer of their table. */
import { and, asc, eq, ne, sql } from 'drizzle-orm';
import type { OperationId, ProjectId } from '../../../shared/ids.ts';
import type { SyncCounts } from '../../../shared/views/project.ts';
import { createToken, leaseEnd } from '../../core/leases.ts';
import type { Db, Queryable, Transaction } from '../../db/open.ts';
import { projects } from '../../db/tables/projects.ts';
import type { ProjectRow } from './project-view.ts';

export type NewProjectRow = typeof projects.$inferInsert;
export type ProjectChanges = Partial<NewProjectRow>;

/** Undefined when the slug is taken: the unique index decides, not a look before (PJ4). */
export async function insertProject(tx: Transaction, row: NewProjectRow): Promise<ProjectRow | undefined> {
  const [inserted] = await tx
    .insert(projects)
    .values(row)
    .onConflictDoNothing({ target: projects.slug })
    .returning();
  return inserted;
}

export async function listProjectRows(queryable: Queryable): Promise<ProjectRow[]> {
  return await queryable.select().from(projects).orderBy(asc(projects.createdAt), asc(projects.id));
}

export async function findProjectBySlug(queryable: Queryable, slug: string): Promise<ProjectRow | undefined> {
  const [row] = await queryable.select().from(projects).where(eq(projects.slug, slug));
  return row;
}

export async function findProjectById(queryable: Queryable, id: string): Promise<ProjectRow | undefined> {
  const [row] = await queryable.select().from(projects).where(eq(projects.id, id));
  return row;
}

export async function findActiveProject(queryable: Queryable): Promise<ProjectRow | undefined> {
  const [row] = await queryable.select().from(projects).where(eq(projects.active, true));
  return row;
}

export async function lockProject(tx: Transaction, slug: string): Promise<ProjectRow | undefined> {
  const [row] = await tx.select().from(projects).where(eq(projects.slug, slug)).for('update');
  return row;
}

/** Until the commit nobody else decides which project is active; taken before any row, like everywhere. */
export async function lockActive(tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtext('active project'))`);
}

/** One project is active at most, so the former one steps back first (PJ12). */
export async function clearActive(tx: Transaction): Promise<ProjectRow[]> {
  return await tx.update(projects).set({ active: false }).where(eq(projects.active, true)).returning();
}

export async function updateProject(
  tx: Transaction,
  id: string,
  changes: ProjectChanges,
): Promise<ProjectRow> {
  const [row] = await tx.update(projects).set(changes).where(eq(projects.id, id)).returning();
  if (row === undefined) throw new Error(`Project ${id} has no row`);
  return row;
}

export async function deleteProject(tx: Transaction, id: string): Promise<void> {
  await tx.delete(projects).where(eq(projects.id, id));
}

export interface SyncTaking {
  readonly projectId: ProjectId;
  readonly operationId: OperationId;
  readonly owner: string;
  /** The present owner of the lease, when it is proven dead. */
  readonly deadOwner: string | null;
  /** The operation may have taken it already, when it was asked for. */
  readonly mayHold: boolean;
}

/** SY3: one conditional update; of any number of triggers at once exactly one gets the row back. */
export async function takeSync(
  tx: Transaction,
  { projectId, operationId, owner, deadOwner, mayHold }: SyncTaking,
): Promise<ProjectRow | undefined> {
  const [row] = await tx
    .update(projects)
    .set({
      syncStatus: 'syncing',
      syncError: null,
      lastOperationId: operationId,
      leaseToken: createToken(),
      leaseOwner: owner,
      leaseExpiresAt: leaseEnd,
    })
    .where(
      and(
        eq(projects.id, projectId),
        sql`(${projects.syncStatus} <> 'syncing' or (${mayHold} and ${projects.lastOperationId} = ${operationId})
          or ${projects.leaseExpiresAt} < now() or ${projects.leaseOwner} = ${deadOwner})`,
      ),
    )
    .returning();
  return row;
}

export type SyncSettlement =
  | { readonly to: 'synced'; readonly counts: SyncCounts; readonly error: string | null; readonly at: Date }
  | { readonly to: 'error'; readonly error: string; readonly at: Date };

/** Only the sync that the project shows may settle it; one that was replaced leaves it alone (SY7, SY16). */
export async function settleSync(
  tx: Transaction,
  projectId: ProjectId,
  operationId: OperationId,
  settlement: SyncSettlement,
): Promise<ProjectRow | undefined> {
  const { to, error, at } = settlement;
  const done = settlement.to === 'synced' ? { lastSyncedAt: at, syncCounts: settlement.counts } : {};
  const [row] = await tx
    .update(projects)
    .set({
      ...done,
      syncStatus: to,
      syncError: error === null ? null : error.slice(0, 2000),
      leaseToken: null,
      leaseOwner: null,
      leaseExpiresAt: null,
      updatedAt: at,
    })
    .where(
      and(
        eq(projects.id, projectId),
        eq(projects.lastOperationId, operationId),
        eq(projects.syncStatus, 'syncing'),
      ),
    )
    .returning();
  return row;
}

/** A sync under way whose owner is not known to be dead, on the database's clock. */
export async function isSyncLive(
  queryable: Queryable,
  id: string,
  deadOwner: string | null,
): Promise<boolean> {
  const rows = await queryable
    .select({ id: projects.id })
    .from(projects)
    .where(
      and(
        eq(projects.id, id),
        eq(projects.syncStatus, 'syncing'),
        sql`${projects.leaseExpiresAt} > now() and ${projects.leaseOwner} is distinct from ${deadOwner}`,
      ),
    );
  return rows.length > 0;
}

/** Part of every commit to the index: the counters people see, and the version a memory cache is checked by. */
export async function noteIndexed(
  tx: Transaction,
  id: ProjectId,
  { documentsBy, issueCount }: { documentsBy: number; issueCount: number | null },
): Promise<ProjectRow> {
  const [row] = await tx
    .update(projects)
    .set({
      documentCount: sql`${projects.documentCount} + ${documentsBy}`,
      indexVersion: sql`${projects.indexVersion} + 1`,
      ...(issueCount === null ? {} : { issueCount }),
    })
    .where(eq(projects.id, id))
    .returning();
  if (row === undefined) throw new Error(`Project ${id} has no row`);
  return row;
}

/** The row when the number is another than before. */
export async function noteIssueCount(
  tx: Transaction,
  id: ProjectId,
  issueCount: number,
): Promise<ProjectRow | undefined> {
  const [row] = await tx
    .update(projects)
    .set({ issueCount })
    .where(and(eq(projects.id, id), ne(projects.issueCount, issueCount)))
    .returning();
  return row;
}

/** Part of the heartbeat: syncs of this process stay its own (SY5). */
export async function renewSyncLeases(db: Db, owner: string): Promise<void> {
  await db
    .update(projects)
    .set({ leaseExpiresAt: leaseEnd })
    .where(and(eq(projects.syncStatus, 'syncing'), eq(projects.leaseOwner, owner)));
}
