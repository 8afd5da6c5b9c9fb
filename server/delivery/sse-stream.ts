/** One stream to one client: catches up page by page, lives at the head, and is cut when it cannot keep pace (SS4). */
import type { ServerResponse } from 'node:http';
import type { Bye } from '../../shared/api/events.ts';
import { FeedReset, openFeed } from '../core/feed.ts';
import { isOfInterest, type Interest } from '../core/interest.ts';
import type { Journal } from '../core/journal.ts';
import type { Fanout, HeadReader } from './fanout.ts';
import { collapseProgress, heartbeatFrame, toByeFrame, toEventFrame } from './sse-frames.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';

export interface SseSettings {
  readonly heartbeatMs: number;
  /** How long a full connection may make no progress. */
  readonly writeDeadlineMs: number;
  /** Connections rotate after about this long, so that load can move and leaks cannot grow. */
  readonly maxAgeMs: number;
  /** Bytes that may wait for one client. */
  readonly queueBytes: number;
}

export const sseDefaults: SseSettings = {
  heartbeatMs: 15_000,
  writeDeadlineMs: 5_000,
  maxAgeMs: 30 * 60_000,
  queueBytes: 1_048_576,
};

interface StreamOptions {
  readonly out: ServerResponse;
  readonly journal: Journal;
  readonly fanout: Fanout;
  readonly subscribers: Subscribers;
  readonly interest: Interest;
  readonly after: number;
  readonly settings: SseSettings;
}

/** Above a quarter of its queue a reader lags: it reads for itself until the connection has drained. */
const lagShare = 0.25;

export class SseStream implements Subscriber, HeadReader {
  readonly topics: number;
  readonly #options: StreamOptions;
  readonly #closing = new AbortController();
  readonly #rotateAtMs: number;
  #through: number;
  #isAtHead = false;
  #fullSinceMs: number | null = null;
  #nextBeatMs: number;

  constructor(options: StreamOptions) {
    const { settings, interest, after, out, subscribers } = options;
    this.#options = options;
    this.#through = after;
    this.topics = interest.topics.length;
    this.#nextBeatMs = performance.now() + settings.heartbeatMs;
    this.#rotateAtMs = performance.now() + settings.maxAgeMs * (0.9 + Math.random() * 0.2);
    subscribers.add(this);
    out.once('close', () => this.#end());
    // A client that goes while bytes are on their way is no fault; `close` follows.
    out.on('error', () => undefined);
  }

  get through(): number {
    return this.#through;
  }

  /** Resolves when the stream has ended. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const isCaughtUp = await this.#catchUp().catch((failure: unknown) => this.#giveUp(failure));
      if (!isCaughtUp || signal.aborted) return;
      await this.#liveAtHead();
    }
  }

  /** Reads pages until the head is reached; false when the stream is over. */
  async #catchUp(): Promise<boolean> {
    const { journal, interest } = this.#options;
    const { signal } = this.#closing;
    if (this.#through >= journal.head()) return true;
    const feed = openFeed(journal, {
      after: this.#through,
      isOfInterest: (event) => isOfInterest(interest, event),
      pageSize: 200,
      signal,
    });
    for await (const { entries, through } of feed) {
      for (const entry of collapseProgress(entries)) {
        if (!this.#write(toEventFrame(entry))) await this.#drained();
        if (signal.aborted) return false;
      }
      this.#through = through;
      // In the turn in which the head is found the stream joins: nothing can be published in between.
      if (through >= journal.head()) return true;
    }
    return false;
  }

  /** Until the connection fills up. */
  async #liveAtHead(): Promise<void> {
    const { fanout, interest, journal } = this.#options;
    if (this.#through < journal.head()) return;
    fanout.join(interest, this);
    this.#isAtHead = true;
    await this.#lagging();
    await this.#drained();
  }

  #lagging(): Promise<void> {
    return new Promise((resolve) => {
      this.#onLag = resolve;
      this.#closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #onLag: () => void = () => undefined;

  take(bytes: Buffer | null, through: number): void {
    this.#through = through;
    if (bytes === null || this.#write(bytes)) return;
    this.#leaveHead();
    this.#onLag();
  }

  #leaveHead(): void {
    if (!this.#isAtHead) return;
    this.#isAtHead = false;
    this.#options.fanout.leave(this.#options.interest, this);
  }

  /** False when the connection has taken as much as it should for now. */
  #write(bytes: string | Buffer): boolean {
    const { out, settings } = this.#options;
    if (out.destroyed || out.writableEnded) return true;
    out.write(bytes);
    if (out.writableLength > settings.queueBytes) this.#cut();
    return out.writableLength < settings.queueBytes * lagShare;
  }

  async #drained(): Promise<void> {
    const { out } = this.#options;
    const { signal } = this.#closing;
    if (signal.aborted || !out.writableNeedDrain) return;
    this.#fullSinceMs = performance.now();
    await new Promise<void>((resolve) => {
      out.once('drain', resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#fullSinceMs = null;
  }

  tick(nowMs: number): void {
    const { settings } = this.#options;
    if (this.#fullSinceMs !== null && nowMs - this.#fullSinceMs > settings.writeDeadlineMs)
      return this.#cut();
    if (nowMs > this.#rotateAtMs) return this.close('rotate');
    if (nowMs < this.#nextBeatMs || this.#fullSinceMs !== null) return;
    this.#nextBeatMs = nowMs + settings.heartbeatMs;
    this.#write(heartbeatFrame);
  }

  close(reason: Bye['reason']): void {
    const { out } = this.#options;
    if (!out.destroyed && !out.writableEnded) out.end(toByeFrame({ reason }));
    this.#end();
  }

  /** Too slow: what waits is dropped with the connection, and read again by cursor. */
  #cut(): void {
    const { out, subscribers } = this.#options;
    subscribers.noteCut();
    this.close('slow');
    // A half-open peer never acknowledges the goodbye.
    setTimeout(() => out.destroy(), 1000).unref();
  }

  #giveUp(failure: unknown): boolean {
    if (failure instanceof FeedReset) this.#options.subscribers.noteReset();
    // The client comes back with its cursor and is told where it stands.
    this.close('rotate');
    return false;
  }

  #end(): void {
    this.#leaveHead();
    this.#closing.abort();
    this.#options.subscribers.remove(this);
  }
}
