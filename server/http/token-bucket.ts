/** A bucket of tokens: so many at once, so many a second. */

export interface BucketClock {
  /** Milliseconds that only ever grow. */
  monotonicMs(): number;
}

export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

export class TokenBucket {
  readonly #clock: BucketClock;
  readonly #rate: Rate;
  #tokens: number;
  #filledAtMs: number;

  constructor(clock: BucketClock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
    this.#tokens = rate.burst;
    this.#filledAtMs = clock.monotonicMs();
  }

  /** Whether there was one left. */
  take(): boolean {
    if (!this.hasOne()) return false;
    this.#tokens -= 1;
    return true;
  }

  hasOne(): boolean {
    this.#fill();
    return this.#tokens >= 1;
  }

  /** Until there is one again, in whole seconds and never none: what Retry-After says. */
  waitS(): number {
    this.#fill();
    return Math.max(1, Math.ceil((1 - this.#tokens) / this.#rate.perSecond));
  }

  #fill(): void {
    const nowMs = this.#clock.monotonicMs();
    const gained = ((nowMs - this.#filledAtMs) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#filledAtMs = nowMs;
  }
}
