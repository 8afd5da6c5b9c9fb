/** The identifiers every layer speaks of, branded so that one cannot be taken for another. */
import { z } from 'zod';

/** Position of an event in the journal: 1, 2, 3 … without gaps (EV2). 0 stands before the first event. */
export const Seq = z.number().int().nonnegative().brand<'Seq'>();
export type Seq = z.infer<typeof Seq>;

/** Name of one incarnation of the journal; another one means that old cursors no longer fit. */
export const Epoch = z
  .string()
  .regex(/^[a-z0-9]{8,16}$/)
  .brand<'Epoch'>();
export type Epoch = z.infer<typeof Epoch>;

/** `<epoch>-<seq>`: what a client remembers as its cursor. */
export const EventId = z
  .string()
  .regex(/^[a-z0-9]{8,16}-\d{1,15}$/)
  .brand<'EventId'>();
export type EventId = z.infer<typeof EventId>;

export const toEventId = (epoch: Epoch, seq: number): EventId => `${epoch}-${seq}` as EventId;

export const ProjectId = z
  .string()
  .regex(/^p_[0-9a-z]{1,61}$/)
  .brand<'ProjectId'>();
export type ProjectId = z.infer<typeof ProjectId>;

export const Slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(200)
  .brand<'Slug'>();
export type Slug = z.infer<typeof Slug>;

/** `OP-` and a UUIDv7 in lower case: 39 characters that sort by time (OP7). */
export const OperationId = z
  .string()
  .regex(/^OP-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .brand<'OperationId'>();
export type OperationId = z.infer<typeof OperationId>;

export const DocumentId = z
  .string()
  .regex(/^d_[0-9a-z]{1,61}$/)
  .brand<'DocumentId'>();
export type DocumentId = z.infer<typeof DocumentId>;

/** RFC 3339 in UTC with milliseconds and `Z` (GR5). */
export const Timestamp = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
export type Timestamp = z.infer<typeof Timestamp>;

export const toTimestamp = (at: Date | number): Timestamp => new Date(at).toISOString();
