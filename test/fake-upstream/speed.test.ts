/** The fake is never what a benchmark measures: its cost in processor time, whatever else the machine does. */
import { expect, test } from 'vitest';
import { toCall } from '../support/fake-upstream/call.ts';
import { createDescriptionCheck } from '../support/fake-upstream/description-check.ts';
import { createFake } from '../support/fake-upstream/fake.ts';
import { defaultSwitches } from '../support/fake-upstream/switches.ts';
import { defaultSettings } from '../support/fake-upstream/world.ts';
import { marker, set, title } from './caller.ts';

const openFake = () =>
  createFake(defaultSettings, { ...defaultSwitches, logBodies: false }, createDescriptionCheck(), Date.now);

function processorMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

test('[FK15] 2,000 creates, checked and answered, cost less than a second', () => {
  const fake = openFake();
  const create = (nth: number) => {
    const steps = [
      title(`Story ${nth}`),
      set('System.Description', `<p>${'text '.repeat(80)}</p>`),
      set('System.Tags', `a; b; ref-${nth % 50}`),
      marker(`http://me/items/documents/p/${nth}`),
    ];
    const outcome = fake.receive(
      toCall({
        method: 'POST',
        target: '/contoso/Fabrikam/_apis/wit/workitems/$User%20Story?api-version=7.1',
        headers: { authorization: 'Bearer fake-pat', 'content-type': 'application/json-patch+json' },
        text: JSON.stringify(steps),
        origin: 'http://127.0.0.1',
        atMs: 0,
      }),
    );
    return outcome.end === 'reply' ? JSON.stringify(outcome.reply.body).length : 0;
  };
  // The first ones pay for compiling the schemas.
  for (let nth = 2001; nth <= 2200; nth += 1) create(nth);

  const spentMs = processorMs(() => {
    for (let nth = 1; nth <= 2000; nth += 1) create(nth);
  });

  expect(fake.items()).toHaveLength(2200);
  expect(fake.breaches()).toEqual([]);
  expect(spentMs).toBeLessThan(1000);
});

test('[FK7] 50,000 work items are seeded within two seconds', () => {
  const fake = openFake();

  const spentMs = processorMs(() => fake.seed({ many: { count: 50_000 } }));

  expect(fake.items()).toHaveLength(50_000);
  expect(spentMs).toBeLessThan(2000);
});
