/** What every transport is given and what it tells: one opened line, from hello to its end. */
import type { EventId } from '../../../shared/ids.ts';
import type { Arrival } from '../arrival.ts';
import type { Clock } from '../clock.ts';
import type { Greeting } from '../connection-signal.ts';
import type { CloseReason } from '../ladder.ts';

export interface TransportOptions {
  /** Origin of the server; empty for the page's own. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly topics: readonly string[];
  readonly types: readonly string[];
  /** Null for what is yet to come. */
  readonly after: EventId | null;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Hanging up: nothing is told after it. */
  readonly signal: AbortSignal;
}

export interface TransportListener {
  /** Before any event; again when the line has lost its place. */
  hello(greeting: Greeting): void;
  events(arrival: Arrival): void;
  /** Why nothing new will come for a while, in the server's words; null when it may again (F10). */
  trouble(reason: string | null): void;
  /** The last word, said once unless the line was hung up. */
  closed(because: CloseReason, retryAfterMs: number | null): void;
}

export type OpenTransport = (options: TransportOptions, listener: TransportListener) => void;
