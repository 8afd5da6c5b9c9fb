/** `/api/events`: the journal after a cursor, as a page to poll or as a stream to follow (PO1, SS1). */
import { z } from 'zod';
import { SynclineEvent } from '../events/index.ts';
import { defineRoute } from './define.ts';
import { CleanText, decimal, filter } from './params.ts';

/** Why a cursor could not be honoured; null when it could (SS2). */
export const ResetReason = z.enum(['pruned', 'foreign-epoch', 'future', 'malformed']);
export type ResetReason = z.infer<typeof ResetReason>;

/** The first frame of a stream. */
export const Hello = z.object({
  epoch: z.string(),
  from: z.string(),
  head: z.string(),
  oldest: z.string(),
  resumed: z.boolean(),
  reset: ResetReason.nullable(),
});
export type Hello = z.infer<typeof Hello>;

export const Bye = z.object({ reason: z.enum(['slow', 'shutdown', 'rotate', 'revoked']) });
export type Bye = z.infer<typeof Bye>;

/**
 * While nothing new will come because nothing can be saved (F10). Socket readers hear it as `degraded` and `recovered`;
 * streams as comments that begin with the same words, so that no reader takes them for events; pages name the message
 * in the header `Sync-Degraded`.
 */
export const Degraded = z.object({ message: z.string() });
export type Degraded = z.infer<typeof Degraded>;
export const troubleWords = { begins: 'degraded', ends: 'recovered' } as const;

export const EventPage = z.object({
  events: z.array(SynclineEvent),
  next: z.string(),
  head: z.string(),
  oldest: z.string(),
  hasMore: z.boolean(),
  reset: ResetReason.nullable(),
});
export type EventPage = z.infer<typeof EventPage>;

/** What a reader wants to hear: any of the topics, and of those any of the types (`operation:*` is a prefix). */
export const subscription = {
  topics: CleanText.optional(),
  types: CleanText.optional(),
  /** `<epoch>-<seq>`, or `earliest`; a cursor that does not fit is answered with a reset, never refused. */
  after: filter(),
};

const page = {
  ...subscription,
  limit: decimal(1, 1000).default(200),
  /** Seconds to hold an empty answer. */
  wait: decimal(0, 25).default(0),
};

export const pollEvents = defineRoute({
  method: 'GET',
  path: '/api/events',
  summary: 'Events after a cursor: a page as JSON, or a stream with `Accept: text/event-stream`',
  role: 'viewer',
  query: z.object(page),
  answer: EventPage,
  status: 200,
});

export const pollOperationEvents = defineRoute({
  method: 'GET',
  path: '/api/cache/operations/:id/events',
  summary: 'Events of one operation, from its first when no cursor is given',
  role: 'viewer',
  params: z.object({ id: CleanText }),
  query: z.object(page),
  answer: EventPage,
  status: 200,
});

/** socket.io: what `subscribe` takes and what its acknowledgement says (IO2). */
export const SubscribeMessage = z.object({
  topics: z.array(z.string()).max(50).optional(),
  types: z.array(z.string()).max(50).optional(),
  after: z.string().max(200).nullable().optional(),
});
export type SubscribeMessage = z.infer<typeof SubscribeMessage>;

export const SubscribeAck = z.object({
  ok: z.boolean(),
  epoch: z.string(),
  head: z.string(),
  resumed: z.boolean(),
  reset: ResetReason.nullable(),
  error: z.string().optional(),
});
export type SubscribeAck = z.infer<typeof SubscribeAck>;
