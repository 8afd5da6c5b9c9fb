/** Named tokens: the only writer of their table. */
import { and, desc, eq, isNull, sql } from 'drizzle-orm';
import { Role } from '../../../shared/access.ts';
import { toTimestamp } from '../../../shared/ids.ts';
import type { AccessToken } from '../../../shared/views/access.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { accessTokens } from '../../db/tables/access.ts';

export type TokenRow = typeof accessTokens.$inferSelect;

export async function listTokenRows(queryable: Queryable): Promise<TokenRow[]> {
  return await queryable
    .select()
    .from(accessTokens)
    .orderBy(desc(accessTokens.createdAt), desc(accessTokens.id));
}

/** False when somebody bears the name, or has borne it. */
export async function insertToken(tx: Transaction, row: TokenRow): Promise<boolean> {
  const inserted = await tx
    .insert(accessTokens)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: accessTokens.id });
  return inserted.length > 0;
}

/** The row as it stands then, and whether it was living until now; undefined for none. */
export async function revokeToken(
  tx: Transaction,
  id: string,
  at: Date,
): Promise<{ row: TokenRow; wasLiving: boolean } | undefined> {
  const [revoked] = await tx
    .update(accessTokens)
    .set({ revokedAt: at })
    .where(and(eq(accessTokens.id, id), isNull(accessTokens.revokedAt)))
    .returning();
  if (revoked !== undefined) return { row: revoked, wasLiving: true };
  const [row] = await tx.select().from(accessTokens).where(eq(accessTokens.id, id));
  return row && { row, wasLiving: false };
}

/** Several servers tell of the same token: the latest use stays. */
export async function writeUses(queryable: Queryable, uses: ReadonlyMap<string, Date>): Promise<void> {
  if (uses.size === 0) return;
  const rows = [...uses].map(([id, at]) => ({ id, at: at.toISOString() }));
  await queryable.execute(sql`
    update access_tokens set last_used_at = greatest(last_used_at, used.at)
    from json_to_recordset(${JSON.stringify(rows)}::json) as used (id uuid, at timestamptz)
    where access_tokens.id = used.id`);
}

export const toAccessToken = (row: TokenRow): AccessToken => ({
  id: row.id,
  name: row.name,
  role: Role.parse(row.role),
  createdAt: toTimestamp(row.createdAt),
  createdBy: row.createdBy,
  expiresAt: row.expiresAt && toTimestamp(row.expiresAt),
  lastUsedAt: row.lastUsedAt && toTimestamp(row.lastUsedAt),
  revokedAt: row.revokedAt && toTimestamp(row.revokedAt),
});
