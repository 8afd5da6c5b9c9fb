/** Everything that answers HTTP, in the order a request meets it. */
import { Hono } from 'hono';
import { randomUUID } from 'node:crypto';
import { routes } from '../shared/api/index.ts';
import { createCors } from './http/cors.ts';
import { createErrorHandler } from './http/errors.ts';
import type { Gate } from './http/gate.ts';
import { createGuard } from './http/guard.ts';
import type { HttpEnv } from './http/http-env.ts';
import { mountNotFound } from './http/not-found.ts';
import { mountPages } from './http/pages.ts';
import type { RequestFigures } from './http/request-figures.ts';
import type { ReadOrigin } from './http/request-origin.ts';
import { createNeeds } from './http/route-roles.ts';
import { securityHeaders } from './http/security-headers.ts';
import type { HttpKit } from './http/serve-route.ts';
import type { Logger } from './platform/logger.ts';

export interface AppOptions {
  readonly gate: Gate;
  readonly readOrigin: ReadOrigin;
  readonly log: Logger;
  readonly requests: RequestFigures;
  readonly kit: Omit<HttpKit, 'app'>;
  /** Where the build put the dashboard. */
  readonly pagesFolder: string;
  /** Mounts the routes of the features. */
  readonly mount: (kit: HttpKit) => void;
}

export function createApp({
  gate,
  readOrigin,
  log,
  requests,
  kit,
  pagesFolder,
  mount,
}: AppOptions): Hono<HttpEnv> {
  // A trailing slash is ignored, not redirected (GR1).
  const app = new Hono<HttpEnv>({ strict: false });
  app.use(async (c, next) => {
    c.set('requestId', randomUUID());
    c.set('origin', readOrigin(c.env.incoming));
    c.header('X-Request-Id', c.get('requestId'));
    await next();
  });
  app.use(requests.middleware);
  app.onError(createErrorHandler(log));
  app.use(securityHeaders);
  app.use(createCors(gate.settings.origins));
  app.use(createGuard(gate, createNeeds(Object.values(routes))));
  mount({ ...kit, app });
  mountPages(app, pagesFolder);
  mountNotFound(app, Object.values(routes));
  return app;
}
