/** How a push and its items stand: shape, colour and word. */
import type { SyncRecord } from '../../../../shared/views/history.ts';
import type { ItemStatus, PushStatus } from '../../../../shared/work-items.ts';
import { Status, type Tone } from '../../parts/status.tsx';

export const pushStatusNames: Readonly<Record<PushStatus, string>> = {
  pending: 'Waiting',
  in_progress: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const icons = {
  pending: 'queued',
  in_progress: 'running',
  completed: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
} as const;

const tones: Readonly<Record<PushStatus, Tone>> = {
  pending: 'idle',
  in_progress: 'busy',
  completed: 'good',
  failed: 'bad',
  cancelled: 'idle',
};

/** A push that went through but left items out is not simply well. */
export function PushState({ record: { status, outcome } }: { record: SyncRecord }) {
  if (status === 'completed' && outcome === 'partial') {
    return <Status icon="warning" tone="warn" label="Completed in part" />;
  }
  return <Status icon={icons[status]} tone={tones[status]} label={pushStatusNames[status]} />;
}

export const itemStatusNames: Readonly<Record<ItemStatus, string>> = {
  created: 'Created',
  updated: 'Updated',
  unchanged: 'Unchanged',
  failed: 'Failed',
  skipped: 'Skipped',
};

const itemLooks = {
  created: { icon: 'completed', tone: 'good' },
  updated: { icon: 'completed', tone: 'good' },
  unchanged: { icon: 'empty', tone: 'idle' },
  failed: { icon: 'failed', tone: 'bad' },
  skipped: { icon: 'cancelled', tone: 'warn' },
} as const;

export const ItemState = ({ status }: { status: ItemStatus }) => (
  <Status {...itemLooks[status]} label={itemStatusNames[status]} />
);
