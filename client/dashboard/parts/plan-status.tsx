/** How far a plan is, whether it can go on, and whether its sources agree. */
import type { PlanStatus, Readiness, TaskStatus } from '../../../shared/views/plan.ts';
import { toWords } from '../format/labels.ts';
import { planTones, readinessTexts, toConflictText } from '../format/plans.ts';
import type { IconName } from './icon.tsx';
import { Status } from './status.tsx';
import type { Tone } from './status.tsx';

export function PlanState({ status }: { status: PlanStatus | TaskStatus }) {
  return <span className={`chip chip-${planTones[status]}`}>{toWords(status)}</span>;
}

const looks: Readonly<Record<Readiness, { readonly icon: IconName; readonly tone: Tone }>> = {
  blocked: { icon: 'failed', tone: 'bad' },
  planning: { icon: 'empty', tone: 'idle' },
  review: { icon: 'eye', tone: 'warn' },
  ready: { icon: 'chevron', tone: 'good' },
  backlog: { icon: 'queued', tone: 'idle' },
  'in-progress': { icon: 'operations', tone: 'busy' },
  done: { icon: 'completed', tone: 'good' },
  deferred: { icon: 'cancelled', tone: 'idle' },
};

export function ReadinessMark({ readiness }: { readiness: Readiness }) {
  return (
    <span title={readinessTexts[readiness]}>
      <Status {...looks[readiness]} label={toWords(readiness)} />
    </span>
  );
}

export function ConflictMark({ phases }: { phases: readonly string[] }) {
  return (
    <span className="tag tag-warn" title={toConflictText(phases)}>
      conflict
    </span>
  );
}
