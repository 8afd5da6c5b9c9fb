/** When a batch goes, in virtual time: one column of a diagram is a millisecond. */
import { map, of, timer, toArray, type ObservableInput, type SchedulerLike } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import {
  dispatchBatches,
  retryDelayMs,
  type BatchOptions,
  type Outcome,
} from '../../server/features/watching/batches.ts';
import { PendingChanges } from '../../server/features/watching/pending-changes.ts';
import type { ChangeKind, TreeChange } from '../../server/platform/watch-source.ts';

const kinds: Record<string, ChangeKind> = { '+': 'added', '~': 'modified', '-': 'deleted' };
const done: Outcome = { status: 'done' };

interface Scene {
  /** When and what: `0 +a` is an addition of `a` at the start. */
  changes: string[];
  stamp?: (path: string, nowMs: number) => string | null;
  isHeld?: (nowMs: number) => boolean;
  dispatch?: (scheduler: TestScheduler) => ObservableInput<Outcome>;
  /** How much too early timers fire. */
  earlyMs?: number;
}

/** Which batches went when: `10: ~a`. */
function play({ changes, stamp, isHeld, dispatch, earlyMs = 0 }: Scene): string[] {
  const lines: string[] = [];
  const scheduler = new TestScheduler((actual, expected) => expect(actual).toEqual(expected));
  scheduler.maxFrames = 200_000;
  scheduler.run(({ cold }) => {
    const changes$ = cold(...toMarbles(changes));
    const options: BatchOptions = {
      scheduler: {
        now: () => scheduler.now(),
        schedule: (...[work, delayMs = 0, state]: Parameters<SchedulerLike['schedule']>) =>
          scheduler.schedule(work, Math.max(0, delayMs - earlyMs), state),
      },
      pending: new PendingChanges({ quietMs: 150, maxMs: 1000, deletionQuietMs: 500, maxPaths: 10_000 }),
      stamp: (path) => (stamp === undefined ? 'same' : stamp(path, scheduler.now())),
      isHeld: () => isHeld?.(scheduler.now()) ?? false,
      dispatch: (batch) => {
        const said = batch.kind === 'walk' ? ['walk'] : batch.changes.map(toShort);
        lines.push(`${scheduler.now()}: ${said.join(' ')}`);
        return dispatch?.(scheduler) ?? of(done);
      },
    };
    dispatchBatches(changes$, options).subscribe();
  });
  return lines;
}

const toShort = ({ change, path }: TreeChange) =>
  `${Object.keys(kinds).find((sign) => kinds[sign] === change)!}${path}`;

function toMarbles(changes: string[]): [string, Record<string, TreeChange>] {
  const values: Record<string, TreeChange> = {};
  let marbles = '';
  let frame = 0;
  for (const [index, line] of changes.entries()) {
    const [at, word] = line.split(' ') as [string, string];
    const name = String.fromCharCode(0x100 + index);
    values[name] = { path: word.slice(1), change: kinds[word[0]!]! };
    if (Number(at) > frame) marbles += ` ${Number(at) - frame}ms `;
    marbles += name;
    frame = Number(at) + 1;
  }
  return [marbles, values];
}

const failing = (times: number, takesMs = 0) => {
  let calls = 0;
  return (scheduler: TestScheduler) =>
    timer(takesMs, scheduler).pipe(
      map((): Outcome => (calls++ < times ? { status: 'failed', error: 'no' } : done)),
    );
};

test.each<[string, Scene, string[]]>([
  ['a lone change goes as soon as its file has settled', { changes: ['0 ~a'] }, ['10: ~a']],
  [
    'a lone file that is still written goes when two looks find the same',
    { changes: ['0 ~a'], stamp: (_, nowMs) => String(Math.min(nowMs, 30)) },
    ['40: ~a'],
  ],
  ['a save of several notifications is one batch', { changes: ['0 +a', '1 ~a', '3 ~a'] }, ['13: +a']],
  ['a burst goes after 150 ms of quiet', { changes: ['0 ~a', '5 ~b', '100 ~c'] }, ['250: ~a ~b ~c']],
  [
    'a log that never rests goes every second',
    { changes: range(0, 1500, 5, '~log') },
    ['1000: ~log', '1505: ~log'],
  ],
  ['a file that came and went is nothing', { changes: ['0 +a', '5 -a'] }, []],
  ['a file that went and came is one modification', { changes: ['0 -a', '60 +a'] }, ['70: ~a']],
  ['a file that is missing does not settle', { changes: ['0 ~a'], stamp: () => null }, ['150: ~a']],
])('[WT3] %s', (_, scene, lines) => {
  expect(play(scene)).toEqual(lines);
});

test('[WT3] a burst without end is cut after a second', () => {
  const changes = Array.from({ length: 200 }, (_, n) => `${n * 7} ~f${n}`);

  const batches = play({ changes }).map((line) => line.split(' '));

  expect(batches.map(([at, ...paths]) => `${at} ${paths.length}`)).toEqual(['1000: 143', '1543: 57']);
  expect(new Set(batches.flatMap(([, ...paths]) => paths)).size).toBe(200);
});

