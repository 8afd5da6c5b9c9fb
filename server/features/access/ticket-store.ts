/** One-time tickets: the only writer of their table, shared by all servers of the database. */
import { randomBytes } from 'node:crypto';
import { and, eq, gt, lt, sql } from 'drizzle-orm';
import type { Queryable } from '../../db/open.ts';
import { accessTickets } from '../../db/tables/access.ts';
import { digestOf } from '../../http/token-book.ts';

const ticketMs = 30_000;

export interface IssuedTicket {
  readonly ticket: string;
  readonly expiresAt: Date;
}

export async function issueTicket(queryable: Queryable, tokenId: string): Promise<IssuedTicket> {
  const ticket = randomBytes(32).toString('base64url');
  // Whoever asks for one sweeps away those that nobody has used.
  await queryable.delete(accessTickets).where(lt(accessTickets.expiresAt, sql`now()`));
  const [row] = await queryable
    .insert(accessTickets)
    // By the clock of the database: the server that redeems it may have another.
    .values({
      digest: digestOf(ticket),
      tokenId,
      expiresAt: sql`now() + make_interval(secs => ${ticketMs / 1000})`,
    })
    .returning({ expiresAt: accessTickets.expiresAt });
  if (row === undefined) throw new Error('A ticket was not written');
  return { ticket, expiresAt: row.expiresAt };
}

/** The id of the token it was given to; undefined when it was used, is over or never was. */
export async function redeemTicket(queryable: Queryable, ticket: string): Promise<string | undefined> {
  const [row] = await queryable
    .delete(accessTickets)
    .where(and(eq(accessTickets.digest, digestOf(ticket)), gt(accessTickets.expiresAt, sql`now()`)))
    .returning({ tokenId: accessTickets.tokenId });
  return row?.tokenId;
}
