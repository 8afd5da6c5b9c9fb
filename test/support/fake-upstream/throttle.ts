/** The unit budget of Azure DevOps in a sliding window (AZ21): first delayed answers, then refusals. */
import type { ThrottleSettings } from './switches.ts';

export interface Verdict {
  readonly outcome: 'free' | 'delayed' | 'refused';
  readonly headers: Readonly<Record<string, string>>;
}

/** A call that came before a Retry-After was over. */
export interface EarlyCall {
  readonly identity: string;
  readonly atMs: number;
  readonly notBeforeMs: number;
  /** When the caller was told: a call of the same moment was under way already. */
  readonly toldMs: number;
}

export interface Throttle {
  charge(identity: string, settings: ThrottleSettings | null, nowMs: number): Verdict;
  /** Whoever was told to wait is expected to. */
  tellToWait(identity: string, nowMs: number, untilMs: number): void;
  noteArrival(identity: string, nowMs: number): void;
  early(): readonly EarlyCall[];
}

/** A timer may go off a moment before the clock says so. */
const timerSlackMs = 5;

export function createThrottle(): Throttle {
  const spent = new Map<string, number[]>();
  const waits = new Map<string, { toldMs: number; untilMs: number }>();
  const early: EarlyCall[] = [];

  const tellToWait = (identity: string, toldMs: number, untilMs: number) => {
    if (untilMs > (waits.get(identity)?.untilMs ?? 0)) waits.set(identity, { toldMs, untilMs });
  };

  return {
    tellToWait,
    early: () => early,
    noteArrival(identity, atMs) {
      const wait = waits.get(identity);
      if (wait === undefined || atMs + timerSlackMs >= wait.untilMs) return;
      early.push({ identity, atMs, notBeforeMs: wait.untilMs, toldMs: wait.toldMs });
    },
    charge(identity, settings, nowMs) {
      if (settings === null) return { outcome: 'free', headers: {} };
      const used = (spent.get(identity) ?? []).filter((atMs) => atMs > nowMs - settings.windowMs);
      const outcome =
        used.length >= settings.refuseAt ? 'refused' : used.length >= settings.budget ? 'delayed' : 'free';
      if (outcome !== 'refused') used.push(nowMs);
      spent.set(identity, used);
      if (outcome !== 'free') tellToWait(identity, nowMs, nowMs + settings.retryAfterS * 1000);
      return { outcome, headers: toHeaders(outcome, used, settings, nowMs) };
    },
  };
}

function toHeaders(
  outcome: Verdict['outcome'],
  used: readonly number[],
  settings: ThrottleSettings,
  nowMs: number,
): Record<string, string> {
  const resetMs = (used[0] ?? nowMs) + settings.windowMs;
  return {
    'X-RateLimit-Resource': 'Core',
    'X-RateLimit-Delay': outcome === 'free' ? '0' : (settings.delayMs / 1000).toFixed(3),
    'X-RateLimit-Limit': String(settings.budget),
    'X-RateLimit-Remaining': String(Math.max(0, settings.budget - used.length)),
    'X-RateLimit-Reset': String(Math.ceil(resetMs / 1000)),
    ...(outcome === 'free' ? {} : { 'Retry-After': String(settings.retryAfterS) }),
  };
}
