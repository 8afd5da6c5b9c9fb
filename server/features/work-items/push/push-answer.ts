/** The answer to an accepted push: its stream, or where to look for it; once for each key (PU10, PU14). */
import type { Context } from 'hono';
import { AppError } from '../../../../shared/failure.ts';
import { isTerminal } from '../../../../shared/operations.ts';
import { PushStarted } from '../../../../shared/views/push.ts';
import type { HttpEnv } from '../../../http/http-env.ts';
import { answerOnce, unkeyed, type KeyedWork } from '../../../http/idempotency.ts';
import type { Db } from '../../../db/open.ts';
import { isAsync, type AnswerMode } from './negotiate.ts';
import { findPlace, findStarted, type PushPlace } from './push-place.ts';

export type StreamPush = (
  c: Context<HttpEnv>,
  place: Pick<PushPlace, 'id' | 'firstSeq'>,
  headers: Readonly<Record<string, string>>,
) => Promise<Response>;

/** `note` joins the transaction that makes the push durable. */
export type AcceptPush = (note: KeyedWork['note']) => Promise<PushStarted>;

export interface PushAnswerParts {
  readonly db: Db;
  readonly stream: StreamPush;
}

export async function answerPush(
  { db, stream }: PushAnswerParts,
  c: Context<HttpEnv>,
  { mode, text, accept }: { mode: AnswerMode; text: string; accept: AcceptPush },
): Promise<Response> {
  const key = c.req.header('idempotency-key');
  const { started, isReplay } =
    key === undefined
      ? { started: await accept(unkeyed.note), isReplay: false }
      : await once(db, c, { key, text, accept });
  const place = await findPlace(db, { id: started.syncHistoryId, operationId: started.operationId });
  const headers = { ...locate(started), ...(isReplay ? { 'Idempotency-Replayed': 'true' } : {}) };
  if (mode === 'stream') {
    if (isReplay && (place.status === null || !isTerminal(place.status))) throw inFlight(started);
    return await stream(c, place, headers);
  }
  for (const [name, value] of Object.entries(headers)) c.header(name, value);
  if (isAsync(c.req.header('prefer'))) c.header('Preference-Applied', 'respond-async');
  return c.json({ success: true, data: started }, 202);
}

/** The first answer again, a finished stream included; it begins with the same event. */
async function once(
  db: Db,
  c: Context<HttpEnv>,
  { key, text, accept }: { key: string; text: string; accept: AcceptPush },
): Promise<{ started: PushStarted; isReplay: boolean }> {
  const scope = `POST ${c.req.path.replace(/\/+$/, '')}`;
  const body = `${new URL(c.req.url).search}\n${text}`;
  const kept = await answerOnce(db, { scope, key, body }, async ({ earlier, note }) => {
    const started = (await findStarted(db, earlier)) ?? (await accept(note));
    return { status: 202, headers: {}, body: started };
  });
  return { started: PushStarted.parse(kept.body), isReplay: kept.isReplay };
}

const locate = ({ operationId, syncHistoryId }: PushStarted): Record<string, string> => ({
  Location: `/api/sync-history/${syncHistoryId}`,
  'X-Operation-Id': operationId,
});

const inFlight = ({ operationId, syncHistoryId }: PushStarted): AppError =>
  new AppError(
    'IDEMPOTENCY_IN_FLIGHT',
    'The push of this Idempotency-Key is still running; follow its events.',
    {
      details: { operationId, syncHistoryId },
    },
  );
