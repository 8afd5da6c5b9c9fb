/** Lets long synchronous work rest, so that the event loop is never held for long (DX13). */
import { setImmediate } from 'node:timers/promises';

export interface Pacer {
  /** Has the work run for a slice since it last rested? */
  isDue(): boolean;
  /** Gives the event loop a turn; throws when the work was cancelled. */
  rest(): Promise<void>;
}

const sliceMs = 8;

export function createPacer(signal: AbortSignal, onRest?: () => void): Pacer {
  let dueAt = performance.now() + sliceMs;
  return {
    isDue: () => performance.now() >= dueAt,
    async rest() {
      onRest?.();
      await setImmediate();
      signal.throwIfAborted();
      dueAt = performance.now() + sliceMs;
    },
  };
}
