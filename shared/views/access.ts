/** Tokens, sessions and tickets as their owners see them: never the secret itself, but once. */
import { z } from 'zod';
import { Role } from '../access.ts';
import { Timestamp } from '../ids.ts';

/** Stands in everything that is remembered of what its holder does, so it is never given twice. */
export const TokenName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/i, 'must be 1 to 63 letters, digits, ".", "_" or "-"')
  .refine((name) => name.toLowerCase() !== 'token', 'is the name of SYNCLINE_TOKEN');

export const AccessToken = z.object({
  id: z.uuid(),
  name: z.string(),
  role: Role,
  createdAt: Timestamp,
  createdBy: z.string(),
  expiresAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;

export const Identity = z.object({
  /** False where no token is set: everybody who reaches the server is its admin. */
  isRequired: z.boolean(),
  /** Null for whoever has not signed in. */
  role: Role.nullable(),
  name: z.string(),
  expiresAt: Timestamp.nullable(),
});
export type Identity = z.infer<typeof Identity>;

export const Ticket = z.object({ ticket: z.string(), expiresAt: Timestamp });
export type Ticket = z.infer<typeof Ticket>;
