/** `GET /api/events` in its two shapes: a page as JSON, or a stream for who accepts one (PO1, SS1). */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { z } from 'zod';
import { pollEvents } from '../../shared/api/events.ts';
import { resumeFrom, type JournalPosition, type Resumption } from '../core/cursor.ts';
import { parseInterest, restrictInterest, type Interest } from '../core/interest.ts';
import type { HttpEnv } from '../http/http-env.ts';
import { privacyHeaders } from '../http/security-headers.ts';
import { parseInput } from '../http/validation.ts';
import type { Delivery } from './delivery.ts';
import { toHello } from './hello.ts';
import { readEventPage } from './poll.ts';
import { SseStream } from './sse-stream.ts';
import type { StreamStyle } from './sse-style.ts';

/** A part of the journal that begins somewhere: the events of one operation (OP34). */
export interface Narrowing {
  readonly topic: string;
  /** `seq` of the first event that is left of it; null when none is. */
  readonly firstSeq: number | null;
}

export type EventsHandler = (c: Context<HttpEnv>, narrowing?: Narrowing) => Promise<Response>;

export function createEventsHandler(delivery: Delivery): EventsHandler {
  return async (c, narrowing) => {
    const { after, ...query } = readQuery(c);
    const { limit, wait, ...asked } = parseQuery(query);
    const interest = restrictInterest(toInterest(asked, narrowing), c.get('visitor').role);
    if (/\btext\/event-stream\b/.test(c.req.header('accept') ?? '')) {
      // SS3: what the browser remembers is newer than what the address once said.
      const cursor = c.req.header('last-event-id') || after || null;
      return await serveStream(c, delivery, {
        interest,
        resume: (position) => resume(cursor, position, narrowing),
      });
    }
    if (wait > 0) delivery.subscribers.checkRoom();
    const body = await readEventPage(delivery, {
      interest,
      resume: (position) => resume(after || null, position, narrowing),
      limit,
      waitMs: wait * 1000,
      actor: c.get('actor'),
      signal: c.req.raw.signal,
    });
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' };
    const trouble = delivery.trouble();
    return c.body(body, 200, trouble === null ? headers : { ...headers, 'Sync-Degraded': trouble });
  };
}

/** The cursor is not checked with the rest: one that is no cursor is answered with a reset (F15). */
const PageQuery = pollEvents.query.omit({ after: true });
type PageQuery = z.output<typeof PageQuery>;

const parseQuery = (query: Record<string, string>): PageQuery =>
  parseInput({ query: { schema: PageQuery, value: query } }).query as PageQuery;

/** Repeated parameters are joined by commas: lists may be written either way. */
function readQuery(c: Context<HttpEnv>): Record<string, string> {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of new URL(c.req.url).searchParams) {
    query[name] = name in query ? `${query[name]},${value}` : value;
  }
  return query;
}

function toInterest({ topics, types }: Pick<PageQuery, 'topics' | 'types'>, narrowing?: Narrowing): Interest {
  return parseInterest(narrowing === undefined ? toList(topics) : [narrowing.topic], toList(types));
}

const toList = (text = ''): string[] => text.split(',').filter((part) => part !== '');

function resume(cursor: string | null, position: JournalPosition, narrowing?: Narrowing): Resumption {
  if (narrowing === undefined) return resumeFrom(cursor, position);
  const { firstSeq } = narrowing;
  if (firstSeq === null) return { from: position.head, resumed: false, reset: 'pruned' };
  if (cursor !== null && cursor !== 'earliest') return resumeFrom(cursor, position);
  return { from: firstSeq - 1, resumed: true, reset: null };
}

export interface StreamRequest {
  readonly interest: Interest;
  readonly resume: (position: JournalPosition) => Resumption;
  readonly style?: StreamStyle;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function serveStream(
  c: Context<HttpEnv>,
  delivery: Delivery,
  { interest, resume: resumeAt, ...request }: StreamRequest,
): Promise<Response> {
  delivery.subscribers.checkRoom();
  const position = await delivery.readPosition();
  const resumption = resumeAt(position);
  const headers = {
    ...toStreamHeaders(resumption),
    ...c.get('cors'),
    ...request.headers,
    'X-Request-Id': c.get('requestId'),
  };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  // Many may have been let in while the position was read.
  delivery.subscribers.checkRoom();

  const { outgoing, incoming } = c.env;
  if (outgoing.destroyed) return RESPONSE_ALREADY_SENT;
  // Written to the connection itself: a web stream between would copy every byte and hide who is slow.
  outgoing.writeHead(200, headers);
  outgoing.flushHeaders();
  // A peer that vanished without a word is noticed by the system, not by our next write.
  incoming.socket.setKeepAlive(true, keepAliveMs);
  const response = outgoing as ServerResponse;
  const { style } = request;
  const actor = c.get('actor');
  const stream = new SseStream({
    delivery,
    response,
    interest,
    actor,
    ...(style === undefined ? {} : { style }),
  });
  if (resumption.reset !== null) delivery.subscribers.tally.resets += 1;
  stream.start(toHello(position, resumption), resumption.from);
  return RESPONSE_ALREADY_SENT;
}

const keepAliveMs = 5_000;

const toStreamHeaders = ({ reset }: Resumption) => ({
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-cache, no-transform',
  'X-Accel-Buffering': 'no',
  ...privacyHeaders,
  'Sync-Resume': reset === null ? 'ok' : 'reset',
});
