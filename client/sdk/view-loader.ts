/** Reads one snapshot at a time: a request during a read is answered by one more, and never too often. */
import { CallError } from './call-error.ts';
import type { Clock } from './clock.ts';

export interface LoaderOptions<A> {
  readonly load: (signal: AbortSignal) => Promise<A>;
  readonly onAnswer: (answer: A) => void;
  readonly onError: (error: CallError) => void;
  readonly clock: Clock;
}

export interface Loader {
  request(): void;
  /** What is being read is no longer wanted: read anew. */
  restart(): void;
  close(): void;
}

/** Twenty a second: a burst is one load, and a lone save is not held back. */
export const shortestGapMs = 50;
const timeoutMs = 30_000;
const longestRetryMs = 30_000;

export function openLoader<A>({ load, onAnswer, onError, clock }: LoaderOptions<A>): Loader {
  let reading: AbortController | null = null;
  let isWanted = false;
  let lastStartMs = -Infinity;
  let failures = 0;
  let cancelTimer: (() => void) | null = null;
  let isClosed = false;

  const request = (): void => {
    if (isClosed) return;
    isWanted = true;
    if (reading === null) schedule(lastStartMs + shortestGapMs - clock.nowMs());
  };

  const schedule = (delayMs: number): void => {
    cancelTimer?.();
    cancelTimer = null;
    if (delayMs <= 0) return start();
    cancelTimer = clock.after(delayMs, () => {
      cancelTimer = null;
      start();
    });
  };

  const start = (): void => {
    isWanted = false;
    lastStartMs = clock.nowMs();
    const controller = new AbortController();
    reading = controller;
    const cancel = clock.after(timeoutMs, () => controller.abort(timedOut()));
    // Both outcomes are handled; what an outdated read ends with interests nobody.
    void run(load, controller.signal).then(
      (answer) => finish(controller, cancel, () => onAnswer(answer), true),
      (error: unknown) => finish(controller, cancel, () => refuse(toCallError(error)), false),
    );
  };

  const finish = (controller: AbortController, cancel: () => void, tell: () => void, isGood: boolean) => {
    cancel();
    if (reading !== controller) return;
    reading = null;
    if (isGood) failures = 0;
    tell();
    if (isWanted && reading === null) request();
  };

  const refuse = (error: CallError): void => {
    onError(error);
    if (!error.isTransient || isClosed) return;
    failures++;
    const backoffMs = Math.min(longestRetryMs, 500 * 2 ** failures);
    if (!isWanted) schedule(Math.max(backoffMs, error.retryAfterMs ?? 0));
  };

  const drop = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    const dropped = reading;
    reading = null;
    dropped?.abort();
  };

  return {
    request,
    restart() {
      drop();
      request();
    },
    close() {
      isClosed = true;
      drop();
    },
  };
}

/** Also what throws before there is a promise, and what does not listen to its signal. */
function run<A>(load: (signal: AbortSignal) => Promise<A>, signal: AbortSignal): Promise<A> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    Promise.resolve(signal).then(load).then(resolve, reject);
  });
}

const timedOut = () => new CallError({ code: 'NETWORK', message: `No answer within ${timeoutMs / 1000} s` });

function toCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new CallError({ code: 'MALFORMED', message, cause: error });
}
