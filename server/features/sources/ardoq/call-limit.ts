/** Lets a few calls run at a time; the others wait in order (AR6). */

export interface CallLimit {
  run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

export function createCallLimit(most: number): CallLimit {
  const waiting: (() => void)[] = [];
  let running = 0;

  /** A place is handed on, so that nobody who comes later can take it. */
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };

  const enter = async (signal: AbortSignal | undefined): Promise<void> => {
    signal?.throwIfAborted();
    if (running < most) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = () => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal!.reason as Error);
      };
      const take = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      waiting.push(take);
    });
  };

  return {
    async run(call, signal) {
      await enter(signal);
      try {
        return await call();
      } finally {
        leave();
      }
    },
  };
}
