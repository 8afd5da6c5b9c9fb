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

/** What a writer hands over and the table keeps, under the names of its columns. */
export interface WrittenEvent {
  readonly type: string;
  readonly project_id: string | null;
  readonly operation_id: string | null;
  readonly topic: readonly string[];
  readonly data: unknown;
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
  const { type, topic, data, traceparent } = row;
  const written = { type, project_id: row.projectId, operation_id: row.operationId, topic, data };
  const entry = stampEntry(epoch, Number(row.seq), new Date(row.at).toISOString(), written);
  return traceparent === null ? entry : new JournalEntry({ ...entry.event, traceparent });
}

/** The entry of an event that this process has just written; made for every event, so nothing is copied twice. */
export function stampEntry(epoch: Epoch, seq: number, at: string, written: WrittenEvent): JournalEntry {
  const { type, project_id: projectId, operation_id: operationId, topic, data } = written;
  const event = { id: toEventId(epoch, seq), seq, type, at, projectId, operationId, topic, data };
  return new JournalEntry(event as unknown as SynclineEvent);
}
