/** Live progress of one operation in one line: phase, how much, how fast, how long still. */
import type { OperationRecord } from '../../../shared/operations.ts';
import { toWaitingText, toWords } from '../format/labels.ts';
import { toFraction, toPercent, toRate, toShare } from '../format/numbers.ts';
import { toDuration } from '../format/time.ts';
import { ProgressBar } from './progress-bar.tsx';

interface OperationProgressProps {
  readonly operation: OperationRecord;
  readonly isSlim?: boolean;
}

export function OperationProgress({ operation, isSlim = false }: OperationProgressProps) {
  if (operation.status === 'queued') {
    return (
      <p className="progress-line muted">
        {operation.waitingFor === null ? 'Queued' : toWaitingText(operation.waitingFor)}
      </p>
    );
  }
  const { processed, total, ratePerSecond } = operation.progress;
  const share = toShare(processed, total);
  return (
    <div className="operation-progress">
      <ProgressBar label={`${toWords(operation.phase)} progress`} share={share} isSlim={isSlim} />
      <p className="progress-line">
        <span className="progress-phase">{toWords(operation.phase)}</span>
        <span className="figure">{toFraction(processed, total)}</span>
        {share !== undefined && <span className="figure">{toPercent(share)}</span>}
        {ratePerSecond != null && <span className="figure">{toRate(ratePerSecond)}</span>}
        {operation.etaMs !== null && <span className="figure">{toDuration(operation.etaMs)} left</span>}
      </p>
    </div>
  );
}
