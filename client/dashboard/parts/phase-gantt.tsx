/** The phases of an operation on its own time line, with duration, amount and rate of each. */
import type { OperationRecord } from '../../../shared/operations.ts';
import { toWords } from '../format/labels.ts';
import { toGantt } from '../format/gantt.ts';
import type { GanttBar } from '../format/gantt.ts';
import { toFraction, toRate, toShare } from '../format/numbers.ts';
import { toDuration } from '../format/time.ts';
import { useNow } from '../use-now.ts';
import { toneOfOperation } from './status.tsx';

interface PhaseGanttProps {
  readonly operation: OperationRecord;
  /** Without the phases that only mark the beginning and the end. */
  readonly isCompact?: boolean;
}

export function PhaseGantt({ operation, isCompact = false }: PhaseGanttProps) {
  const now = useNow();
  const bars = toGantt(operation, now).filter(
    ({ phase, isOpen }) => !isCompact || isOpen || (phase.name !== 'queued' && phase.name !== 'completed'),
  );
  if (bars.length === 0) return null;
  const lastTone = toneOfOperation(operation.status);
  return (
    <ol className="gantt" aria-label="Phases">
      {bars.map((bar, index) => (
        <Phase key={bar.phase.name} bar={bar} tone={index === bars.length - 1 ? lastTone : 'done'} />
      ))}
    </ol>
  );
}

function Phase({ bar: { phase, isOpen, durationMs, from, width }, tone }: { bar: GanttBar; tone: string }) {
  const { processed, total, ratePerSecond } = phase.progress;
  const share = isOpen ? (toShare(processed, total) ?? 1) : 1;
  return (
    <li className={isOpen ? 'phase phase-open' : 'phase'} aria-current={isOpen ? 'step' : undefined}>
      <span className="phase-name">{toWords(phase.name)}</span>
      <span className="phase-track" aria-hidden="true">
        <span
          className={`phase-bar phase-${tone}`}
          style={{ left: `${from * 100}%`, width: `${width * 100}%` }}
        >
          <span className="phase-fill" style={{ transform: `scaleX(${share})` }} />
        </span>
      </span>
      <span className="phase-duration figure">{toDuration(durationMs)}</span>
      <span className="phase-amount figure muted">{toFraction(processed, total)}</span>
      <span className="phase-rate figure muted">{ratePerSecond == null ? '' : toRate(ratePerSecond)}</span>
    </li>
  );
}
