/** Aborts what has given no sign of life for a while: a half-open connection never ends by itself. */
import type { Clock } from '../clock.ts';

export interface Watchdog {
  /** Aborts with the owner's signal, or when nothing was fed in time. */
  readonly signal: AbortSignal;
  hasBitten(): boolean;
  feed(): void;
  close(): void;
}

export function openWatchdog(clock: Clock, silenceMs: number, owner: AbortSignal): Watchdog {
  const controller = new AbortController();
  let hasBitten = false;
  let cancel = () => {};
  const close = () => {
    cancel();
    owner.removeEventListener('abort', follow);
  };
  const follow = () => {
    close();
    controller.abort(owner.reason);
  };
  const bite = () => {
    hasBitten = true;
    close();
    controller.abort();
  };
  const feed = () => {
    cancel();
    if (!controller.signal.aborted) cancel = clock.after(silenceMs, bite);
  };
  owner.addEventListener('abort', follow, { once: true });
  if (owner.aborted) follow();
  feed();
  return { signal: controller.signal, hasBitten: () => hasBitten, feed, close };
}
