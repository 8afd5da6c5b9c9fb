/** One key, one effect: the first answer is kept for a day and given again (OP28). The only writer of its table. */
import { createHash } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { AppError } from '../../shared/failure.ts';
import { Leases } from '../core/leases.ts';
import type { Db, Queryable } from '../db/open.ts';
import { idempotencyKeys } from '../db/tables/idempotency.ts';
import { readProcessIdentity } from '../platform/process-identity.ts';
import { invalid } from './validation.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface KeyedRequest {
  readonly scope: string;
  readonly key: string;
  readonly body: string;
}

/** What a handler needs to do its work once for a key, though servers die. */
export interface KeyedWork {
  /** The operation of an earlier request with this key, whose server died before it answered. */
  readonly earlier: string | null;
  /** Joins the transaction that makes the operation durable: one key makes one, wherever the server is killed. */
  readonly note: (tx: Queryable, operationId: string) => Promise<void>;
}

/** Of a request without a key. */
export const unkeyed: KeyedWork = { earlier: null, note: async () => undefined };

/** Longer than any foreground request is answered: a first request this old has failed to say that it did. */
const inFlightSeconds = 3600;

/** Runs `answer` unless this key has been answered before. Refusals are not kept. */
export async function answerOnce(
  db: Db,
  request: KeyedRequest,
  answer: (work: KeyedWork) => Promise<KeptAnswer>,
): Promise<KeptAnswer & { isReplay: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) {
    throw invalid([{ path: 'header.Idempotency-Key', reason: 'must be 1 to 255 visible ASCII characters' }]);
  }
  const { kept, earlier, token } = await claim(db, request);
  if (kept !== null) return { ...kept, isReplay: true };

  const ofKey = isOfKey(request);
  const release = (tx: Queryable) => createLeases().release(tx, leaseOf(request), token);
  try {
    const fresh = await answer({
      earlier,
      note: async (tx, operationId) => {
        await tx.update(idempotencyKeys).set({ operationId }).where(ofKey);
      },
    });
    const { status, headers, body } = fresh;
    await db.transaction(async (tx) => {
      await tx
        .update(idempotencyKeys)
        .set({ status, headers: { ...headers }, body })
        .where(ofKey);
      await release(tx);
    });
    return { ...fresh, isReplay: false };
  } catch (failure) {
    await db.transaction(async (tx) => {
      await tx.delete(idempotencyKeys).where(ofKey);
      await release(tx);
    });
    throw failure;
  }
}

/** Requests that nobody answers any more: their server was another. */
export async function forgetUnanswered(queryable: Queryable): Promise<void> {
  await queryable.delete(idempotencyKeys).where(isNull(idempotencyKeys.status));
}

type Claim =
  | { readonly kept: KeptAnswer; readonly earlier: null; readonly token: '' }
  | { readonly kept: null; readonly earlier: string | null; readonly token: string };

/** Whoever answers holds a lease: where its server dies the next request takes its place at once (SY5). */
async function claim(db: Db, request: KeyedRequest): Promise<Claim> {
  const { scope, key } = request;
  const bodyHash = createHash('sha256').update(request.body).digest('hex');
  return await db.transaction(async (tx) => {
    await tx.delete(idempotencyKeys).where(sql`created_at < now() - interval '24 hours'
      or (status is null and created_at < now() - make_interval(secs => ${inFlightSeconds}))`);
    const leases = createLeases();
    const free = await leases.takeOver(tx, leaseOf(request));
    const [row] = await tx.select().from(idempotencyKeys).where(isOfKey(request));
    if (row === undefined) {
      // A lease without a row is left of a first request that could not say how it failed.
      if (free === null) await leases.revoke(tx, leaseOf(request));
      const token = free ?? (await leases.takeOver(tx, leaseOf(request)));
      if (token === null) throw inFlight(null);
      await tx.insert(idempotencyKeys).values({ scope, key, bodyHash });
      return { kept: null, earlier: null, token };
    }
    if (row.bodyHash !== bodyHash) {
      throw new AppError(
        'IDEMPOTENCY_MISMATCH',
        'This Idempotency-Key was used with another body; take a new one.',
      );
    }
    if (row.status !== null) {
      if (free !== null) await leases.release(tx, leaseOf(request), free);
      return {
        kept: { status: row.status, headers: row.headers ?? {}, body: row.body },
        earlier: null,
        token: '',
      };
    }
    if (free === null) throw inFlight(row.operationId);
    return { kept: null, earlier: row.operationId, token: free };
  });
}

/** Renewed by the heartbeat of this process, whose owner it names. */
const createLeases = () => new Leases(readProcessIdentity(), { ownsDatabase: false });

const isOfKey = ({ scope, key }: KeyedRequest) =>
  and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key));

const leaseOf = ({ scope, key }: KeyedRequest): string =>
  `answer:${createHash('sha256').update(`${scope}\n${key}`).digest('hex')}`;

const inFlight = (operationId: string | null): AppError =>
  new AppError(
    'IDEMPOTENCY_IN_FLIGHT',
    'The first request with this Idempotency-Key is still being answered.',
    { details: { operationId } },
  );
