/** Headers that keep pages of this server to themselves (GU5). */
import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './http-env.ts';

const policy = [
  "default-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
].join('; ');

/** Streams are written past the framework and take them from here. */
export const privacyHeaders = {
  'Content-Security-Policy': policy,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
} as const;

export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  if (c.env.outgoing.headersSent) return;
  for (const [name, value] of Object.entries(privacyHeaders)) c.header(name, value);
};
