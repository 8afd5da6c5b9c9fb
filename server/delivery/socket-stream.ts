/** What one socket.io client is told between `subscribe` and `unsubscribe` (IO2). */
import type { Socket } from 'socket.io';
import { troubleWords, type Degraded } from '../../shared/api/events.ts';
import type { Actor } from '../../shared/operations.ts';
import type { Interest } from '../core/interest.ts';
import type { Delivery } from './delivery.ts';
import { Follower, type FollowerOwner } from './follower.ts';
import { StallWatch } from './outlet.ts';
import { jitter } from './settings.ts';
import type { SocketOutlet } from './socket-outlet.ts';
import { tickMs, type ByeReason, type Subscriber } from './subscribers.ts';

export interface SocketStreamOptions {
  readonly delivery: Delivery;
  readonly socket: Socket;
  readonly outlet: SocketOutlet;
  readonly interest: Interest;
  readonly actor: Actor;
}

export class SocketStream implements Subscriber, FollowerOwner {
  readonly transport = 'socket';
  readonly actor: Actor;
  readonly topicCount: number;
  readonly #delivery: Delivery;
  readonly #socket: Socket;
  readonly #outlet: SocketOutlet;
  readonly #stall: StallWatch;
  readonly #follower: Follower;
  #isEnding = false;
  /** Once it has said goodbye. */
  #destroyAtMs = Infinity;

  constructor({ delivery, socket, outlet, interest, actor }: SocketStreamOptions) {
    const { settings, subscribers, clock } = delivery;
    this.actor = actor;
    this.topicCount = interest.topics.length;
    this.#delivery = delivery;
    this.#socket = socket;
    this.#outlet = outlet;
    this.#stall = new StallWatch(outlet, {
      deadlineMs: settings.writeDeadlineMs,
      maxStepMs: 2 * tickMs,
      nowMs: clock.monotonicMs(),
    });
    this.#follower = new Follower({
      fanout: delivery.fanout,
      source: delivery.source,
      interest,
      outlet,
      queueBytes: settings.queueBytes,
      owner: this,
    });
    subscribers.add(this);
  }

  start(after: number): void {
    const trouble = this.#delivery.trouble();
    if (trouble !== null) this.tell(trouble);
    this.#follower.start(after);
  }

  tell(trouble: string | null): void {
    if (this.#isEnding) return;
    if (trouble === null) this.#socket.emit(troubleWords.ends);
    else this.#socket.emit(troubleWords.begins, { message: trouble } satisfies Degraded);
  }

  /** No more events; the socket stays. */
  end(): void {
    this.#stop();
    if (this.#destroyAtMs === Infinity) this.#delivery.subscribers.remove(this);
  }

  tick(nowMs: number): void {
    if (nowMs >= this.#destroyAtMs) return this.destroy();
    if (this.#isEnding || !this.#stall.isStalled(nowMs)) return;
    const { subscribers, settings } = this.#delivery;
    subscribers.tally.slowCuts += 1;
    this.bye('slow', jitter(settings.retryMs));
  }

  behind(head: number): number {
    return this.#follower.behind(head);
  }

  queuedBytes(): number {
    return this.#outlet.queuedBytes();
  }

  bye(reason: ByeReason, retryMs: number): void {
    if (this.#isEnding) return;
    this.#stop();
    const { clock, settings, subscribers } = this.#delivery;
    this.#destroyAtMs = clock.monotonicMs() + settings.lingerMs;
    this.#socket.conn.once('close', () => subscribers.remove(this));
    this.#socket.emit('bye', { reason, retryMs });
    this.#socket.disconnect(true);
  }

  /** The next `subscribe` is answered with the reset. */
  onPruned(): void {
    this.destroy();
  }

  onFailure(failure: unknown): void {
    this.#delivery.log.warn({ err: failure }, 'A socket could not read on');
    this.destroy();
  }

  onCollapsed(count: number): void {
    this.#delivery.subscribers.tally.droppedEvents += count;
  }

  destroy(): void {
    this.#stop();
    this.#delivery.subscribers.remove(this);
    terminate(this.#socket.conn);
  }

  #stop(): void {
    this.#isEnding = true;
    this.#follower.stop();
  }
}

/** A closing handshake would wait for a peer that does not read. */
function terminate(connection: Socket['conn']): void {
  const { socket } = connection.transport as unknown as { socket?: { terminate?: () => void } };
  socket?.terminate?.();
  connection.close(true);
}
