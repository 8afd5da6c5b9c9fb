/** One clock for all ages and durations on screen; it runs only while somebody looks at it. */

export interface Ticker {
  readonly get: () => number;
  readonly subscribe: (listener: () => void) => () => void;
}

const everyMs = 1000;

export function createTicker(): Ticker {
  const listeners = new Set<() => void>();
  let now = Date.now();
  let timer: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    now = Date.now();
    for (const listener of listeners) listener();
  };

  return {
    get: () => now,
    subscribe: (listener) => {
      listeners.add(listener);
      timer ??= setInterval(tick, everyMs);
      // The clock may have stood for minutes while nobody looked.
      if (Date.now() - now > everyMs) queueMicrotask(tick);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
