/** What has happened to the watch of one project, told as the status object of ST3. */
import { toTimestamp } from '../../../shared/ids.ts';
import type { ProgressStatus, WatchStatus } from '../../../shared/views/status.ts';
import type { WatchState } from './watch-state.ts';

/** Times are milliseconds since 1970. */
export interface WatchFacts {
  readonly lastTickAt: number | null;
  readonly lastTickRaw: number;
  readonly lastTickClassified: number;
  readonly ticksWithoutDispatch: number;
  /** A batch usually ends before the tick that counted its changes. */
  readonly hasDispatchedInTick: boolean;
  readonly lastAttemptAt: number | null;
  readonly lastSuccessAt: number | null;
  readonly lastChangeCount: number;
  readonly lastSyncStatus: 'completed' | 'failed' | null;
  readonly lastSyncError: string | null;
  readonly failedDispatches: number;
  readonly lastReconcileAt: number | null;
  readonly lastReconcileReason: string | null;
  readonly repairs: number;
}

export type WatchFact =
  | { kind: 'ticked'; raw: number; classified: number }
  | { kind: 'attempted' }
  | { kind: 'succeeded'; changes: number }
  | { kind: 'failed'; error: string }
  /** What failed is not tried again: a reconcile pass takes its place. */
  | { kind: 'dropped' }
  | { kind: 'reconciled'; reason: string; repaired: number };

export const noFacts: WatchFacts = {
  lastTickAt: null,
  lastTickRaw: 0,
  lastTickClassified: 0,
  ticksWithoutDispatch: 0,
  hasDispatchedInTick: false,
  lastAttemptAt: null,
  lastSuccessAt: null,
  lastChangeCount: 0,
  lastSyncStatus: null,
  lastSyncError: null,
  failedDispatches: 0,
  lastReconcileAt: null,
  lastReconcileReason: null,
  repairs: 0,
};

export function foldFact(facts: WatchFacts, fact: WatchFact, nowMs: number): WatchFacts {
  switch (fact.kind) {
    case 'ticked':
      return {
        ...facts,
        lastTickAt: nowMs,
        lastTickRaw: fact.raw,
        lastTickClassified: fact.classified,
        ticksWithoutDispatch: facts.hasDispatchedInTick ? 0 : facts.ticksWithoutDispatch + 1,
        hasDispatchedInTick: false,
      };
    case 'attempted':
      return { ...facts, lastAttemptAt: nowMs };
    case 'succeeded':
      return {
        ...facts,
        lastSuccessAt: nowMs,
        lastChangeCount: fact.changes,
        lastSyncStatus: 'completed',
        lastSyncError: null,
        failedDispatches: 0,
        ticksWithoutDispatch: 0,
        hasDispatchedInTick: true,
      };
    case 'failed':
      return {
        ...facts,
        lastSyncStatus: 'failed',
        lastSyncError: fact.error,
        failedDispatches: facts.failedDispatches + 1,
      };
    case 'dropped':
      return { ...facts, failedDispatches: 0 };
    case 'reconciled':
      return {
        ...facts,
        lastReconcileAt: nowMs,
        lastReconcileReason: fact.reason,
        repairs: facts.repairs + fact.repaired,
      };
  }
}

const freshMs = 15 * 60_000;

/** A failing batch never looks alive; churn that is ignored never looks stalled (WT12). */
export function progressStatus(state: WatchState, facts: WatchFacts, nowMs: number): ProgressStatus {
  if (!isRunning(state)) return 'not_running';
  if (facts.failedDispatches > 0) return 'stalled';
  return facts.lastSuccessAt !== null && nowMs - facts.lastSuccessAt <= freshMs ? 'progressing' : 'idle';
}

export interface WatchScene {
  readonly state: WatchState;
  readonly facts: WatchFacts;
  readonly watchPaths: readonly string[];
  readonly missingPaths: readonly string[];
  readonly pendingChanges: number;
  readonly oldestPendingAt: number | null;
}

export function toWatchStatus(scene: WatchScene, nowMs: number): WatchStatus {
  const { state, facts } = scene;
  return {
    configured: state.state !== 'off',
    running: isRunning(state),
    state: state.state,
    reason: 'reason' in state ? state.reason : null,
    watchPaths: [...scene.watchPaths],
    watchPathCount: scene.watchPaths.length,
    missingPaths: [...scene.missingPaths],
    pendingChanges: scene.pendingChanges,
    oldestPendingAt: toStamp(scene.oldestPendingAt),
    lastTickAt: toStamp(facts.lastTickAt),
    lastTickRawChangeCount: facts.lastTickRaw,
    lastTickClassifiedChangeCount: facts.lastTickClassified,
    lastChangeSyncAt: toStamp(facts.lastSuccessAt),
    lastChangeCount: facts.lastChangeCount,
    lastSyncStatus: facts.lastSyncStatus,
    lastSyncError: facts.lastSyncError,
    lastAttemptAt: toStamp(facts.lastAttemptAt),
    lastSuccessfulDispatchAt: toStamp(facts.lastSuccessAt),
    consecutiveTicksWithoutDispatch: facts.ticksWithoutDispatch,
    consecutiveFailedDispatches: facts.failedDispatches,
    lastReconcileAt: toStamp(facts.lastReconcileAt),
    lastReconcileReason: facts.lastReconcileReason,
    repairsTotal: facts.repairs,
    progressStatus: progressStatus(state, facts, nowMs),
  };
}

function isRunning({ state }: WatchState): boolean {
  return state === 'watching' || state === 'polling';
}

function toStamp(atMs: number | null): string | null {
  return atMs === null ? null : toTimestamp(atMs);
}