test.each<[string, Scene, string[]]>([
  ['a deletion goes after 500 ms of quiet', { changes: ['0 -a'] }, ['500: -a']],
  ['later changes renew the quiet', { changes: ['0 -a', '400 -b'] }, ['900: -a -b']],
  ['a moved file goes as one batch', { changes: ['0 -a', '1 +b'] }, ['501: -a +b']],
  [
    'in a burst without end the deletion stays behind',
    { changes: ['0 -a', ...range(2, 1100, 100, '~b')] },
    ['1002: ~b', '1402: -a'],
  ],
])('[SY17] %s', (_, scene, lines) => {
  expect(play(scene)).toEqual(lines);
});

test('[SY17] a timer that fires early leaves no deletion behind', () => {
  expect(play({ changes: ['0 -a', '1 +b'], earlyMs: 0.6 })).toEqual(['500.4: -a +b']);
});

test('[WT7] batches never overlap: while one is under way the next collects', () => {
  const slow = (scheduler: TestScheduler) => timer(2000, scheduler).pipe(map(() => done));

  expect(play({ changes: ['0 ~a', '100 ~b', '900 ~c'], dispatch: slow })).toEqual(['10: ~a', '2010: ~b ~c']);
});

test('[WT7] a batch that fails is tried again after 1, 2, 4 … 60 s, and never dropped', () => {
  const lines = play({ changes: ['0 ~a'], dispatch: failing(7) });

  const delays = lines.map((line, index) => parseInt(line) - parseInt(lines[index - 1] ?? '10'));
  expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  expect(new Set(lines.map((line) => line.split(': ')[1]))).toEqual(new Set(['~a']));
});

test('[WT7] a batch that fails takes along what came since', () => {
  expect(play({ changes: ['0 +a', '300 ~a', '400 ~b'], dispatch: failing(1, 50) })).toEqual([
    '10: +a',
    '1060: +a ~b',
  ]);
});

test('[WT7] what throws has failed', () => {
  let calls = 0;
  const throwing = (): ObservableInput<Outcome> => {
    if (calls++ === 0) throw new Error('no database');
    return of(done);
  };

  expect(play({ changes: ['0 ~a'], dispatch: throwing })).toEqual(['10: ~a', '1010: ~a']);
});

test('[WT7] after a success the next failure waits one second again', () => {
  let calls = 0;
  const everySecond = (): ObservableInput<Outcome> =>
    of(calls++ % 2 === 0 ? { status: 'failed', error: 'no' } : done);

  expect(play({ changes: ['0 ~a', '5000 ~b'], dispatch: everySecond })).toEqual([
    '10: ~a',
    '1010: ~a',
    '5010: ~b',
    '6010: ~b',
  ]);
});

test('[F6] while git rewrites the tree nothing goes, and then all of it at once', () => {
  const isHeld = (nowMs: number) => nowMs < 3000;

  expect(play({ changes: ['0 ~a', '500 ~b', '1700 +c', '2990 ~d'], isHeld })).toEqual(['3140: ~a ~b +c ~d']);
});

test('[F6] what git deletes goes with what it writes, although it was done before the batch was due', () => {
  const isHeld = (nowMs: number) => nowMs < 960;

  expect(play({ changes: ['0 ~a', '300 -b', '600 ~c', '950 ~d'], isHeld })).toEqual(['1450: ~a -b ~c ~d']);
});

test('[WT3] a watch that is turned off lets the batch under way end and begins no other', () => {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.run(({ cold }) => {
    let begun = 0;
    const options: BatchOptions = {
      scheduler,
      pending: new PendingChanges({ quietMs: 150, maxMs: 1000, deletionQuietMs: 500, maxPaths: 10_000 }),
      stamp: () => 'same',
      isHeld: () => false,
      dispatch: () => (begun++, timer(500, scheduler).pipe(map(() => done))),
    };
    const watch = dispatchBatches(cold(...toMarbles(['0 ~a', '100 ~b'])), options)
      .pipe(toArray())
      .subscribe();

    timer(200, scheduler).subscribe(() => watch.unsubscribe());
    timer(5000, scheduler).subscribe(() => expect(begun).toBe(1));
  });
  expect.assertions(1);
});

test.each([
  [1, 1000],
  [2, 2000],
  [6, 32_000],
  [7, 60_000],
  [5000, 60_000],
])('[WT7] attempt %d waits %d ms', (attempt, waitMs) => {
  expect(retryDelayMs(attempt)).toBe(waitMs);
});

function range(from: number, to: number, step: number, word: string): string[] {
  return Array.from({ length: Math.floor((to - from) / step) }, (_, n) => `${from + n * step} ${word}`);
}
