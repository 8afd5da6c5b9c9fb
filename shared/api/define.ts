/** One route written once: the server validates with it, the SDK is typed by it, the API page is printed from it. */
import type { z } from 'zod';
import type { Role } from '../access.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Route {
  readonly method: Method;
  /** Hono style: `/api/v1/projects/:slug`. */
  readonly path: `/${string}`;
  readonly summary: string;
  /** The least role that may call it. `anyone`: without a token too, so it must tell nothing. */
  readonly role: Role | 'anyone';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What success looks like; failures are always `ErrorBody`. `null` is an empty answer. */
  readonly answer: z.ZodType | null;
  /** Media types it answers with besides JSON, when asked to. */
  readonly alsoAs?: readonly string[];
  readonly status: 200 | 201 | 202 | 204;
  /** Carries a tree of work items, and may be larger than other bodies (GU10). */
  readonly hasLargeBody?: boolean;
  /** Honours `Idempotency-Key` (OP28). */
  readonly isIdempotent?: boolean;
}

export const defineRoute = <const R extends Route>(route: R): R => route;

type Parsed<S> = S extends z.ZodType ? z.output<S> : Record<never, never>;
type Given<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler receives. */
export interface RouteInput<R extends Route> {
  readonly params: Parsed<R['params']>;
  readonly query: Parsed<R['query']>;
  readonly body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
}

/** What a caller passes: the parts that the route has, as they are written on the wire. */
export type RouteCall<R extends Route> = {
  readonly [K in 'params' | 'query' | 'body' as undefined extends Given<R[K]> ? never : K]: Given<R[K]>;
};

export type RouteAnswer<R extends Route> = R['answer'] extends z.ZodType ? z.output<R['answer']> : undefined;
