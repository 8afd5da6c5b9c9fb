/** One event as the journal keeps it in memory: the object, and its JSON made once for all readers. */
import type { Epoch } from '../../shared/ids.ts';
import { toEventId } from '../../shared/ids.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';

export class JournalEntry {
  readonly event: SynclineEvent;
  #json: string | null = null;

  constructor(event: SynclineEvent) {
    this.event = event;
  }

  get seq(): number {
    return this.event.seq;
  }

  /** One line: JSON escapes CR, LF and lone surrogates, so no name or text can break a frame (SS7). */
  get json(): string {
    this.#json ??= JSON.stringify(this.event);
    return this.#json;
  }
}

/** A row of the journal table, as the driver gives it. */
export interface JournalRow {
  readonly seq: number | string;
  readonly type: string;
  readonly at: string | Date;
  readonly projectId: string | null;
  readonly operationId: string | null;
  readonly topic: readonly string[];
  readonly data: unknown;
  readonly traceparent: string | null;
}

/** Trusts the row: only the journal writes the table, and what it writes was typed by the catalogue. */
export function toEntry(epoch: Epoch, row: JournalRow): JournalEntry {
  const seq = Number(row.seq);
  const { type, projectId, operationId, topic, data } = row;
  const event = {
    id: toEventId(epoch, seq),
    seq,
    type,
    at: new Date(row.at).toISOString(),
    projectId,
    operationId,
    topic,
    data,
    ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
  };
  return new JournalEntry(event as unknown as SynclineEvent);
}
