/** One value that changes, in the two functions `useSyncExternalStore` wants; both may be passed around unbound. */

export interface Readable<T> {
  readonly get: () => T;
  /** The listener hears of changes only; the answer ends it. */
  readonly subscribe: (listener: () => void) => () => void;
}

export interface Cell<T> extends Readable<T> {
  readonly set: (value: T) => void;
}

export function createCell<T>(initial: T): Cell<T> {
  const listeners = new Set<{ readonly run: () => void }>();
  let value = initial;
  return {
    get: () => value,
    set(changed) {
      if (Object.is(changed, value)) return;
      value = changed;
      for (const { run } of listeners) run();
    },
    subscribe(run) {
      // The same function subscribed twice is two subscriptions.
      const entry = { run };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
  };
}
