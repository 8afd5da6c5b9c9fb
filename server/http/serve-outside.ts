/** Mounts a GET that is answered by an outside service: no snapshot of the database is held while it is waited for. */
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Route, RouteAnswer, RouteInput } from '../../shared/api/define.ts';
import { UpstreamFailure } from '../platform/upstream/upstream.ts';
import { parseRequest, type HttpKit, type ReadContext } from './serve-route.ts';
import { toAppError } from './upstream-errors.ts';

export type OutsideContext = Pick<ReadContext, 'actor' | 'origin' | 'signal'>;

/** Failures of the service become answers of the family (PU6). */
export function serveOutside<R extends Route>(
  kit: HttpKit,
  route: R,
  service: string,
  read: (input: RouteInput<R>, context: OutsideContext) => Promise<RouteAnswer<R>>,
): void {
  kit.app.get(route.path, async (c) => {
    const input = parseRequest(route, c, undefined);
    const context = { actor: c.get('actor'), origin: c.get('origin'), signal: c.req.raw.signal };
    try {
      return c.json(await read(input, context), 200, { 'Cache-Control': 'private, no-store' });
    } catch (error) {
      // Nobody is there to be told, and a reader who left is no fault of anybody.
      if (context.signal.aborted) return c.body(null, clientClosedRequest as ContentfulStatusCode);
      throw error instanceof UpstreamFailure ? toAppError(error, service) : error;
    }
  });
}

/** What nginx writes into its log for a client that closed the connection. */
const clientClosedRequest = 499;
