/** Storms are recognised by counting, in virtual time. */
import { NEVER, merge, mergeMap, range, take, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { stormsOver, toTicks, type Tick } from '../../server/features/watching/ticks.ts';

function play(run: (scheduler: TestScheduler, told: string[]) => void): string[] {
  const scheduler = new TestScheduler(() => undefined);
  scheduler.maxFrames = 60_000;
  const told: string[] = [];
  scheduler.run(() => run(scheduler, told));
  return told;
}

test('[ST3] a tick counts what was noticed in a second, and how much of it mattered', () => {
  const told = play((scheduler, lines) => {
    const raw$ = timer(100, 190, scheduler).pipe(take(12));
    const changes$ = timer(150, scheduler);
    const tell = ({ raw, classified }: Tick) => lines.push(`${scheduler.now()}: ${raw}/${classified}`);
    toTicks(raw$, changes$, scheduler).subscribe(tell);
  });

  expect(told).toEqual(['1100: 6/1', '2240: 6/0']);
});

test.each([
  ['1,000 notifications in a second are no storm', [1000], []],
  ['1,001 are', [1001], [3000]],
  ['a storm of several seconds is told once, when it is over', [5000, 5000, 5000], [5002]],
])('[WT8] %s', (_, seconds, tolds) => {
  const told = play((scheduler, lines) => {
    const bursts = seconds.map((count, n) =>
      timer(n * 1001, scheduler).pipe(mergeMap(() => range(0, count))),
    );
    stormsOver(toTicks(merge(...bursts), NEVER, scheduler), scheduler).subscribe(() =>
      lines.push(String(scheduler.now())),
    );
  });

  expect(told.map(Number)).toEqual(tolds);
});
