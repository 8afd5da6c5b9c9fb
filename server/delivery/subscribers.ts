/** Everybody who listens: how many there may be, what they cost, and how they are told goodbye. */
import type { Bye } from '../../shared/api/events.ts';
import { AppError } from '../../shared/failure.ts';
import type { CacheStatus } from '../../shared/views/status.ts';

export interface Subscriber {
  readonly topics: number;
  /** Called once a second; heartbeats, deadlines and ages hang on this one timer for all. */
  tick(nowMs: number): void;
  close(reason: Bye['reason']): void;
}

const streamsAtMost = 1000;
const tickMs = 1000;

export class Subscribers implements AsyncDisposable {
  readonly #subscribers = new Set<Subscriber>();
  readonly #timer: NodeJS.Timeout;
  #opens = 0;
  #closes = 0;
  #resets = 0;
  #cut = 0;
  #isClosed = false;

  constructor() {
    this.#timer = setInterval(() => this.#tick(), tickMs);
    this.#timer.unref();
  }

  /** Throws when there are too many, or the server is stopping. */
  checkRoom(): void {
    if (this.#isClosed)
      throw new AppError('UNAVAILABLE', 'The server is stopping.', { headers: { 'Retry-After': '2' } });
    if (this.#subscribers.size < streamsAtMost) return;
    throw new AppError('RATE_LIMITED', `${streamsAtMost} streams are open already; close some, or poll.`, {
      headers: { 'Retry-After': '10' },
    });
  }

  add(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
    this.#opens += 1;
  }

  remove(subscriber: Subscriber): void {
    if (this.#subscribers.delete(subscriber)) this.#closes += 1;
  }

  noteReset(): void {
    this.#resets += 1;
  }

  noteCut(): void {
    this.#cut += 1;
  }

  figures(head: number): CacheStatus['liveUpdates'] {
    let topics = 0;
    for (const subscriber of this.#subscribers) topics += subscriber.topics;
    return {
      active_subscribers: this.#subscribers.size,
      buffered_topics: 0,
      active_topic_subscriptions: topics,
      published_events: head,
      // Nothing is ever dropped: who is too slow is cut, and resumes by cursor.
      dropped_events: 0,
      buffer_evictions: this.#cut,
      replay_gaps: this.#resets,
      subscription_opens: this.#opens,
      subscription_closes: this.#closes,
    };
  }

  #tick(): void {
    const nowMs = performance.now();
    for (const subscriber of [...this.#subscribers]) subscriber.tick(nowMs);
  }

  /** SS5: every stream is told, and ends. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    for (const subscriber of [...this.#subscribers]) subscriber.close('shutdown');
  }
}
