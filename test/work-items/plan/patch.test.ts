import { expect, test } from 'vitest';
import { toCreatePatch, toUpdatePatch } from '../../../server/features/work-items/plan/patch.ts';
import { parentLink, planOne, toTarget, workItemUrl } from '../planning-kit.ts';

const markerUrl = 'https://sync.example/items/ardoq//one';
const marker = {
  op: 'add',
  path: '/relations/-',
  value: { rel: 'Hyperlink', url: markerUrl, attributes: { comment: 'syncline' } },
};

test('[RC3] a create carries its fields, its parent and its marker in one patch', () => {
  const patch = toCreatePatch(planOne({ name: 'Lamp' }), {
    parentUrl: workItemUrl(5),
    markerUrl,
    markerField: null,
  });

  expect(patch).toEqual([
    { op: 'add', path: '/fields/System.Title', value: 'Lamp' },
    {
      op: 'add',
      path: '/relations/-',
      value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url: workItemUrl(5), attributes: {} },
    },
    marker,
  ]);
});

test('[RC3] the marker field holds the source key, whatever else was mapped there', () => {
  const planned = {
    ...planOne({ name: 'Lamp' }),
    fields: { 'System.Title': 'Lamp', 'custom.sourcekey': 'x' },
  };

  const patch = toCreatePatch(planned, {
    parentUrl: null,
    markerUrl,
    markerField: { referenceName: 'Custom.SourceKey', sourceKey: 'ardoq//one' },
  });

  expect(patch).toEqual([
    { op: 'add', path: '/fields/System.Title', value: 'Lamp' },
    { op: 'add', path: '/fields/Custom.SourceKey', value: 'ardoq//one' },
    marker,
  ]);
});

const planned = { ...planOne({}), workItemId: 7, rev: 4 };

test('[AZ3] an update tests the revision first, and carries its changes only', () => {
  const changes = [
    { field: 'System.Title', from: 'a', to: 'b' },
    { field: 'System.Description', from: 'a', to: null },
  ];

  expect(toUpdatePatch({ ...planned, changes }, toTarget(7, { rev: 4 }), null)).toEqual([
    { op: 'test', path: '/rev', value: 4 },
    { op: 'add', path: '/fields/System.Title', value: 'b' },
    { op: 'remove', path: '/fields/System.Description' },
  ]);
});

test('[AZ13] another parent takes the place of the first: the old link goes by its index', () => {
  const relations = [{ rel: 'Hyperlink', url: markerUrl, attributes: {} }, parentLink(5)];
  const changes = [{ field: 'parent', from: 5, to: 6 }];

  const patch = toUpdatePatch(
    { ...planned, changes, movesParent: true },
    toTarget(7, { rev: 4, relations }),
    workItemUrl(6),
  );

  expect(patch).toEqual([
    { op: 'test', path: '/rev', value: 4 },
    { op: 'remove', path: '/relations/1' },
    {
      op: 'add',
      path: '/relations/-',
      value: { rel: 'System.LinkTypes.Hierarchy-Reverse', url: workItemUrl(6), attributes: {} },
    },
  ]);
});

test('[AZ13] a parent that is no longer wanted is only taken away', () => {
  const patch = toUpdatePatch(
    { ...planned, movesParent: true },
    toTarget(7, { relations: [parentLink(5)] }),
    null,
  );

  expect(patch.slice(1)).toEqual([{ op: 'remove', path: '/relations/0' }]);
});

test('[AZ3] the patch is for the revision that was planned on, not for the one just read', () => {
  expect(toUpdatePatch(planned, toTarget(7, { rev: 9 }), null)[0]).toEqual({
    op: 'test',
    path: '/rev',
    value: 4,
  });
});
