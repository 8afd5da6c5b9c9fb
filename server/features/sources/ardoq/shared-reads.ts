/** Keeps what was read for a while, and lets those who ask meanwhile share one read (BR3). */

export interface SharedReads<T> {
  /** `refresh` asks anew, unless somebody is asking already. */
  read(key: string, load: () => Promise<T>, how: ReadHow): Promise<T>;
}

export interface ReadHow {
  readonly refresh: boolean;
  /** Ends this reader's waiting, not the read that others wait for. */
  readonly signal?: AbortSignal | undefined;
}

export function createSharedReads<T>({ keepMs, monotonicMs }: KeepOptions): SharedReads<T> {
  const kept = new Map<string, { readonly value: T; readonly untilMs: number }>();
  const underWay = new Map<string, Promise<T>>();

  const load = async (key: string, read: () => Promise<T>): Promise<T> => {
    try {
      const value = await read();
      kept.set(key, { value, untilMs: monotonicMs() + keepMs });
      return value;
    } finally {
      underWay.delete(key);
    }
  };

  return {
    async read(key, read, { refresh, signal }) {
      for (const [name, { untilMs }] of kept) if (untilMs <= monotonicMs()) kept.delete(name);
      const found = kept.get(key);
      if (found !== undefined && !refresh) return found.value;
      const shared = underWay.get(key) ?? load(key, read);
      underWay.set(key, shared);
      return await orAborted(shared, signal);
    },
  };
}

interface KeepOptions {
  readonly keepMs: number;
  readonly monotonicMs: () => number;
}

async function orAborted<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await shared;
  signal.throwIfAborted();
  return await new Promise<T>((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    shared.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
