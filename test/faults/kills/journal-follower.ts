/** A client that outlives its servers: hears the stream, and goes on after each kill from the last id it has seen. */
import { setTimeout } from 'node:timers/promises';
import { EventSourceParser } from './sse-lines.ts';

export interface Heard {
  readonly seq: number;
  readonly type: string;
  readonly operationId: string | null;
  readonly data: unknown;
}

const retryMs = 20;

export class JournalFollower {
  /** Everything it was ever told, in the order in which it came. */
  readonly heard: Heard[] = [];
  /** Anything but a plain resumption. */
  readonly resets: unknown[] = [];
  #lastId = '';
  #where: () => string | null;
  #ending = new AbortController();
  #running: Promise<void>;
  #waiters = new Set<() => void>();

  /** `where` answers the address to try; null while there is none. */
  constructor(where: () => string | null) {
    this.#where = where;
    this.#running = this.#run();
  }

  get lastSeq(): number {
    return this.heard.at(-1)?.seq ?? 0;
  }

  /** Resolves when it has heard what is asked for; never by itself. */
  async hears(isIt: (heard: Heard) => boolean, from: number): Promise<Heard> {
    for (let at = from; ;) {
      const found = this.heard.slice(at).find(isIt);
      if (found !== undefined) return found;
      at = this.heard.length;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  async hearsMore(count: number): Promise<void> {
    const enough = this.heard.length + count;
    while (this.heard.length < enough) await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const url = this.#where();
      // A server that is killed ends the stream in the middle: that is what this client is for.
      if (url !== null) await this.#listen(url, signal).catch(() => undefined);
      await setTimeout(retryMs);
    }
  }

  async #listen(url: string, signal: AbortSignal): Promise<void> {
    const isFirst = this.#lastId === '';
    const answer = await fetch(`${url}/api/events${isFirst ? '?after=earliest' : ''}`, {
      headers: { accept: 'text/event-stream', ...(isFirst ? {} : { 'last-event-id': this.#lastId }) },
      signal,
    });
    if (answer.status !== 200 || answer.body === null) return;
    const parser = new EventSourceParser();
    const decoder = new TextDecoder();
    for await (const bytes of answer.body) {
      for (const frame of parser.push(decoder.decode(bytes as Uint8Array, { stream: true })))
        this.#take(frame);
      for (const wake of this.#waiters) wake();
      this.#waiters.clear();
    }
  }

  #take({ event, id, data }: { event: string; id: string | null; data: string }): void {
    const told = JSON.parse(data) as Record<string, unknown>;
    if (event === 'hello' && (told.reset !== null || told.resumed !== true)) this.resets.push(told);
    if (event === 'hello' || event === 'bye' || id === null) return;
    this.#lastId = id;
    const { seq, type, operationId, data: content } = told as unknown as Heard;
    this.heard.push({ seq, type, operationId, data: content });
  }
}
