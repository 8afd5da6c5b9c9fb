/** States as shape, colour and word together, never by colour alone. */
import type { OperationStatus } from '../../../shared/operations.ts';
import type { IssueSeverity } from '../../../shared/issues.ts';
import type { SyncStatus } from '../../../shared/views/project.ts';
import type { WatchState } from '../../../shared/views/status.ts';
import { operationStatusNames, syncStatusNames, watchStateNames } from '../format/labels.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'idle';

interface Look {
  readonly icon: IconName;
  readonly tone: Tone;
}

const operationLooks: Readonly<Record<OperationStatus, Look>> = {
  queued: { icon: 'queued', tone: 'idle' },
  running: { icon: 'running', tone: 'busy' },
  completed: { icon: 'completed', tone: 'good' },
  failed: { icon: 'failed', tone: 'bad' },
  cancelled: { icon: 'cancelled', tone: 'idle' },
};

const syncLooks: Readonly<Record<SyncStatus, Look>> = {
  never_synced: { icon: 'empty', tone: 'idle' },
  syncing: { icon: 'running', tone: 'busy' },
  synced: { icon: 'completed', tone: 'good' },
  error: { icon: 'failed', tone: 'bad' },
};

const watchLooks: Readonly<Record<WatchState, Look>> = {
  off: { icon: 'eye-off', tone: 'idle' },
  starting: { icon: 'eye', tone: 'busy' },
  watching: { icon: 'eye', tone: 'good' },
  polling: { icon: 'warning', tone: 'warn' },
  retrying: { icon: 'warning', tone: 'warn' },
  halted: { icon: 'failed', tone: 'bad' },
};

const severityLooks: Readonly<Record<IssueSeverity, Look>> = {
  error: { icon: 'failed', tone: 'bad' },
  warning: { icon: 'warning', tone: 'warn' },
  notice: { icon: 'empty', tone: 'idle' },
};

interface StatusProps extends Look {
  readonly label: string;
  /** Only the shape is shown; the word is for those who hear the page. */
  readonly isShapeOnly?: boolean;
}

export function Status({ icon, tone, label, isShapeOnly = false }: StatusProps) {
  return (
    <span className={`status status-${tone}`} title={isShapeOnly ? label : undefined}>
      <Icon name={icon} className={icon === 'running' ? 'spinning' : ''} />
      <span className={isShapeOnly ? 'visually-hidden' : ''}>{label}</span>
    </span>
  );
}

interface Of<S> {
  readonly status: S;
  readonly isShapeOnly?: boolean;
}

export const OperationState = ({ status, ...rest }: Of<OperationStatus>) => (
  <Status {...operationLooks[status]} label={operationStatusNames[status]} {...rest} />
);

/** A project whose last sync went through but left files out is not simply well (SY8). */
export function SyncState({
  status,
  hasFailures = false,
  ...rest
}: Of<SyncStatus> & { hasFailures?: boolean }) {
  const isPartial = status === 'synced' && hasFailures;
  const look: Look = isPartial ? { icon: 'warning', tone: 'warn' } : syncLooks[status];
  return <Status {...look} label={isPartial ? 'Synced with failures' : syncStatusNames[status]} {...rest} />;
}

export const WatcherState = ({ status, ...rest }: Of<WatchState>) => (
  <Status {...watchLooks[status]} label={watchStateNames[status]} {...rest} />
);

export const SeverityMark = ({ status, ...rest }: Of<IssueSeverity>) => (
  <Status {...severityLooks[status]} label={status} {...rest} />
);

export const toneOfOperation = (status: OperationStatus): Tone => operationLooks[status].tone;
