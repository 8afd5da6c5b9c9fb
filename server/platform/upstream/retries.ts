/** Sends a call until it succeeds, may not be repeated, or has used up its time; every wait can be cut (AZ20, AZ21). */
import type { Circuit } from './circuit.ts';
import type { Pacing } from './pacing.ts';
import { isRetryable, toWaitMs } from './retry-policy.ts';
import type { UpstreamTime } from './upstream-time.ts';
import {
  pushBudgetMs,
  UpstreamFailure,
  type UpstreamAnswer,
  type UpstreamCall,
  type UpstreamCallOptions,
  type UpstreamWait,
} from './upstream.ts';

export interface RetryParts {
  readonly service: string;
  readonly pacing: Pacing;
  readonly circuit: Circuit;
  readonly time: UpstreamTime;
  /** Aborted with a failure when the upstream is closed. */
  readonly closing: AbortSignal;
}

export async function callWithRetries(
  send: (signal: AbortSignal) => Promise<UpstreamAnswer>,
  call: Pick<UpstreamCall, 'isIdempotent' | 'signal'>,
  { retryBudgetMs = pushBudgetMs, onWait }: UpstreamCallOptions,
  parts: RetryParts,
): Promise<UpstreamAnswer> {
  const { pacing, circuit, time } = parts;
  const endsAtMs = time.monotonicMs() + retryBudgetMs;
  using cut = joinSignals(call.signal, parts.closing);
  const wait = async (told: UpstreamWait) => {
    onWait?.(told);
    await time.sleep(told.waitMs, cut.signal);
  };

  for (let attempt = 1; ; attempt += 1) {
    await takePlace(attempt);
    try {
      return await send(cut.signal);
    } catch (error) {
      if (!(error instanceof UpstreamFailure)) throw error;
      circuit.note(error);
      // First of all what is in doubt is told, also to somebody who has given up.
      if (!isRetryable(error, call)) throw error;
      cut.signal.throwIfAborted();
      const { retryAfterMs } = error;
      const waitMs = toWaitMs({ attempt, retryAfterMs, random: time.random() });
      if (time.monotonicMs() + waitMs > endsAtMs) {
        if (retryBudgetMs >= patientMs) circuit.noteOutage(error);
        throw error;
      }
      await wait({
        reason: error.kind === 'throttled' ? 'throttled' : 'retry',
        waitMs,
        attempt,
        failure: error,
      });
    }
  }

  /** Looks again after each wait: what other calls heard meanwhile holds for this one too. */
  async function takePlace(attempt: number): Promise<void> {
    for (;;) {
      cut.signal.throwIfAborted();
      circuit.throwIfOpen();
      const waitMs = Math.ceil(pacing.waitMs());
      if (waitMs === 0) return pacing.take();
      if (time.monotonicMs() + waitMs > endsAtMs) throw toThrottled(parts.service, waitMs);
      await wait({ reason: 'throttled', waitMs, attempt, failure: null });
    }
  }
}

/** Shorter budgets say little about a service: a person who waits gives up early. */
const patientMs = 300_000;

const toThrottled = (service: string, waitMs: number): UpstreamFailure =>
  new UpstreamFailure({
    kind: 'throttled',
    message: `${service} asked to wait ${Math.ceil(waitMs / 1000)} s, which is longer than this call can.`,
    status: null,
    isAmbiguous: false,
    body: null,
    activityId: null,
    retryAfterMs: waitMs,
  });

interface JoinedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/** By hand, for the reason given in the exchange: signals of a push live long. */
function joinSignals(...signals: readonly (AbortSignal | undefined)[]): JoinedSignal {
  const controller = new AbortController();
  const joined = signals.filter((signal) => signal !== undefined);
  const abort = () => controller.abort(joined.find((signal) => signal.aborted)?.reason);
  for (const signal of joined) signal.addEventListener('abort', abort, { once: true });
  if (joined.some((signal) => signal.aborted)) abort();
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const signal of joined) signal.removeEventListener('abort', abort);
    },
  };
}
