/** What every handler finds on its context: the raw connection, who asks, and the number of the request. */
import type { HttpBindings } from '@hono/node-server';
import type { Actor } from '../../shared/operations.ts';

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: { requestId: string; actor: Actor };
}
