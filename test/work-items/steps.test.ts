import { expect, test } from 'vitest';
import { runAtOnce, runPaced, type Steps } from '../../server/features/work-items/steps.ts';

function* count(steps: number, done: number[] = []): Steps<number> {
  for (let step = 0; step < steps; step += 1) {
    done.push(step);
    yield;
    const until = performance.now() + 3;
    while (performance.now() < until);
  }
  return steps;
}

test('[DX13] paced work has the same answer, and lets the event loop turn in between', async () => {
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);

  const answer = await runPaced(count(20), new AbortController().signal);
  clearInterval(timer);

  expect(answer).toBe(runAtOnce(count(20)));
  expect(turns).toBeGreaterThan(1);
});

test('[PU20] paced work stops at the next slice once it is cancelled', async () => {
  const done: number[] = [];
  const running = runPaced(count(1_000, done), AbortSignal.abort(new Error('cancelled')));

  await expect(running).rejects.toThrow('cancelled');
  expect(done.length).toBeLessThan(20);
});
