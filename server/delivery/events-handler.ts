/** `GET /api/events`: the same cursor as a page of JSON, a page that waits, or a stream (PO1, SS1 to SS3). */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { z } from 'zod';
import { pollEvents, type Hello } from '../../shared/api/events.ts';
import { toEventId, type EventId } from '../../shared/ids.ts';
import { resumeFrom, type JournalPosition, type Resumption } from '../core/cursor.ts';
import { parseInterest, type Interest } from '../core/interest.ts';
import type { Journal } from '../core/journal.ts';
import type { HttpEnv } from '../http/http-env.ts';
import { parseInput } from '../http/validation.ts';
import { Fanout } from './fanout.ts';
import { readPage } from './poll.ts';
import { toHelloFrame } from './sse-frames.ts';
import { sseDefaults, SseStream, type SseSettings } from './sse-stream.ts';
import type { Subscribers } from './subscribers.ts';

interface EventsOptions {
  readonly journal: Journal;
  readonly subscribers: Subscribers;
  readonly fanout: Fanout;
  readonly settings?: Partial<SseSettings>;
  /** Aborts when the server is told to stop. */
  readonly stopping: AbortSignal;
}

/** What an address of its own narrows the stream to. */
export interface Narrowing {
  readonly interest: Interest;
  readonly defaultCursor: 'earliest';
}

export type EventsHandler = (c: Context<HttpEnv>, narrowing?: Narrowing) => Promise<Response>;

type Query = z.output<typeof pollEvents.query>;

export function createEventsHandler(options: EventsOptions): EventsHandler {
  const { journal, subscribers, stopping } = options;

  return async (c, narrowing) => {
    const query = parseInput({ query: { schema: pollEvents.query, value: c.req.query() } }).query as Query;
    const interest = narrowing?.interest ?? parseInterest(split(query.topics), split(query.types));
    const cursor = c.req.header('last-event-id') ?? query.after ?? narrowing?.defaultCursor ?? null;
    const position = await journal.position();
    const resumption = resumeFrom(cursor, position);
    if (resumption.reset !== null) subscribers.noteReset();
    if (c.req.header('accept')?.includes('text/event-stream') === true) {
      return stream(c, interest, position, resumption);
    }
    const signal = AbortSignal.any([c.req.raw.signal, stopping]);
    const page = await readPage(journal, {
      interest,
      position,
      resumption,
      limit: query.limit,
      waitMs: query.wait * 1000,
      signal,
    });
    c.header('Cache-Control', 'no-store');
    return c.json(page);
  };

  function stream(
    c: Context<HttpEnv>,
    interest: Interest,
    position: JournalPosition,
    resumption: Resumption,
  ): Response {
    subscribers.checkRoom();
    const out = c.env.outgoing;
    out.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
      'Sync-Resume': resumption.reset === null ? 'ok' : 'reset',
      'X-Request-Id': c.get('requestId'),
    });
    out.socket?.setNoDelay(true);
    out.write(toHelloFrame(toHello(position, resumption)));
    const settings = { ...sseDefaults, ...options.settings };
    // Not awaited: the stream outlives this request's handler, and ends with its connection.
    void new SseStream({ ...options, out, interest, after: resumption.from, settings }).run();
    return RESPONSE_ALREADY_SENT;
  }
}

const split = (text: string | undefined): string[] => (text ?? '').split(',').filter((part) => part !== '');

function toHello({ epoch, head, oldest }: JournalPosition, { from, resumed, reset }: Resumption): Hello {
  const id = (seq: number): EventId => toEventId(epoch, seq);
  return { epoch, from: id(from), head: id(head), oldest: id(oldest), resumed, reset };
}
