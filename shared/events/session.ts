/** Sessions that were added, updated or removed by one batch, at most 500 an event. */
import { z } from 'zod';
import { defineEvent } from './define.ts';

const SessionRef = z.object({ id: z.string(), title: z.string() });
export type SessionRef = z.infer<typeof SessionRef>;

export const SessionsChanged = defineEvent(
  'sessions:changed',
  z.object({
    added: z.array(SessionRef),
    updated: z.array(SessionRef),
    removed: z.array(SessionRef),
  }),
);
