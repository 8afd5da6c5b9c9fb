/** One event as the journal keeps it in memory: the object, and its JSON made once for all readers. */
import type { Epoch } from '../../shared/ids.ts';
import { toEventId, type EventId } from '../../shared/ids.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';

export class JournalEntry {
  readonly seq: number;
  readonly type: SynclineEvent['type'];
  #event: SynclineEvent | null;
  #json: string | null;
  #topic: readonly string[] | null = null;

  constructor(event: SynclineEvent) {
    this.seq = event.seq;
    this.type = event.type;
    this.#event = event;
    this.#json = null;
  }

  /** Of JSON that is told as it stands: a million events are replayed without one of them being parsed. */
  static ofJson(json: string): JournalEntry {
    const seq = Number(between(json, '"seq":', ','));
    const entry = new JournalEntry({ seq, type: between(json, '"type":"', '"') } as SynclineEvent);
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
    this.#topic ??=
      this.#event?.topic ?? (JSON.parse(`[${between(this.json, '"topic":[', ']')}]`) as string[]);
    return this.#topic;
  }

  /** One line: JSON escapes CR, LF and lone surrogates, so no name or text can break a frame (SS7). */
  get json(): string {
    this.#json ??= JSON.stringify(this.#event);
    return this.#json;
  }
}

/** `data` comes after all of them, and no id, type or topic holds a quote or a bracket. */
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

/** The entry of an event that this process has just written; made for every event, so nothing is copied twice. */
export function stampEntry(epoch: Epoch, seq: number, at: string, written: WrittenEvent): JournalEntry {
  const { type, project_id: projectId, operation_id: operationId, topic, data } = written;
  const event = { id: toEventId(epoch, seq), seq, type, at, projectId, operationId, topic, data };
  return new JournalEntry(event as unknown as SynclineEvent);
}
