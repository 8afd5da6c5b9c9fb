/** Holds one poll open until its time is up, there is something to tell, its client goes away, or the server stops. */
import type { Actor } from '../../shared/operations.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';
import type { StreamClock } from './surroundings.ts';

interface HoldOptions {
  readonly subscribers: Subscribers;
  readonly clock: StreamClock;
  readonly waitMs: number;
  readonly actor: Actor;
  readonly topicCount: number;
  /** Of the request. */
  readonly signal: AbortSignal;
}

export interface Hold extends Disposable {
  /** Aborts when the poll is to be answered with what there is. */
  readonly signal: AbortSignal;
}

export function holdPoll({ subscribers, clock, waitMs, actor, topicCount, signal }: HoldOptions): Hold {
  const ending = new AbortController();
  const end = () => ending.abort();
  if (signal.aborted) end();
  signal.addEventListener('abort', end);
  const endAtMs = clock.monotonicMs() + waitMs;
  const subscriber: Subscriber = {
    transport: 'poll',
    actor,
    topicCount,
    // What there is has been answered before it waits.
    behind: () => 0,
    queuedBytes: () => 0,
    tick: (nowMs) => nowMs >= endAtMs && end(),
    // The answer says what there is to say.
    tell: end,
    bye: end,
    destroy: end,
  };
  // One that does not wait is a request like any other.
  if (waitMs > 0) subscribers.add(subscriber);
  return {
    signal: ending.signal,
    [Symbol.dispose]() {
      subscribers.remove(subscriber);
      signal.removeEventListener('abort', end);
    },
  };
}
