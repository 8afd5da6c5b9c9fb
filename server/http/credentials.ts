/** What a request shows of who sends it, as it stands in its headers; nothing of it is believed yet. */
import type { IncomingHttpHeaders } from 'node:http';
import { sessionCookie } from './session-cookie.ts';

export type Credential =
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'cookie'; readonly value: string }
  | { readonly kind: 'none' };

/** A bearer wins over a cookie: a program inside a browser says who it is by itself. */
export function readCredential(headers: IncomingHttpHeaders): Credential {
  const secret = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (secret !== undefined) return { kind: 'bearer', secret };
  const value = cookiePattern.exec(headers.cookie ?? '')?.[1];
  return value === undefined ? { kind: 'none' } : { kind: 'cookie', value };
}

const cookiePattern = new RegExp(`(?:^|;\\s*)${sessionCookie}=([^;]+)`);

const ticketPattern = /^[A-Za-z0-9_-]{43}$/;

/** Of the address; undefined for what cannot be one of ours. */
export function readTicket(url: string): string | undefined {
  const [, search = ''] = url.split('?', 2);
  const ticket = new URLSearchParams(search).get('ticket') ?? '';
  return ticketPattern.test(ticket) ? ticket : undefined;
}
