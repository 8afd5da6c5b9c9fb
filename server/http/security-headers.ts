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

export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  if (c.env.outgoing.headersSent) return;
  c.header('Content-Security-Policy', policy);
  c.header('Referrer-Policy', 'no-referrer');
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
};
