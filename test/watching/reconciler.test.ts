/** Reconcile passes are asked for one at a time. */
import { expect, test } from 'vitest';
import { Reconciler, type ReconcileReason } from '../../server/features/watching/reconciler.ts';
import { ManualTime } from './manual-time.ts';

/** A pass ends when it is told to. */
function handMade(scheduler = new ManualTime()) {
  const begun: ReconcileReason[] = [];
  const told: string[] = [];
  let end: (outcome: { repaired: number } | Error) => void = () => undefined;
  const reconciler = new Reconciler({
    reconcile: (reason) => {
      begun.push(reason);
      return new Promise((resolve, reject) => {
        end = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      });
    },
    completed: (reason, repaired) => told.push(`${reason} ${repaired}`),
    failed: (error) => told.push(String(error)),
    scheduler,
  });
  return { reconciler, begun, told, end: (outcome: { repaired: number } | Error) => end(outcome) };
}

test('[WT8] however much is asked for during a pass, one more follows', async () => {
  const { reconciler, begun, told, end } = handMade();
  for (const reason of ['turned_on', 'storm', 'event_loop_stall', 'interval'] as const)
    reconciler.ask(reason);

  end({ repaired: 2 });
  await expect.poll(() => begun).toEqual(['turned_on', 'interval']);
  end({ repaired: 0 });

  await expect.poll(() => told).toEqual(['turned_on 2', 'interval 0']);
});

test('[WT8] a pass that fails is told, and does not keep the next from running', async () => {
  const { reconciler, begun, told, end } = handMade();
  reconciler.ask('storm');
  end(new Error('no database'));
  await expect.poll(() => told).toEqual(['Error: no database']);

  reconciler.ask('interval');

  expect(begun).toEqual(['storm', 'interval']);
});

test('[WT8] a pass that fails is tried again after 1, 2, 4 seconds: what was missed is still missing', async () => {
  const time = new ManualTime();
  const { reconciler, begun, told, end } = handMade(time);
  reconciler.ask('storm');

  for (const [failures, waitMs] of [1000, 2000, 4000].entries()) {
    end(new Error('no database'));
    await expect.poll(() => told.length).toBe(failures + 1);
    time.advance(waitMs - 1);
    expect(begun.length).toBe(failures + 1);
    time.advance(1);
    expect(begun.length).toBe(failures + 2);
  }
  end({ repaired: 3 });

  await expect.poll(() => told.at(-1)).toBe('storm 3');
  time.advance(100_000);
  expect(begun.length).toBe(4);
});

test('[WT8] after a watch was turned off no further pass begins', async () => {
  const { reconciler, begun, told, end } = handMade();
  reconciler.ask('turned_on');
  reconciler.ask('storm');

  reconciler.forget();
  end({ repaired: 0 });

  await expect.poll(() => told).toEqual(['turned_on 0']);
  expect(begun).toEqual(['turned_on']);
});
