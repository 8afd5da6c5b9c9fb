/** The way out to one peer: what a transport must offer to be followed, and when it counts as stalled. */
import type { Batch } from './batch.ts';

export interface Outlet {
  write(batch: Batch): void;
  /** Bytes written so far. */
  writtenBytes(): number;
  /** Bytes of those that the system has not taken yet. */
  queuedBytes(): number;
  /** Resolves when little is queued; rejects when the signal aborts. */
  room(signal: AbortSignal): Promise<void>;
}

/** Below this a reader is given the next batch. */
export const lowWaterBytes = 65_536;

/** Counts time by looks, so that a busy event loop is not taken for a peer that stands still (F24). */
export class StallWatch {
  readonly #outlet: Outlet;
  readonly #deadlineMs: number;
  readonly #maxStepMs: number;
  #takenBytes = 0;
  #stalledMs = 0;
  #lookedAtMs: number;

  constructor(outlet: Outlet, options: { deadlineMs: number; maxStepMs: number; nowMs: number }) {
    this.#outlet = outlet;
    this.#deadlineMs = options.deadlineMs;
    this.#maxStepMs = options.maxStepMs;
    this.#lookedAtMs = options.nowMs;
  }

  isStalled(nowMs: number): boolean {
    const stepMs = Math.min(nowMs - this.#lookedAtMs, this.#maxStepMs);
    this.#lookedAtMs = nowMs;
    const queuedBytes = this.#outlet.queuedBytes();
    const takenBytes = this.#outlet.writtenBytes() - queuedBytes;
    const hasMoved = takenBytes !== this.#takenBytes;
    this.#takenBytes = takenBytes;
    this.#stalledMs = queuedBytes === 0 || hasMoved ? 0 : this.#stalledMs + stepMs;
    return this.#stalledMs >= this.#deadlineMs;
  }
}
