/** Names of the contract in words: kinds, phases, states and counters. */
import type { OperationStatus, WaitingFor } from '../../../shared/operations.ts';
import type { SyncStatus } from '../../../shared/views/project.ts';
import type { WatchState } from '../../../shared/views/status.ts';

/** `documentsSynced`, `story_points` and `git-dates` as words; an unknown name of a newer server reads well too. */
export function toWords(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_-]+/g, ' ')
    .replace(/:/g, ' · ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const kinds: Readonly<Record<string, string>> = {
  full_sync: 'Full sync',
  sync_changed_files: 'Changed files',
  rebuild_links: 'Rebuild links',
  push_work_items: 'Push work items',
};
export const toKindName = (kind: string): string => kinds[kind] ?? toWords(kind);

export const syncStatusNames: Readonly<Record<SyncStatus, string>> = {
  never_synced: 'Never synced',
  syncing: 'Syncing',
  synced: 'Synced',
  error: 'Error',
};

export const operationStatusNames: Readonly<Record<OperationStatus, string>> = {
  queued: 'Queued',
  running: 'Running',
  completed: 'Completed',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const watchStateNames: Readonly<Record<WatchState, string>> = {
  off: 'Not watching',
  starting: 'Starting',
  watching: 'Watching',
  polling: 'Polling',
  retrying: 'Retrying',
  halted: 'Halted',
};

const waitingReasons: Readonly<Record<WaitingFor['reason'], string>> = {
  lane: 'behind another operation of this project',
  slot: 'for a free slot',
  retry_delay: 'for its retry delay',
};

export function toWaitingText(waiting: WaitingFor): string {
  const place = waiting.position > 0 ? `, number ${waiting.position} in line` : '';
  return `Waiting ${waitingReasons[waiting.reason]}${place}`;
}

/** The last 6 characters: enough to tell the operations of one screen apart. */
export const toShortId = (operationId: string): string => operationId.slice(-6);
