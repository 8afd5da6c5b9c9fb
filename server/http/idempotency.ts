/** One key, one effect: the first answer is kept for a day and given again (OP28). The only writer of its table. */
import { createHash } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { AppError } from '../../shared/failure.ts';
import type { Db } from '../db/open.ts';
import { idempotencyKeys } from '../db/tables/idempotency.ts';
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

/** Longer than any foreground request is answered: a first request this old has died with its server. */
const inFlightSeconds = 3600;

/** Runs `answer` unless this key has been answered before. Refusals are not kept. */
export async function answerOnce(
  db: Db,
  request: KeyedRequest,
  answer: (note: (operationId: string) => Promise<void>) => Promise<KeptAnswer>,
): Promise<KeptAnswer & { isReplay: boolean }> {
  if (!/^[\x21-\x7e]{1,255}$/.test(request.key)) {
    throw invalid([{ path: 'header.Idempotency-Key', reason: 'must be 1 to 255 visible ASCII characters' }]);
  }
  const kept = await claim(db, request);
  if (kept !== null) return { ...kept, isReplay: true };

  const ofKey = and(eq(idempotencyKeys.scope, request.scope), eq(idempotencyKeys.key, request.key));
  try {
    const fresh = await answer(async (operationId) => {
      await db.update(idempotencyKeys).set({ operationId }).where(ofKey);
    });
    const { status, headers, body } = fresh;
    await db
      .update(idempotencyKeys)
      .set({ status, headers: { ...headers }, body })
      .where(ofKey);
    return { ...fresh, isReplay: false };
  } catch (failure) {
    await db.delete(idempotencyKeys).where(ofKey);
    throw failure;
  }
}

async function claim(db: Db, { scope, key, body }: KeyedRequest): Promise<KeptAnswer | null> {
  const bodyHash = createHash('sha256').update(body).digest('hex');
  await db.delete(idempotencyKeys).where(sql`created_at < now() - interval '24 hours'
    or (status is null and created_at < now() - make_interval(secs => ${inFlightSeconds}))`);
  const claimed = await db
    .insert(idempotencyKeys)
    .values({ scope, key, bodyHash })
    .onConflictDoNothing()
    .returning({ key: idempotencyKeys.key });
  if (claimed.length > 0) return null;

  const [row] = await db
    .select()
    .from(idempotencyKeys)
    .where(and(eq(idempotencyKeys.scope, scope), eq(idempotencyKeys.key, key)));
  if (row === undefined) return await claim(db, { scope, key, body });
  if (row.bodyHash !== bodyHash) {
    throw new AppError(
      'IDEMPOTENCY_MISMATCH',
      'This Idempotency-Key was used with another body; take a new one.',
    );
  }
  if (row.status === null) {
    throw new AppError(
      'IDEMPOTENCY_IN_FLIGHT',
      'The first request with this Idempotency-Key is still being answered.',
      {
        details: { operationId: row.operationId },
      },
    );
  }
  return { status: row.status, headers: row.headers ?? {}, body: row.body };
}
