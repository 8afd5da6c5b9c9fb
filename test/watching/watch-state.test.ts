/** The states of a watch, and what is told of them. */
import { expect, test } from 'vitest';
import { toBatchEvent, toStateEvent } from '../../server/features/watching/watch-events.ts';
import {
  nextState,
  restartDelayMs,
  type WatchEvent,
  type WatchState,
} from '../../server/features/watching/watch-state.ts';

const off: WatchState = { state: 'off' };
const degraded: WatchEvent = { kind: 'degraded', reason: 'no watches', remedy: 'sysctl' };
const crashed: WatchEvent = { kind: 'crashed', reason: 'boom' };
const lost: WatchEvent = { kind: 'source-lost', reason: 'gone' };
const on: WatchEvent = { kind: 'turned-on' };
const connected: WatchEvent = { kind: 'connected' };

const after = (...events: WatchEvent[]) => events.reduce(nextState, off);

test.each<[WatchEvent[], WatchState]>([
  [[on], { state: 'starting' }],
  [[on, connected], { state: 'watching' }],
  [[on, degraded], { state: 'polling', reason: 'no watches', remedy: 'sysctl' }],
  [[on, degraded, connected], { state: 'watching' }],
  [[on, connected, crashed], { state: 'retrying', reason: 'boom', attempt: 1 }],
  [[on, connected, crashed, crashed], { state: 'retrying', reason: 'boom', attempt: 2 }],
  [[on, connected, crashed, connected, crashed], { state: 'retrying', reason: 'boom', attempt: 1 }],
  [[on, connected, lost], { state: 'halted', reason: 'gone' }],
  [[on, connected, lost, { kind: 'source-back' }], { state: 'starting' }],
  [[on, connected, { kind: 'turned-off' }], off],
])('[ST3] %j leads to %j', (events, state) => {
  expect(after(...events)).toEqual(state);
});

test.each([connected, degraded, crashed])(
  '[WT11] what a closed watcher still says (%j) ends no halt',
  (event) => {
    expect(after(on, connected, lost, event)).toEqual({ state: 'halted', reason: 'gone' });
  },
);

test.each([connected, degraded, crashed, lost])(
  '[PJ11] a watch that is off stays off, whatever comes: %j',
  (event) => {
    expect(nextState(off, event)).toEqual(off);
  },
);

test.each([
  [1, 0],
  [2, 1000],
  [3, 2000],
  [7, 32_000],
  [8, 60_000],
  [900, 60_000],
])('[WT12] restart %d waits %d ms', (attempt, waitMs) => {
  expect(restartDelayMs(attempt)).toBe(waitMs);
});

test.each<[string, WatchEvent[], boolean, object | null]>([
  [
    'the first connection',
    [on, connected],
    false,
    { type: 'watch:ready', data: { state: 'watching', watchPaths: ['/p'] } },
  ],
  [
    'a connection after trouble',
    [on, connected],
    true,
    { type: 'watch:recovered', data: { state: 'watching' } },
  ],
  [
    'polling',
    [on, degraded],
    false,
    { type: 'watch:degraded', data: { state: 'polling', reason: 'no watches', remedy: 'sysctl' } },
  ],
  [
    'a halt',
    [on, connected, lost],
    false,
    { type: 'watch:degraded', data: { state: 'halted', reason: 'gone', remedy: null } },
  ],
  ['a second crash in a row', [on, crashed, crashed], true, null],
  ['a start', [on], false, null],
])('[WT14] the event of %s', (_, events, isTroubled, draft) => {
  const before = after(...events.slice(0, -1));

  expect(toStateEvent(before, after(...events), isTroubled, ['/p'])).toEqual(draft);
});

test('[WT14] a batch tells its counts and its first twenty paths, seen from the root', () => {
  const changes = Array.from({ length: 30 }, (_, n) => ({ path: `/p/f${n}.md`, change: 'added' as const }));
  const log = { path: '/home/x/.claude/a.jsonl', change: 'modified' as const };

  const { data } = toBatchEvent({ kind: 'paths', changes: [log, ...changes] }, '/p');

  expect(data).toMatchObject({ added: 30, modified: 1, deleted: 0 });
  expect(data).toHaveProperty('paths.length', 20);
  expect(data).toHaveProperty('paths.0', '/home/x/.claude/a.jsonl');
  expect(data).toHaveProperty('paths.1', 'f0.md');
});
