/** The frame every event travels in (EV1), and the helper that gives one type its data schema. */
import { z } from 'zod';
import { EventId, OperationId, ProjectId, Seq, Timestamp } from '../ids.ts';

/** `all`, `project:<slug>`, `operation:<id>`, `kind:<kind>`, `push:<id>`, `audit`, `watch`. */
export const Topic = z
  .string()
  .regex(/^(all|audit|watch|(project|operation|kind|push):[A-Za-z0-9_.-]{1,200})$/);
export type Topic = z.infer<typeof Topic>;

export function defineEvent<const T extends string, D extends z.ZodType>(type: T, data: D) {
  return z.object({
    id: EventId,
    seq: Seq,
    type: z.literal(type),
    at: Timestamp,
    projectId: ProjectId.nullable(),
    operationId: OperationId.nullable(),
    topic: z.array(Topic),
    data,
    traceparent: z.string().optional(),
  });
}
