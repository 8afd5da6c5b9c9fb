import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toRequestTree } from '../../server/features/sources/request-tree.ts';
import { AppError } from '../../shared/failure.ts';

const story = (id: string, more: object = {}) => ({
  _id: id,
  name: `Story ${id}`,
  type: 'User Story',
  ...more,
});
const feature = (id: string, ...children: unknown[]) => ({
  _id: id,
  name: `Feature ${id}`,
  type: 'Feature',
  children,
});
const epic = (id: string, ...children: unknown[]) => ({
  _id: id,
  name: `Epic ${id}`,
  type: 'Epic',
  children,
});

const read = (epics: unknown) => toRequestTree(epics, { sourceSystem: 'ardoq' });

function breachesOf(epics: unknown): { path: string; message: string }[] {
  try {
    read(epics);
  } catch (error) {
    expect(error).toMatchObject({ code: 'VALIDATION_FAILED', status: 400 });
    return (error as AppError).details as { path: string; message: string }[];
  }
  throw new Error('It was taken');
}

test('[PU18] items stand depth first in the order of the source, each with its parent', () => {
  const tree = read([epic('e1', feature('f1', story('s1')), story('s2'), feature('f2')), epic('e2')]);

  expect(tree.items.map(({ sourceId, type, parentId }) => [sourceId, type, parentId])).toEqual([
    ['e1', 'epic', null],
    ['f1', 'feature', 'e1'],
    ['s1', 'user_story', 'f1'],
    ['s2', 'user_story', 'e1'],
    ['f2', 'feature', 'e1'],
    ['e2', 'epic', null],
  ]);
  expect(tree).toMatchObject({ type: 'ardoq', system: 'ardoq', scope: '', warnings: [] });
});

test('[PU10] the system is what the sender says it is', () => {
  expect(toRequestTree([epic('e1')], { sourceSystem: 'request' })).toMatchObject({
    type: 'request',
    system: 'request',
  });
});

test('[PU11] all other keys are kept for mapping, children are not', () => {
  const given = {
    ...epic('e1', story('s1')),
    description: null,
    customFields: { a: [1] },
    tags: 'x',
    typeId: 'p1',
  };

  const { items } = read([given]);

  const { children: _children, ...kept } = given;
  expect(items[0]?.node).toEqual(kept);
});

test('[PU11] a blank name becomes Untitled, with a warning', () => {
  const { items, warnings } = read([{ ...epic('e1'), name: ' \t' }, epic('e2')]);

  expect(items.map(({ name, node }) => [name, node['name']])).toEqual([
    ['Untitled', 'Untitled'],
    ['Epic e2', 'Epic e2'],
  ]);
  expect(warnings).toMatchObject([{ code: 'BLANK_NAME', ardoqId: 'e1', field: 'name' }]);
});

describe('[PU11] a breach is told with its path:', () => {
  test.each([
    ['no list', {}, ['epics']],
    ['nothing', undefined, ['epics']],
    ['an empty list', [], ['epics']],
    ['no object', [1, null, [], epic('e1')], ['epics[0]', 'epics[1]', 'epics[2]']],
    ['no id', [{ ...epic('e1'), _id: undefined }], ['epics[0]._id']],
    ['an empty id', [epic('')], ['epics[0]._id']],
    ['a number as id', [{ ...epic('e1'), _id: 7 }], ['epics[0]._id']],
    ['a long id', [epic('x'.repeat(256))], ['epics[0]._id']],
    ['NUL in an id', [epic('a\0b')], ['epics[0]._id']],
    ['an id used twice', [epic('e1', story('x')), epic('e2', feature('x'))], ['epics[1].children[0]._id']],
    ['no name', [{ ...epic('e1'), name: undefined }], ['epics[0].name']],
    ['a number as name', [{ ...epic('e1'), name: 1 }], ['epics[0].name']],
    ['an object as description', [{ ...epic('e1'), description: {} }], ['epics[0].description']],
    ['an unknown type', [epic('e1', { ...story('s1'), type: 'user story' })], ['epics[0].children[0].type']],
    ['a feature at the top', [feature('f1')], ['epics[0].type']],
    ['a story at the top', [story('s1')], ['epics[0].type']],
    ['an epic below an epic', [epic('e1', epic('e2'))], ['epics[0].children[0].type']],
    [
      'a feature below a feature',
      [epic('e1', feature('f1', feature('f2')))],
      ['epics[0].children[0].children[0].type'],
    ],
    [
      'a story below a story',
      [epic('e1', story('s1', { children: [story('s2')] }))],
      ['epics[0].children[0].children[0].type'],
    ],
    ['children that are no list', [{ ...epic('e1'), children: {} }], ['epics[0].children']],
    ['children null', [{ ...epic('e1'), children: null }], ['epics[0].children']],
    [
      'several in one node',
      [{ type: 'Feature', name: 1 }],
      ['epics[0]._id', 'epics[0].name', 'epics[0].type'],
    ],
  ])('%s', (_name, epics, paths) => {
    expect(breachesOf(epics).map(({ path }) => path)).toEqual(paths);
  });

  test('a node of no type says nothing against its children', () => {
    const odd = { ...epic('e1', feature('f1', story('s1'))), type: 'Product' };

    expect(breachesOf([odd]).map(({ path }) => path)).toEqual(['epics[0].type']);
  });

  test('at most 50 are listed', () => {
    expect(breachesOf(Array.from({ length: 60 }, () => 1))).toHaveLength(50);
  });
});

describe('[PU11] the bound of 20,000 nodes', () => {
  const stories = (count: number) => Array.from({ length: count }, (_, index) => story(`s${index}`));

  test('is reached without a breach', () => {
    expect(read([epic('e1', ...stories(19_999))]).items).toHaveLength(20_000);
  });

  test.each([
    ['over several lists', () => [epic('e1', ...stories(19_999)), epic('e2')]],
    ['in one list', () => stories(20_001)],
    ['by millions', () => Array.from({ length: 3_000_000 }, () => 1)],
  ])('is kept %s', (_name, build) => {
    expect(breachesOf(build()).some(({ message }) => message.includes('20000'))).toBe(true);
  });
});

test('[PU11] nesting without end is a breach, not the end of the stack', () => {
  const deep = (levels: number): unknown => {
    let value: unknown = null;
    for (let level = 0; level < levels; level += 1) value = { inner: value };
    return value;
  };
  const deepChildren = () => {
    let node: object = story('s');
    for (let level = 0; level < 19_000; level += 1) node = story(`s${level}`, { children: [node] });
    return node;
  };

  expect(breachesOf([{ ...epic('e1'), customFields: deep(100_000) }])).toMatchObject([{ path: 'epics[0]' }]);
  expect(breachesOf([epic('e1', deepChildren())])).toHaveLength(50);
});

test('[PU11] text that a database refuses is kept with a replacement character', () => {
  const { items } = read([{ ...epic('e1'), name: 'a\0b\ud83d', customFields: { '\0': ['\udc00', '😀'] } }]);

  expect(items[0]).toMatchObject({
    name: 'a\uFFFDb\uFFFD',
    node: { customFields: { '\uFFFD': ['\uFFFD', '😀'] } },
  });
});

test('[PU11] law: whatever JSON stands in the body, it is a tree of its nodes or a breach', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const epics = JSON.parse(JSON.stringify([value])) as unknown;
      try {
        expect(read(epics).items.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
  );
});
