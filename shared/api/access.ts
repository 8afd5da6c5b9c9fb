/** Who may ask: named tokens, the session of a browser, and tickets for streams that can send no header (GU4). */
import { z } from 'zod';
import { Role } from '../access.ts';
import { AccessToken, Identity, Ticket, TokenName } from '../views/access.ts';
import { defineRoute } from './define.ts';
import { CleanText } from './params.ts';

/** Named tokens count only where SYNCLINE_TOKEN is set. */
const isEnforced = z.boolean();

export const listTokens = defineRoute({
  method: 'GET',
  path: '/api/v1/tokens',
  summary: 'Named tokens, also revoked ones, the newest first',
  role: 'admin',
  answer: z.object({ tokens: z.array(AccessToken), isEnforced }),
  status: 200,
});

export const createToken = defineRoute({
  method: 'POST',
  path: '/api/v1/tokens',
  summary: 'Makes a named token; the answer is the only place that ever shows its secret',
  role: 'admin',
  body: z.object({
    name: TokenName,
    role: Role,
    /** For ever when absent. */
    days: z.number().int().min(1).max(3650).optional(),
  }),
  answer: z.object({ token: AccessToken, secret: z.string(), isEnforced }),
  status: 201,
});

export const revokeToken = defineRoute({
  method: 'DELETE',
  path: '/api/v1/tokens/:id',
  summary: 'Ends a token, its sessions and its streams, on every server',
  role: 'admin',
  params: z.object({ id: CleanText }),
  answer: AccessToken,
  status: 200,
});

export const signIn = defineRoute({
  method: 'POST',
  path: '/api/session',
  summary: 'Exchanges a token, as bearer or in the body, for the cookie of a browser',
  role: 'anyone',
  body: z.object({ token: CleanText.optional() }),
  answer: Identity,
  status: 200,
});

export const readIdentity = defineRoute({
  method: 'GET',
  path: '/api/session',
  summary: 'Who asks, and with which role',
  role: 'anyone',
  answer: Identity,
  status: 200,
});

export const signOut = defineRoute({
  method: 'DELETE',
  path: '/api/session',
  summary: 'Takes the cookie back',
  role: 'anyone',
  answer: null,
  status: 204,
});

export const createTicket = defineRoute({
  method: 'POST',
  path: '/api/tickets',
  summary: 'A ticket that opens one event stream within 30 seconds: `/api/events?ticket=…`',
  role: 'viewer',
  answer: Ticket,
  status: 201,
});
