/** The status of a watch neither looks alive while it fails nor stalled while nothing is to be done. */
import { expect, test } from 'vitest';
import {
  foldFact,
  noFacts,
  progressStatus,
  toWatchStatus,
  type WatchFact,
} from '../../server/features/watching/watch-facts.ts';
import type { WatchState } from '../../server/features/watching/watch-state.ts';
import { WatchStatus } from '../../shared/views/status.ts';

const minute = 60_000;
const watching: WatchState = { state: 'watching' };
const polling: WatchState = { state: 'polling', reason: 'ENOSPC', remedy: null };
const halted: WatchState = { state: 'halted', reason: 'gone' };
const tick: WatchFact = { kind: 'ticked', raw: 5, classified: 0 };
const success: WatchFact = { kind: 'succeeded', changes: 1 };
const failure: WatchFact = { kind: 'failed', error: 'no' };

/** One fact a minute, the first at minute 0. */
const fold = (...facts: WatchFact[]) =>
  facts.reduce((sum, fact, index) => foldFact(sum, fact, index * minute), noFacts);

test.each<[string, WatchState, WatchFact[], number, string]>([
  ['nothing happened', watching, [], 0, 'idle'],
  ['only ignored files changed', watching, [tick, tick, tick], 3, 'idle'],
  ['a batch succeeded 15 minutes ago', watching, [success], 15, 'progressing'],
  ['a batch succeeded 16 minutes ago', watching, [success], 16, 'idle'],
  ['a batch failed', watching, [failure], 1, 'stalled'],
  [
    'a batch failed days ago, and each attempt since',
    watching,
    [success, failure, failure, tick],
    9999,
    'stalled',
  ],
  ['a batch succeeded after failures', watching, [failure, failure, success], 3, 'progressing'],
  ['the failed batch was dropped by a halt', watching, [failure, { kind: 'dropped' }], 3, 'idle'],
  ['a batch succeeded while polling', polling, [success], 1, 'progressing'],
  ['it is halted', halted, [success], 1, 'not_running'],
  ['it is off', { state: 'off' }, [success], 1, 'not_running'],
])('[WT12] progress when %s', (_, state, facts, minutes, status) => {
  expect(progressStatus(state, fold(...facts), minutes * minute)).toBe(status);
});

test('[ST3] attempts and successes have times of their own', () => {
  const facts = fold(success, { kind: 'attempted' }, failure);

  expect(facts).toMatchObject({
    lastSuccessAt: 0,
    lastAttemptAt: minute,
    failedDispatches: 1,
    lastSyncStatus: 'failed',
  });
});

test('[ST3] ticks without a batch are counted, those with one are not', () => {
  expect(fold(tick, tick).ticksWithoutDispatch).toBe(2);
  expect(fold(tick, success, tick).ticksWithoutDispatch).toBe(0);
  expect(fold(tick, success, tick, tick).ticksWithoutDispatch).toBe(1);
});

test('[ST3] repairs add up', () => {
  const pass: WatchFact = { kind: 'reconciled', reason: 'interval', repaired: 3 };

  expect(fold(pass, pass)).toMatchObject({
    repairs: 6,
    lastReconcileAt: minute,
    lastReconcileReason: 'interval',
  });
});

test('[ST3] the status object is what the contract says', () => {
  const status = toWatchStatus(
    {
      state: polling,
      facts: fold(tick, success),
      watchPaths: ['/p/docs'],
      missingPaths: [],
      pendingChanges: 2,
      oldestPendingAt: minute,
    },
    2 * minute,
  );

  expect(WatchStatus.parse(status)).toEqual(status);
  expect(status).toMatchObject({
    configured: true,
    running: true,
    state: 'polling',
    reason: 'ENOSPC',
    watchPathCount: 1,
    oldestPendingAt: '1970-01-01T00:01:00.000Z',
    lastSuccessfulDispatchAt: '1970-01-01T00:01:00.000Z',
  });
});
