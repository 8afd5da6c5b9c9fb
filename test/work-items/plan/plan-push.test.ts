import { describe, expect, test } from 'vitest';
import { planPush } from '../../../server/features/work-items/plan/plan-push.ts';
import {
  agile,
  basic,
  parentLink,
  plan,
  planOne,
  toEntry,
  toPlanInput,
  toTarget,
  toTree,
  type Leaf,
} from '../planning-kit.ts';

const actions = (leaves: readonly Leaf[], world = {}) =>
  plan(leaves, world).items.map(({ item, action, reason }) => `${item.sourceId} ${action} ${reason}`);

/** The same leaf as it was pushed before, and what it was then in the target. */
const pushed = (leaf: Omit<Leaf, 'id'>, there: Readonly<Record<string, unknown>> = {}) => {
  const before = planOne(leaf);
  return {
    ledger: [toEntry(before, 7)],
    existing: [toTarget(7, { fields: { ...before.fields, ...there } })],
  };
};

describe('what is new', () => {
  test('[PL3] an item that nobody knows is created with all its fields', () => {
    const item = planOne({ name: 'Lamp', priority: 'high' });

    expect(item).toMatchObject({
      action: 'create',
      reason: 'new',
      workItemId: null,
      targetType: 'Epic',
      title: 'Lamp',
    });
    expect(item.fields).toEqual({ 'System.Title': 'Lamp', 'Microsoft.VSTS.Common.Priority': 2 });
  });

  test('[PL3] an item that was deleted in Azure DevOps is created again, and says why', () => {
    const { ledger } = pushed({ name: 'Lamp' });

    expect(planOne({ name: 'Lamp' }, { ledger })).toMatchObject({
      action: 'create',
      reason: 'deleted_in_target',
    });
  });

  test('[PU35] a tombstone is as good as nothing', () => {
    const ledger = [toEntry(planOne({}), 7, { state: 'deleted' })];

    expect(planOne({}, { ledger, existing: [] })).toMatchObject({ action: 'create', reason: 'new' });
  });

  test('[PU31] what the overwrite takes away is created afresh, also where a marker still finds it', () => {
    const world = { ...pushed({}), byMarker: { one: [7] }, deletions: [7] };

    expect(planOne({}, world)).toMatchObject({ action: 'create', reason: 'overwrite', workItemId: null });
    expect(plan([{ id: 'one' }], world).deletions).toEqual([7]);
  });
});

describe('what is there', () => {
  test('[PL3] the same hash and the item still there is unchanged', () => {
    expect(planOne({ name: 'Lamp' }, pushed({ name: 'Lamp' }))).toMatchObject({
      action: 'unchanged',
      workItemId: 7,
      rev: 1,
      url: 'https://dev.azure.com/contoso/Atlas/_workitems/edit/7',
      changes: [],
    });
  });

  test('[PL4] an update carries what changed since the last push, and nothing else', () => {
    const world = pushed({ name: 'Lamp', priority: 'high' });

    expect(planOne({ name: 'Light', priority: 'high' }, world)).toMatchObject({
      action: 'update',
      reason: 'fields_changed',
      changes: [{ field: 'System.Title', from: 'Lamp', to: 'Light' }],
      warnings: [],
    });
  });

  test('[PL4] a field that people changed there and we did not is left alone', () => {
    const world = pushed({ name: 'Lamp', priority: 'high' }, { 'Microsoft.VSTS.Common.Priority': 4 });

    expect(planOne({ name: 'Lamp', priority: 'high' }, world)).toMatchObject({ action: 'unchanged' });
    expect(planOne({ name: 'Light', priority: 'high' }, world).changes).toMatchObject([
      { field: 'System.Title' },
    ]);
  });

  test('[PL4] a value that the source no longer has is taken back, if it was ours', () => {
    const world = pushed({ description: 'Text' });

    expect(planOne({}, world).changes).toEqual([{ field: 'System.Description', from: 'Text', to: null }]);
    expect(planOne({}, pushed({}, { 'System.Description': 'by hand' })).action).toBe('unchanged');
  });

  test('[PL4] what is as we want it already is not sent', () => {
    const world = pushed({ name: 'Lamp' }, { 'System.Title': 'Light' });

    expect(planOne({ name: 'Light' }, world)).toMatchObject({ action: 'unchanged', warnings: [] });
  });

  const both = pushed({ name: 'Lamp' }, { 'System.Title': 'Lantern' });

  test('[PL4] where both sides changed a field the source wins, with a warning that shows both', () => {
    const { items, warnings } = plan([{ id: 'one', name: 'Light' }], both);

    expect(items[0]).toMatchObject({ action: 'update', changes: [{ from: 'Lantern', to: 'Light' }] });
    expect(warnings).toMatchObject([{ code: 'conflict', ardoqId: 'one', field: 'System.Title' }]);
    expect(warnings[0]?.message).toMatch(/"Lantern".*"Light"/);
  });

  test('[PL4] or the target wins, or the item is blocked, as the setting says', () => {
    expect(planOne({ name: 'Light' }, { ...both, onConflict: 'target' })).toMatchObject({
      action: 'unchanged',
      warnings: ['conflict'],
    });
    expect(planOne({ name: 'Light' }, { ...both, onConflict: 'block' })).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('"Lantern"'),
    });
  });

  test.each([
    ['tags in another order, case and spacing', { tags: ['b', 'a'] }, { 'System.Tags': 'A;  B' }],
    ['numbers as text', { priority: 2 }, { 'Microsoft.VSTS.Common.Priority': '2' }],
    [
      'line ends of another system',
      { description: '<p>a\nb</p>' },
      { 'System.Description': '<p>a\r\nb</p> ' },
    ],
    [
      'another spelling of a break',
      { description: '<p>a<br>b</p>' },
      { 'System.Description': '<p>a<br/>b</p>' },
    ],
    ['names in another case', { name: 'Lamp' }, { 'System.Title': null, 'system.title': 'Lamp' }],
  ])('[PL3] %s is the same value', (_what, node, there) => {
    const fields = { ...planOne(node).fields, ...there };
    const kept = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));

    expect(
      planOne(node, { existing: [toTarget(7, { fields: kept })], byMarker: { one: [7] } }),
    ).toMatchObject({
      action: 'unchanged',
      reason: 'adopted_by_marker',
    });
  });
});

