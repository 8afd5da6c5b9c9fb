/** What the connection is told, and what it orders: the two sides of its machine. */
import type { ResetReason } from '../../shared/api/events.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import type { Arrival } from './arrival.ts';
import type { CloseReason, TransportName } from './ladder.ts';

/** What a line says first: where it reads on from, and whether the cursor was honoured. */
export interface Greeting {
  readonly from: EventId;
  readonly head: EventId;
  readonly reset: ResetReason | null;
}

/** The reader has missed something: it reloads its snapshot, and what follows comes after `head`. */
export interface Reset {
  readonly reason: ResetReason | 'unreadable';
  readonly head: EventId;
}

export type Happening =
  | { readonly on: 'hello'; readonly line: number; readonly greeting: Greeting }
  | { readonly on: 'events'; readonly line: number; readonly arrival: Arrival }
  | { readonly on: 'trouble'; readonly line: number; readonly reason: string | null }
  | {
      readonly on: 'closed';
      readonly line: number;
      readonly because: CloseReason;
      readonly retryAfterMs: number | null;
    }
  | { readonly on: 'time' }
  | { readonly on: 'close' };

export type Signal = Happening & { readonly nowMs: number; readonly random: number };

export type Effect =
  | {
      readonly do: 'open';
      readonly line: number;
      readonly transport: TransportName;
      readonly after: EventId | null;
    }
  | { readonly do: 'hang-up'; readonly line: number }
  | { readonly do: 'deliver'; readonly events: readonly SynclineEvent[] }
  | { readonly do: 'reset'; readonly reset: Reset };
