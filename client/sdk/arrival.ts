/** Events as a transport brought them: read with the catalogue, without stumbling over a newer server. */
import { z } from 'zod';
import { eventTypes, SynclineEvent } from '../../shared/events/index.ts';
import { EventId } from '../../shared/ids.ts';

export interface Arrival {
  /** Those of known types, in the order they came. */
  readonly events: readonly SynclineEvent[];
  /** Everything up to here has arrived, also what is not of a known type. */
  readonly through: EventId;
  /** A known type came in a shape that cannot be read: the reader has missed something. */
  readonly hasGap: boolean;
}

const Frame = z.object({ id: EventId, type: z.string() });
const knownTypes: ReadonlySet<string> = new Set(eventTypes);

/** Undefined when something in it is not an event at all. Expects at least one. */
export function readArrival(raws: readonly unknown[]): Arrival | undefined {
  const events: SynclineEvent[] = [];
  let through: EventId | undefined;
  let hasGap = false;
  for (const raw of raws) {
    const frame = Frame.safeParse(raw);
    if (!frame.success) return undefined;
    through = frame.data.id;
    // A type of a newer server means nothing to the folds of this version.
    if (!knownTypes.has(frame.data.type)) continue;
    const event = SynclineEvent.safeParse(raw);
    if (event.success) events.push(event.data);
    else hasGap = true;
  }
  return through && { events, through, hasGap };
}
