/** Pure work in steps: at once for whoever needs its answer now, in slices where the event loop must not be held (DX13). */
import { createPacer } from '../../platform/pacer.ts';

export type Steps<T> = Generator<undefined, T>;

export function runAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Throws the reason of the signal between two slices. */
export async function runPaced<T>(steps: Steps<T>, signal: AbortSignal): Promise<T> {
  const pacer = createPacer(signal);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (pacer.isDue()) await pacer.rest();
  }
}
