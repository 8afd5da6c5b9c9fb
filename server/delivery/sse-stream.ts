/** One event stream over one HTTP response, from hello to bye (SS1 to SS5). */
import type { ServerResponse } from 'node:http';
import type { Hello } from '../../shared/api/events.ts';
import type { Actor } from '../../shared/operations.ts';
import type { Interest } from '../core/interest.ts';
import type { Delivery } from './delivery.ts';
import { Follower, type FollowerOwner } from './follower.ts';
import { toPrunedHello } from './hello.ts';
import { StallWatch } from './outlet.ts';
import { ResponseOutlet } from './response-outlet.ts';
import { jitter } from './settings.ts';
import { heartbeatFrame, toByeFrame, toFrames, toHelloFrame, toTroubleFrame } from './sse-frames.ts';
import { createStyle, type StreamStyle } from './sse-style.ts';
import { tickMs, type ByeReason, type Subscriber } from './subscribers.ts';

export interface SseStreamOptions {
  readonly delivery: Delivery;
  /** Its head has been sent. */
  readonly response: ServerResponse;
  readonly interest: Interest;
  readonly actor: Actor;
  readonly style?: StreamStyle;
}

const plainStyle = createStyle({ toFrames, isLast: () => false, rotates: true, saysHello: true });

export class SseStream implements Subscriber, FollowerOwner {
  readonly transport = 'sse';
  readonly actor: Actor;
  readonly topicCount: number;
  readonly #delivery: Delivery;
  readonly #response: ServerResponse;
  readonly #outlet: ResponseOutlet;
  readonly #follower: Follower;
  readonly #stall: StallWatch;
  readonly #rotateAtMs: number;
  readonly #style: StreamStyle;
  #heartbeatAtMs: number;
  #isEnding = false;
  /** Once it has said goodbye. */
  #destroyAtMs = Infinity;

  constructor({ delivery, response, interest, actor, style = plainStyle }: SseStreamOptions) {
    const { settings, clock, subscribers } = delivery;
    const nowMs = clock.monotonicMs();
    this.actor = actor;
    this.topicCount = interest.topics.length;
    this.#delivery = delivery;
    this.#response = response;
    this.#style = style;
    this.#outlet = new ResponseOutlet(response, style, () => this.#finish());
    this.#stall = new StallWatch(this.#outlet, {
      deadlineMs: settings.writeDeadlineMs,
      maxStepMs: 2 * tickMs,
      nowMs,
    });
    this.#rotateAtMs = style.rotates ? nowMs + jitter(settings.maxAgeMs) : Infinity;
    this.#heartbeatAtMs = nowMs + settings.heartbeatMs;
    this.#follower = new Follower({
      fanout: delivery.fanout,
      source: delivery.source,
      interest,
      outlet: this.#outlet,
      queueBytes: settings.queueBytes,
      owner: this,
    });
    response.on('close', () => this.#forget());
    // A peer that went away in the middle of a write; 'close' follows.
    response.on('error', () => undefined);
    subscribers.add(this);
  }

  start(hello: Hello, after: number): void {
    if (this.#style.saysHello) {
      this.#response.write(toHelloFrame(hello, jitter(this.#delivery.settings.retryMs)));
    }
    const trouble = this.#delivery.trouble();
    if (trouble !== null) this.tell(trouble);
    this.#follower.start(after);
  }

  tell(trouble: string | null): void {
    if (!this.#isEnding) this.#response.write(toTroubleFrame(trouble));
  }

  tick(nowMs: number): void {
    const { settings, subscribers } = this.#delivery;
    if (nowMs >= this.#destroyAtMs) return this.destroy();
    if (this.#isEnding) return;
    if (this.#stall.isStalled(nowMs)) {
      subscribers.tally.slowCuts += 1;
      return this.bye('slow', jitter(settings.retryMs));
    }
    if (nowMs >= this.#rotateAtMs) {
      subscribers.tally.rotations += 1;
      return this.bye('rotate', jitter(settings.retryMs / 4));
    }
    if (nowMs < this.#heartbeatAtMs) return;
    this.#heartbeatAtMs = nowMs + settings.heartbeatMs;
    // Where something waits to be read already, a sign of life would only wait behind it.
    if (this.#outlet.queuedBytes() === 0) this.#response.write(heartbeatFrame);
  }

  behind(head: number): number {
    return this.#follower.behind(head);
  }

  queuedBytes(): number {
    return this.#outlet.queuedBytes();
  }

  bye(reason: ByeReason, retryMs: number): void {
    if (this.#isEnding) return;
    this.#end();
    this.#destroyAtMs = this.#delivery.clock.monotonicMs() + this.#delivery.settings.lingerMs;
    this.#response.end(toByeFrame({ reason }, retryMs));
  }

  destroy(): void {
    this.#response.destroy();
  }

  onPruned(): void {
    // Never rejects.
    void this.#startOver();
  }

  /** Ends without a word, so that the client comes back by its cursor. */
  onFailure(failure: unknown): void {
    this.#delivery.log.warn({ err: failure }, 'A stream could not read on');
    this.destroy();
  }

  onCollapsed(count: number): void {
    this.#delivery.subscribers.tally.droppedEvents += count;
  }

  /** Everything has been said. */
  #finish(): void {
    if (this.#isEnding) return;
    this.#end();
    this.#destroyAtMs = this.#delivery.clock.monotonicMs() + this.#delivery.settings.drainMs;
    this.#response.end();
  }

  #end(): void {
    this.#isEnding = true;
    this.#follower.stop();
  }

  #forget(): void {
    this.#end();
    this.#delivery.subscribers.remove(this);
  }

  /** F25: says hello once more, and goes on from the head. */
  async #startOver(): Promise<void> {
    try {
      const position = await this.#delivery.readPosition();
      if (this.#isEnding) return;
      this.#delivery.subscribers.tally.resets += 1;
      this.start(toPrunedHello(position), position.head);
    } catch (failure) {
      this.onFailure(failure);
    }
  }
}
