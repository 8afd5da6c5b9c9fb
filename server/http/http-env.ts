/** What every handler finds on its context: the raw connection, who asks from where, and the number of the request. */
import type { HttpBindings } from '@hono/node-server';
import type { Actor } from '../../shared/operations.ts';
import type { RequestOrigin } from '../core/audit-act.ts';
import type { Visitor } from './visitor.ts';

export interface HttpEnv {
  Bindings: HttpBindings;
  Variables: {
    requestId: string;
    actor: Actor;
    /** The same with what they may do. */
    visitor: Visitor;
    origin: RequestOrigin;
    /** What lets a page of a listed origin read the answer. */
    cors?: Readonly<Record<string, string>>;
  };
}
