/** Moments and running durations, with the exact time one hover away. */
import { isTerminal } from '../../../shared/operations.ts';
import type { OperationRecord } from '../../../shared/operations.ts';
import { toAge, toDateTime, toDuration } from '../format/time.ts';
import { useNow } from '../use-now.ts';

export function Age({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={toDateTime(at)}>
      {toAge(Date.parse(at), now)}
    </time>
  );
}

export function OperationDuration({ operation }: { operation: OperationRecord }) {
  if (isTerminal(operation.status)) return <span className="figure">{toDuration(operation.durationMs)}</span>;
  return operation.startedAt === null ? (
    <span className="muted">—</span>
  ) : (
    <Elapsed since={operation.startedAt} atLeastMs={operation.durationMs} />
  );
}

/** Ticks from a moment on; never shows less than what was already measured. */
export function Elapsed({ since, atLeastMs = 0 }: { since: string; atLeastMs?: number }) {
  const now = useNow();
  const ms = Math.max(atLeastMs, now - Date.parse(since));
  return <span className="figure">{toDuration(ms < 1000 ? ms : Math.floor(ms / 1000) * 1000)}</span>;
}
