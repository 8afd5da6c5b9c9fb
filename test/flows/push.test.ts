/** Pushing a tree to Azure DevOps over the wire: once, again, and with changes (PU, EV20 to EV25). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { countTypes, createTree, openPushKit, typesOf, type PushKit } from './push-kit.ts';

let kit: PushKit;

beforeAll(async () => {
  kit = await openPushKit();
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

test('[PU19, EV21, EV22] a tree is pushed, each item is told, and all counts agree', async () => {
  const run = await kit.push(createTree(2, 2, 2));

  expect(run.status).toBe(200);
  expect(run.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(typesOf(run)[0]).toBe('sync:started');
  expect(typesOf(run).at(-1)).toBe('sync:complete');
  expect(countTypes(run)).toMatchObject({ 'epic:created': 2, 'feature:created': 4, 'userstory:created': 8 });
  expect(run.summary).toMatchObject({ total: 14, created: 14, failed: 0, skipped: 0 });

  const record = await kit.history(run.historyId);
  expect(record).toMatchObject({
    status: 'completed',
    outcome: 'succeeded',
    total_items: 14,
    items_created: 14,
  });
  expect(await kit.items(run.historyId)).toHaveLength(14);
  expect(kit.fake.items().filter((item) => item.project === 'Fabrikam')).toHaveLength(14);
});
