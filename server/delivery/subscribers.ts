/** Everybody who listens: how many may, what they have in common with time, and how they are told goodbye. */
import type { Bye } from '../../shared/api/events.ts';
import { AppError } from '../../shared/failure.ts';
import type { Actor } from '../../shared/operations.ts';
import { jitter, type DeliverySettings } from './settings.ts';
import type { StreamClock } from './surroundings.ts';

export type ByeReason = Bye['reason'];

export type Transport = 'sse' | 'socket' | 'poll';

export interface Subscriber {
  readonly transport: Transport;
  readonly actor: Actor;
  readonly topicCount: number;
  /** Looks after what is due: heartbeat, age, a peer that takes nothing. */
  tick(nowMs: number): void;
  /** Events that it has yet to be handed, of those up to the head. */
  behind(head: number): number;
  /** Bytes that wait for it in memory. */
  queuedBytes(): number;
  bye(reason: ByeReason, retryMs: number): void;
  /** Why nothing new can come, or null once it can again (F10). */
  tell?(trouble: string | null): void;
  /** Without a word. */
  destroy(): void;
}

/** What ST1 counts beyond those who are here now. */
export interface Tally {
  droppedEvents: number;
  slowCuts: number;
  resets: number;
  rotations: number;
  /** Sockets that were not let in. */
  refusedSockets: number;
}

export const tickMs = 250;
const byeMs = 2_000;

export class Subscribers {
  readonly tally: Tally = { droppedEvents: 0, slowCuts: 0, resets: 0, rotations: 0, refusedSockets: 0 };
  readonly #settings: DeliverySettings;
  readonly #clock: StreamClock;
  readonly #members = new Set<Subscriber>();
  #timer: NodeJS.Timeout | null = null;
  #isClosing = false;
  #onEmpty: () => void = () => undefined;
  #opens = 0;
  #closes = 0;

  constructor({ settings, clock }: { settings: DeliverySettings; clock: StreamClock }) {
    this.#settings = settings;
    this.#clock = clock;
  }

  get figures() {
    const topicCount = [...this.#members].reduce((sum, member) => sum + member.topicCount, 0);
    return { active: this.#members.size, topicCount, opens: this.#opens, closes: this.#closes };
  }

  /** Everybody, as a scrape adds them up. */
  get all(): Iterable<Subscriber> {
    return this.#members;
  }

  /** Throws for one too many (GU10), and for everybody once the server is stopping. `taken` counts what is taken otherwise. */
  checkRoom(taken = 0): void {
    if (this.#isClosing) {
      const headers = { 'Retry-After': '2' };
      throw new AppError('UNAVAILABLE', 'The server is stopping; connect again in a moment.', { headers });
    }
    if (Math.max(this.#members.size, taken) < this.#settings.maxStreams) return;
    const message = `All ${this.#settings.maxStreams} streams are taken; close one or try again later.`;
    throw new AppError('RATE_LIMITED', message, { headers: { 'Retry-After': '5' } });
  }

  add(subscriber: Subscriber): void {
    this.#members.add(subscriber);
    this.#opens += 1;
    this.#timer ??= setInterval(() => this.tick(), tickMs).unref();
  }

  remove(subscriber: Subscriber): void {
    if (!this.#members.delete(subscriber)) return;
    this.#closes += 1;
    if (this.#members.size > 0) return;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#onEmpty();
  }

  /** The one timer of all. */
  tick(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const member of this.#members) member.tick(nowMs);
  }

  tell(trouble: string | null): void {
    for (const member of this.#members) member.tell?.(trouble);
  }

  /** Whoever may not listen any longer is told so. */
  revoke(isRevoked: (actor: Actor) => boolean): void {
    for (const member of this.#members) {
      if (isRevoked(member.actor)) member.bye('revoked', jitter(this.#settings.retryMs));
    }
  }

  /** Resolves when all have gone, or after a bound; nobody is let in any more (SS5). */
  async closeAll(reason: ByeReason): Promise<void> {
    this.#isClosing = true;
    if (this.#members.size === 0) return;
    const gone = new Promise<void>((resolve) => (this.#onEmpty = resolve));
    for (const member of this.#members) member.bye(reason, jitter(this.#settings.retryMs));
    const patience = setTimeout(() => this.#destroyAll(), byeMs);
    await gone;
    clearTimeout(patience);
  }

  #destroyAll(): void {
    for (const member of this.#members) {
      member.destroy();
      this.remove(member);
    }
  }
}
