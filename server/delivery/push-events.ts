/** The events of one push as ArchBridge's clients read them: small frames, from any cursor, closed behind the end (EV20, EV26). */
import type { Context } from 'hono';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventPage } from '../../shared/api/events.ts';
import { resumeFrom, type JournalPosition, type Resumption } from '../core/cursor.ts';
import type { Interest } from '../core/interest.ts';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { HttpEnv } from '../http/http-env.ts';
import type { Delivery } from './delivery.ts';
import { serveStream } from './events-handler.ts';
import { readEventPage } from './poll.ts';
import { createStyle } from './sse-style.ts';

/** Where the events of a push lie in the journal; null where none is kept or has come yet. */
export interface PushPlace {
  readonly id: string;
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
}

/** The stream of the POST itself: from the first event, without hello, never rotated (EV27). */
export async function streamPush(
  c: Context<HttpEnv>,
  delivery: Delivery,
  { id, firstSeq }: Pick<PushPlace, 'id' | 'firstSeq'>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return await serveStream(c, delivery, {
    interest: toInterest(id),
    resume: ({ head }) => ({ from: firstSeq === null ? head : firstSeq - 1, resumed: true, reset: null }),
    style: { ...pushStyle, rotates: false, saysHello: false },
    headers,
  });
}

/** EV26: resumable, with hello; 204 for a client that has seen the end. */
export async function resumePush(
  c: Context<HttpEnv>,
  delivery: Delivery,
  place: PushPlace,
  cursor: string | null,
): Promise<Response> {
  const resume = (position: JournalPosition) => resumeAt(cursor, position, place);
  const { from, reset } = resume(await delivery.readPosition());
  if (place.lastSeq !== null && reset === null && from >= place.lastSeq) return c.body(null, 204);
  return await serveStream(c, delivery, { interest: toInterest(place.id), resume, style: pushStyle });
}

/** The same as a page (PO1). */
export async function readPushPage(
  delivery: Delivery,
  place: PushPlace,
  page: { cursor: string | null; limit: number; waitMs: number; signal: AbortSignal },
  actor: HttpEnv['Variables']['actor'],
): Promise<EventPage> {
  const { cursor, ...bounds } = page;
  const body = await readEventPage(delivery, {
    interest: toInterest(place.id),
    resume: (position) => resumeAt(cursor, position, place),
    actor,
    ...bounds,
  });
  return JSON.parse(body.toString()) as EventPage;
}

const toInterest = (id: string): Interest => ({ topics: [`push:${id}`], types: [] });

/** What is pruned is told, and what is kept follows: rows remain in history. */
function resumeAt(cursor: string | null, position: JournalPosition, { firstSeq }: PushPlace): Resumption {
  const start = firstSeq === null ? position.head : firstSeq - 1;
  if (cursor === null || cursor === '' || cursor === 'earliest')
    return { from: start, resumed: true, reset: null };
  const resumption = resumeFrom(cursor, position);
  return resumption.reset === null ? resumption : { ...resumption, from: start };
}

export const isPushEnd = ({ type }: Pick<SynclineEvent, 'type'>): boolean =>
  type === 'sync:complete' || type === 'sync:error';

/** Their reader needs `event:` before `data:` and one line of data (EV28); JSON escapes whatever could break a line. */
const toPushFrames = (entries: readonly JournalEntry[]): Buffer =>
  Buffer.from(
    entries
      .map(
        ({ event: { id, type, data } }) =>
          `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, data })}\n\n`,
      )
      .join(''),
  );

const pushStyle = createStyle({
  toFrames: toPushFrames,
  isLast: isPushEnd,
  rotates: true,
  saysHello: true,
});
