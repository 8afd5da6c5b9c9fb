/** Notices when this process was away: an event loop that was held, a machine that slept, a clock that was set (WT8). */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Subject, type Observable } from 'rxjs';
import { systemClock, type Clock } from './clock.ts';

export interface LoopMonitor extends AsyncDisposable {
  /** 99th percentile of the event loop's delay over the last minute or two. */
  p99Ms(): number;
  /** The same time, for a scrape. */
  readonly figures: LoopFigures;
  readonly stalls$: Observable<{ ms: number }>;
  readonly jumps$: Observable<{ ms: number }>;
}

export interface LoopFigures {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly stalls: number;
}

/** What one beat of the timer says about the time since the last one. */
export type Beat = { kind: 'steady' } | { kind: 'stall'; ms: number } | { kind: 'jump'; ms: number };

const beatMs = 250;
const stallMs = 500;
const jumpMs = 2_000;
const windowMs = 60_000;

export function openLoopMonitor(clock: Clock = systemClock): LoopMonitor {
  const stalls = new Subject<{ ms: number }>();
  const jumps = new Subject<{ ms: number }>();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let last = read(clock);
  let windowEndsAt = last.monotonicMs + windowMs;
  let stallCount = 0;

  const timer = setInterval(() => {
    const now = read(clock);
    const beat = judgeBeat(now.monotonicMs - last.monotonicMs, now.wallMs - last.wallMs);
    last = now;
    if (beat.kind === 'stall') {
      stallCount += 1;
      stalls.next({ ms: beat.ms });
    }
    if (beat.kind === 'jump') jumps.next({ ms: beat.ms });
    if (now.monotonicMs < windowEndsAt) return;
    windowEndsAt = now.monotonicMs + windowMs;
    delay.reset();
  }, beatMs);
  timer.unref();

  return {
    stalls$: stalls.asObservable(),
    jumps$: jumps.asObservable(),
    p99Ms: () => toMs(delay.percentile(99)),
    get figures() {
      return {
        p50Ms: toMs(delay.percentile(50)),
        p99Ms: toMs(delay.percentile(99)),
        maxMs: toMs(delay.max),
        stalls: stallCount,
      };
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      delay.disable();
      stalls.complete();
      jumps.complete();
    },
  };
}

/** The monotonic clock stands still while a machine sleeps, the wall clock does not: a difference is a jump either way. */
export function judgeBeat(monotonicMs: number, wallMs: number): Beat {
  const jumped = wallMs - monotonicMs;
  if (Math.abs(jumped) > jumpMs) return { kind: 'jump', ms: jumped };
  const held = monotonicMs - beatMs;
  return held > stallMs ? { kind: 'stall', ms: held } : { kind: 'steady' };
}

function read(clock: Clock): { monotonicMs: number; wallMs: number } {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.now().getTime() };
}

/** The histogram counts in nanoseconds from when its timer was due, and says NaN before the first sample. */
function toMs(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, Math.round(nanoseconds / 1e4) / 100 - 10) : 0;
}
