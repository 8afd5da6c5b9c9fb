import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCallLimit } from '../../server/features/sources/ardoq/call-limit.ts';

test('[AR6] law: never more than two calls run at a time, and all of them run in order', () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 8 }), async (scheduler, count) => {
      const limit = createCallLimit(2);
      const begun: number[] = [];
      let running = 0;
      let most = 0;

      const arrived: number[] = [];
      const calls = Array.from({ length: count }, async (_, index) => {
        await scheduler.schedule(Promise.resolve(), `arrival ${index}`);
        arrived.push(index);
        await limit.run(async () => {
          begun.push(index);
          running += 1;
          most = Math.max(most, running);
          await scheduler.schedule(Promise.resolve(), `call ${index}`);
          running -= 1;
        });
      });
      await scheduler.waitFor(Promise.all(calls));

      expect(begun).toEqual(arrived);
      expect(most).toBeLessThanOrEqual(2);
    }),
  ));

test('[AR6] a call that fails gives its place away', async () => {
  const limit = createCallLimit(1);

  await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');

  expect(await limit.run(() => Promise.resolve('next'))).toBe('next');
});

test('[AR6] whoever gives up while waiting is not called, and holds nobody up', async () => {
  const limit = createCallLimit(1);
  const reason = new Error('cancelled');
  const controller = new AbortController();
  let finish = () => {};
  const held = new Promise<void>((resolve) => (finish = resolve));
  const first = limit.run(() => held);
  const second = limit
    .run(() => Promise.resolve('second'), controller.signal)
    .catch((error: unknown) => error);
  const third = limit.run(() => Promise.resolve('third'));

  controller.abort(reason);
  finish();

  await first;
  expect([await second, await third]).toEqual([reason, 'third']);
});