describe('what is found by its marker', () => {
  test('[RC7] is adopted: compared value by value, and never made twice', () => {
    const existing = [
      toTarget(7, { fields: { 'System.Title': 'Old', 'Microsoft.VSTS.Common.Priority': 2 } }),
    ];

    expect(planOne({ name: 'Lamp', priority: 'high' }, { existing, byMarker: { one: [7] } })).toMatchObject({
      action: 'update',
      reason: 'adopted_by_marker',
      workItemId: 7,
      changes: [{ field: 'System.Title', from: 'Old', to: 'Lamp' }],
    });
  });

  test('[PL4] and keeps what people wrote where the source has nothing', () => {
    const existing = [toTarget(7, { fields: { ...planOne({}).fields, 'System.Description': 'by hand' } })];

    expect(planOne({}, { existing, byMarker: { one: [7] } })).toMatchObject({ action: 'unchanged' });
  });

  test('[RC7] also where only an intent is known', () => {
    const ledger = [toEntry(planOne({}), null, { state: 'intent' })];
    const existing = [toTarget(7, { fields: planOne({}).fields })];

    expect(planOne({}, { ledger, existing, byMarker: { one: [7] } })).toMatchObject({
      action: 'unchanged',
      workItemId: 7,
    });
  });

  test('[PL3] two items with one marker are blocked, and both are named', () => {
    const world = { existing: [toTarget(8), toTarget(7)], byMarker: { one: [8, 7] } };

    expect(planOne({}, world)).toMatchObject({ action: 'blocked', reason: expect.stringMatching(/7 and 8/) });
  });

  test('[PL3] a second item with the marker of one that is known blocks too', () => {
    const world = pushed({});

    expect(
      planOne({}, { ...world, existing: [...world.existing, toTarget(9)], byMarker: { one: [9] } }),
    ).toMatchObject({
      action: 'blocked',
      reason: expect.stringMatching(/7 and 9/),
    });
  });

  test('[RC1] the same item in another project is another push', () => {
    const existing = [toTarget(7, { projectName: 'Borealis' })];

    expect(planOne({}, { existing, byMarker: { one: [7] } })).toMatchObject({ action: 'create' });
  });
});

