/** What can be read off an event id: which journal it belongs to and where in it (EV2). */
import type { EventId } from '../../shared/ids.ts';

export const epochOf = (id: EventId): string => id.slice(0, id.lastIndexOf('-'));
export const seqOf = (id: EventId): number => Number(id.slice(id.lastIndexOf('-') + 1));

export const isSameEpoch = (one: EventId, other: EventId): boolean => epochOf(one) === epochOf(other);

/** The later of two positions in one journal. */
export const later = (one: EventId, other: EventId): EventId => (seqOf(other) > seqOf(one) ? other : one);
