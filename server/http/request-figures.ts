/** Requests by the route they took, never by their address: there are as many figures as routes. */
import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Distributions, Tally } from '../core/tally.ts';
import type { HttpEnv } from './http-env.ts';

export class RequestFigures {
  readonly requests = new Tally(['method', 'route', 'status']);
  readonly seconds = new Distributions(
    ['method', 'route'],
    [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
  inFlight = 0;

  /** The first that a request meets. A stream counts until its first bytes. */
  get middleware(): MiddlewareHandler<HttpEnv> {
    return async (c, next) => {
      const beganMs = performance.now();
      this.inFlight += 1;
      try {
        await next();
      } finally {
        this.inFlight -= 1;
        this.#note(c, (performance.now() - beganMs) / 1000);
      }
    };
  }

  #note(c: Context<HttpEnv>, seconds: number): void {
    const method = methods.has(c.req.method) ? c.req.method : 'other';
    const route = toTemplate(c);
    // A stream has taken the raw response over, and answered before it came here.
    const { outgoing } = c.env;
    const status = outgoing.headersSent ? outgoing.statusCode : c.res.status;
    this.requests.add([method, route, String(status)]);
    this.seconds.observe([method, route], seconds);
  }
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** Middleware matches everything and names nothing; what only it matched is a page or not there at all. */
function toTemplate(c: Context): string {
  const named = matchedRoutes(c).findLast(({ path }) => !path.includes('*'));
  return named?.path ?? 'other';
}