describe('what cannot be pushed', () => {
  test('[PL3] an item that moved to another project is blocked', () => {
    const { ledger, existing } = pushed({});
    const moved = existing.map((target) => ({ ...target, projectName: 'Borealis' }));

    expect(planOne({}, { ledger, existing: moved })).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('Borealis'),
    });
  });

  test('[PL3] an item whose type was changed is blocked', () => {
    const { ledger, existing } = pushed({});
    const changed = existing.map((target) => ({ ...target, type: 'Bug' }));

    expect(planOne({}, { ledger, existing: changed })).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('Bug'),
    });
  });

  test('[FM1] an item that would be of another type by now keeps its type, with a warning', () => {
    const story: Leaf = { id: 's', type: 'user_story', parent: 'e' };
    const tree: readonly Leaf[] = [{ id: 'e' }, { id: 'f', type: 'feature', parent: 'e' }];
    const [epic, feature, before] = plan([...tree, story], { types: basic }).items;
    if (epic === undefined || feature === undefined || before === undefined)
      throw new Error('Nothing was planned');
    const world = {
      types: basic,
      ledger: [toEntry(epic, 1), toEntry(feature, 2), toEntry(before, 3)],
      existing: [
        toTarget(1, { fields: epic.fields }),
        toTarget(2, { type: 'Issue', fields: feature.fields, relations: [parentLink(1)] }),
        toTarget(3, { type: 'Issue', fields: before.fields, relations: [parentLink(1)] }),
      ],
    };

    const { items, warnings } = plan([...tree, { ...story, parent: 'f' }], world);

    expect(items[2]).toMatchObject({ action: 'update', targetType: 'Issue', reason: 'parent_changed' });
    expect(warnings).toMatchObject([{ code: 'type_differs', ardoqId: 's' }]);
  });

  test('[PU41] what its source blocks is blocked with its reason, and so is what hangs under it', () => {
    const tree: readonly Leaf[] = [
      { id: 'e', blocked: 'EP0001 is in a.md and in b.md' },
      { id: 'f', type: 'feature', parent: 'e' },
      { id: 's', type: 'user_story', parent: 'f' },
      { id: 'other' },
    ];

    const { items } = plan(tree);

    expect(items.map(({ action }) => action)).toEqual(['blocked', 'blocked', 'blocked', 'create']);
    expect(items[0]?.reason).toBe('EP0001 is in a.md and in b.md');
  });

  test('[FM9] what its mapping blocks is blocked', () => {
    expect(planOne({}, { types: { ...agile, epic: null } })).toMatchObject({
      action: 'blocked',
      targetType: '',
    });
  });

  test('[PU21] a parent outside this push is linked if it is known, else its child is blocked', () => {
    const [epic] = plan([{ id: 'e' }]).items;
    if (epic === undefined) throw new Error('Nothing was planned');
    const alone: readonly Leaf[] = [{ id: 's', type: 'user_story', parent: 'e' }];

    expect(actions(alone, { ledger: [toEntry(epic, 1)], existing: [toTarget(1)] })).toEqual(['s create new']);
    expect(plan(alone).items[0]).toMatchObject({
      action: 'blocked',
      reason: expect.stringContaining('parent e'),
    });
  });
});

describe('parents', () => {
  const leaves: readonly Leaf[] = [{ id: 'a' }, { id: 'b' }, { id: 's', type: 'user_story', parent: 'a' }];
  const [a, b, story] = plan(leaves).items;
  if (a === undefined || b === undefined || story === undefined) throw new Error('Nothing was planned');
  const entries = [toEntry(a, 1), toEntry(b, 2), toEntry(story, 3)];
  const world = (parentId: number | null) => ({
    ledger: entries,
    existing: [
      toTarget(1, { fields: a.fields }),
      toTarget(2, { fields: b.fields }),
      toTarget(3, {
        type: 'User Story',
        fields: story.fields,
        relations: parentId === null ? [] : [parentLink(parentId)],
      }),
    ],
  });
  const moved: readonly Leaf[] = [{ id: 'a' }, { id: 'b' }, { id: 's', type: 'user_story', parent: 'b' }];

  test('[PL3] a link that is right is unchanged', () => {
    expect(actions(leaves, world(1))).toEqual([
      'a unchanged unchanged',
      'b unchanged unchanged',
      's unchanged unchanged',
    ]);
  });

  test('[RC10] a link that is missing or points elsewhere is set right', () => {
    expect(plan(leaves, world(null)).items[2]).toMatchObject({
      action: 'update',
      movesParent: true,
      changes: [{ field: 'parent', from: null, to: 1 }],
    });
    expect(plan(leaves, world(2)).items[2]).toMatchObject({ changes: [{ field: 'parent', from: 2, to: 1 }] });
  });

  test('[PL4] an item that moved in the source moves in the target', () => {
    expect(plan(moved, world(1)).items[2]).toMatchObject({
      reason: 'parent_changed',
      changes: [{ field: 'parent', from: 1, to: 2 }],
    });
  });

  test('[PL3] under a parent that has to be made again its children hang anew', () => {
    const { ledger, existing } = world(1);

    const { items } = plan(leaves, { ledger, existing: existing.slice(1) });

    expect(items[0]).toMatchObject({ action: 'create', reason: 'deleted_in_target' });
    expect(items[2]).toMatchObject({ action: 'update', changes: [{ field: 'parent', from: 1, to: 'a' }] });
  });

  test('[PL3] an item that lost a parent which was never made hangs on nothing, as it should', () => {
    const { existing } = world(null);
    const ledger = [toEntry(a, null, { state: 'intent' }), toEntry(b, 2), toEntry(story, 3)];

    const { items } = plan([{ id: 's', type: 'user_story' }], { ledger, existing });

    expect(items[0]).toMatchObject({ action: 'unchanged' });
  });

  test('[PU41] a story that lost its epic is taken from it, but not from where people hung it', () => {
    const rootless: readonly Leaf[] = [{ id: 'a' }, { id: 'b' }, { id: 's', type: 'user_story' }];

    expect(plan(rootless, world(1)).items[2]).toMatchObject({
      changes: [{ field: 'parent', from: 1, to: null }],
    });
    expect(plan(rootless, world(2)).items[2]).toMatchObject({ action: 'unchanged' });
  });
});

test('[PL2] an item that was never mapped is a fault of the program, and said so', () => {
  const input = toPlanInput(toTree([{ id: 'one' }]));

  expect(() => planPush({ ...input, mapped: new Map() })).toThrow('never mapped');
});
