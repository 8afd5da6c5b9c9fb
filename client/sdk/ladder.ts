/** Which transport comes next, and when: from the best down to the one that always works (PO2). */

/** Best first. */
export const transports = ['sse', 'socket', 'long-poll', 'poll'] as const;
export type TransportName = (typeof transports)[number];

export const rungOf = (transport: TransportName): number => transports.indexOf(transport);

/** A stream that cannot say hello in this time is held back by something on the way. */
export const helloWithinMs: Readonly<Record<TransportName, number>> = {
  sse: 3_000,
  socket: 3_000,
  'long-poll': 10_000,
  poll: 10_000,
};

/** A line that lived this long proves its transport; what ended it is no fault of the transport. */
export const steadyMs = 10_000;

/** Why a line ended, where another try may help. */
export type RetryReason =
  | 'ended'
  | 'lost'
  | 'silent'
  | 'garbage'
  | 'unreachable'
  | 'refused'
  | 'unsupported'
  | 'no-hello'
  | 'slow'
  | 'shutdown'
  | 'rotate';

/** Why no other try may be made. */
export type StopReason = 'told-to-stop' | 'unauthorised' | 'revoked';
export type CloseReason = RetryReason | StopReason;

export const isStop = (because: CloseReason): because is StopReason =>
  because === 'told-to-stop' || because === 'unauthorised' || because === 'revoked';

/** How much an end speaks against the transport; at three the next one is tried. */
const strikesOf: Readonly<Record<RetryReason, number>> = {
  ended: 1,
  lost: 1,
  silent: 1,
  garbage: 1,
  // A server that is away or starting fails on every transport alike: be slower to blame this one.
  unreachable: 0.5,
  refused: 0.5,
  unsupported: 3,
  'no-hello': 3,
  slow: 0,
  shutdown: 0,
  rotate: 0,
};
export const maxStrikes = 3;

/** What the machine remembers of earlier lines. */
export interface Past {
  /** How many lines were opened; the number of the newest. */
  readonly lines: number;
  readonly strikes: number;
  /** Ends in a row without a steady line between them. */
  readonly failures: number;
  /** Rounds of climbing that found nothing better. */
  readonly climbs: number;
}

export const noPast: Past = { lines: 0, strikes: 0, failures: 0, climbs: 0 };

export interface Step {
  readonly transport: TransportName;
  readonly past: Past;
}

/** Where to go after a line has ended. Below the last rung comes the first: then it was not the transport. */
export function stepAfter(transport: TransportName, because: RetryReason, past: Past): Step {
  const strikes = past.strikes + strikesOf[because];
  const failures = past.failures + 1;
  if (strikes < maxStrikes) return { transport, past: { ...past, strikes, failures } };
  const below = transports[rungOf(transport) + 1] ?? transports[0];
  return { transport: below, past: { ...past, strikes: 0, failures } };
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;
const longestHintMs = 300_000;

/** Exponential with jitter, never sooner than the server asked (`retry:`, Retry-After). */
export function toRetryDelay(failures: number, hintMs: number | null, random: number): number {
  const backoffMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.max(0, failures - 1));
  const hintedMs = Math.min(hintMs ?? 0, longestHintMs);
  return Math.round(Math.max(backoffMs / 2, hintedMs) + (random * backoffMs) / 2);
}

const firstClimbMs = 30_000;
const longestClimbMs = 300_000;

/** When to look for a better transport while this one works. */
export function toClimbDelay(climbs: number, random: number): number {
  return Math.round(Math.min(longestClimbMs, firstClimbMs * 2 ** climbs * (1 + random / 4)));
}
