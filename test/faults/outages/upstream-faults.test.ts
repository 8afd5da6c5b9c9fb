/** Azure DevOps answers badly in the middle of a push: delays are honoured, and each item exists once in the end (F20). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTree, openPushKit, type PushKit, type TreeNode } from '../../flows/push-kit.ts';
import type { FaultAction, FaultMatch } from '../../support/fake-upstream/faults.ts';

let kit: PushKit;

beforeAll(async () => {
  kit = await openPushKit({
    settings: { SYNCLINE_PUSH_LOOK_UP_WAITS_S: '0.02,0.05,0.1', SYNCLINE_UPSTREAM_ANSWER_S: '1' },
  });
});
afterAll(() => kit[Symbol.asyncDispose]());

/** An epic with two features and a story each, of this case alone. */
function treeOf(name: string): TreeNode[] {
  const own = (node: TreeNode): TreeNode => ({
    ...node,
    _id: `${name} ${node._id}`,
    name: `${name} ${node.name}`,
    ...(node.children === undefined ? {} : { children: node.children.map(own) }),
  });
  return createTree(1, 2, 1).map(own);
}

const writes = () => kit.fake.requests().filter(({ isWrite }) => isWrite);
const inMiddle: FaultMatch = { kind: 'create', nth: 3 };

test.each<[name: string, action: FaultAction, last: string]>([
  ['429', { kind: '429', retryAfterS: 1 }, 'sync:complete'],
  ['401', { kind: '401' }, 'sync:error'],
  ['203 HTML', { kind: '203html' }, 'sync:error'],
  ['500', { kind: '5xx', status: 500 }, 'sync:complete'],
  ['500 after commit', { kind: '500-after-commit' }, 'sync:complete'],
  ['reset after create', { kind: 'reset-after-commit' }, 'sync:complete'],
])(
  '[F20, RC10] %s in the middle: told as it is, and after one undisturbed push each item is there once',
  async (name, action, last) => {
    kit.fake.clearRequests();
    kit.fake.addFault({ match: inMiddle, action });
    const epics = treeOf(name);

    const disturbed = await kit.push(epics);
    expect(disturbed.frames.at(-1)?.event).toBe(last);
    expect(kit.fake.earlyCalls()).toEqual([]);

    kit.fake.clearFaults();
    // A connection whose token was refused has to be tested before it is used again.
    await kit.server.request('POST', `/api/azure-devops/configurations/${kit.configId}/test`);
    const again = await kit.push(epics);
    expect(again.summary).toMatchObject({ total: 5, failed: 0 });
    expect((again.summary.created ?? 0) + (disturbed.summary.created ?? 0)).toBeLessThanOrEqual(5);
    const titles = kit.fake
      .items()
      .map(({ title }) => title)
      .filter((title) => title.startsWith(`${name} `));
    expect(titles.toSorted()).toEqual([...new Set(titles)].toSorted());
    expect(titles).toHaveLength(5);
    expect([...new Set(Object.values(kit.fake.countByMarker()))]).toEqual([1]);

    kit.fake.clearRequests();
    expect((await kit.push(epics)).summary).toMatchObject({ total: 5, unchanged: 5 });
    expect(writes()).toEqual([]);
  },
);

test('[F20, RC7] 412 on an update: the item is read and planned again, and nothing of either change is lost', async () => {
  const epics = treeOf('412');
  await kit.push(epics);
  kit.fake.clearRequests();
  kit.fake.addFault({ match: { kind: 'update' }, action: { kind: 'stale-rev' } });

  const run = await kit.push([{ ...epics[0]!, name: '412 renamed' }]);

  expect(run.summary).toMatchObject({ updated: 1, failed: 0 });
  expect(writes().map(({ status }) => status)).toEqual([412, 200]);
  expect(kit.fake.items().filter(({ title }) => title === '412 renamed')).toHaveLength(1);
});
