/** One event as the journal keeps it in memory: the object, and its JSON made once for all readers. */
import type { Epoch } from '../../shared/ids.ts';
import { toEventId, type EventId } from '../../shared/ids.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';

export class JournalEntry {
  readonly seq: number;
  readonly type: SynclineEvent['type'];
  #event: SynclineEvent | null;
  #json: string | null;

  constructor(event: SynclineEvent) {
    this.seq = event.seq;
    this.type = event.type;
    this.#event = event;
    this.#json = null;
  }

  /** Of a row, whose JSON is told as it stands: a million events are replayed without one of them being parsed. */
  static ofRow({ seq, type, json }: JournalRow): JournalEntry {
    const entry = new JournalEntry({ seq, type } as SynclineEvent);
    entry.#event = null;
    entry.#json = json;
    return entry;
  }

  get event(): SynclineEvent {
    this.#event ??= JSON.parse(this.json) as SynclineEvent;
    return this.#event;
  }

  get id(): EventId {
    return this.#event?.id ?? (between(this.json, '"id":"', '"') as EventId);
  }

  get topic(): readonly string[] {
    return this.#event?.topic ?? (JSON.parse(`[${between(this.json, '"topic":[', ']')}]`) as string[]);
  }

  /** One line: JSON escapes CR, LF and lone surrogates, so no name or text can break a frame (SS7). */
  get json(): string {
    this.#json ??= JSON.stringify(this.#event);
    return this.#json;
  }
}

/** `data` comes last, and no id, type or topic holds a quote or a bracket. */
function between(json: string, before: string, after: string): string {
  const start = json.indexOf(before) + before.length;
  return json.slice(start, json.indexOf(after, start));
}

/** What a writer hands over and the table keeps, under the names of its columns. */
export interface WrittenEvent {
  readonly type: string;
  readonly project_id: string | null;
  readonly operation_id: string | null;
  readonly topic: readonly string[];
  readonly data: unknown;
}

/** A row of the journal table as readers are told it; trusted, for only the journal writes the table. */
export interface JournalRow {
  readonly seq: number;
  readonly type: string;
  /** Of the whole event. */
  readonly json: string;
}

/** The entry of an event that this process has just written; made for every event, so nothing is copied twice. */
export function stampEntry(epoch: Epoch, seq: number, at: string, written: WrittenEvent): JournalEntry {
  const { type, project_id: projectId, operation_id: operationId, topic, data } = written;
  const event = { id: toEventId(epoch, seq), seq, type, at, projectId, operationId, topic, data };
  return new JournalEntry(event as unknown as SynclineEvent);
}
