/** When writing counts as paused, and when it goes on (F10): no database is needed to know. */
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { WriteHealth, type WriteTiming } from '../../server/core/write-health.ts';
import { systemClock } from '../../server/platform/clock.ts';
import { createLogger } from '../../server/platform/logger.ts';
import { until } from '../support/until.ts';

const timing: WriteTiming = { slowMs: 60, secondLookMs: 30, wellMs: 5_000, trialEveryMs: 20 };

let health: WriteHealth;
let tries: number;

/** Trials fail so many times. */
function open({ failures = 0 } = {}): WriteHealth {
  tries = 0;
  health = new WriteHealth({
    clock: systemClock,
    log: createLogger('silent'),
    timing,
    onWell: async () => undefined,
    async tryWrite() {
      tries += 1;
      if (tries <= failures) throw new Error('still');
    },
  });
  return health;
}
afterEach(() => health[Symbol.asyncDispose]());

const refusing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));

test.each([
  ['53100', 'full'],
  ['25006', 'read-only'],
])('[F10] a write refused with %s pauses what comes after it: %s', async (code, reason) => {
  open({ failures: Infinity });

  await expect(health.watch(refusing(code))).rejects.toThrow(code);

  expect(health.pause).toMatchObject({ reason });
  expect(() => health.admit()).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
});

test.each(['23505', '40001', 'CONNECTION_CLOSED'])(
  'a write that fails with %s pauses nothing',
  async (code) => {
    open();

    await expect(health.watch(refusing(code))).rejects.toThrow(code);

    expect(health.pause).toBeNull();
    health.admit();
  },
);

test('[F10] it ends with the first trial that is taken, and not before', async () => {
  open({ failures: 3 });
  await health.watch(refusing('53100')).catch(() => undefined);

  await until('it goes on', () => health.pause === null);

  expect(tries).toBe(4);
  health.admit();
});

test('[F10] a commit that takes long pauses; work before the commit may take its time', async () => {
  open({ failures: Infinity });
  await health.watch(() => wait(200));
  expect(health.pause).toBeNull();

  await health.watch(async (committing) => {
    committing();
    await until('it is called slow', () => health.pause !== null);
  });

  expect(health.pause).toMatchObject({ reason: 'slow' });
});

test('[F24] a commit that only waited for a busy event loop is not slow', async () => {
  open({ failures: Infinity });

  await health.watch(async (committing) => {
    committing();
    const answer = wait(5);
    const endMs = performance.now() + 200;
    while (performance.now() < endMs);
    await answer;
  });
  await wait(100);

  expect(health.pause).toBeNull();
});
