import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toArdoqTree } from '../../server/features/sources/ardoq/ardoq-tree.ts';
import type { ArdoqComponent } from '../../server/features/sources/ardoq/component.ts';
import { toHierarchy } from '../../server/features/sources/ardoq/hierarchy.ts';
import { component } from './ardoq-kit.ts';

const good = [
  component('d1', 'Domain', null),
  component('i1', 'Initiative', 'd1'),
  component('i2', 'Initiative', 'd1'),
  component('e1', 'Epic', 'i1'),
  component('e2', 'Epic', 'i2'),
  component('f1', 'Feature', 'e1'),
  component('s1', 'User Story', 'f1'),
  component('s2', 'User Story', 'e1'),
  component('a1', 'Application', 's1'),
];

const reasonsOf = (components: readonly ArdoqComponent[]) =>
  toHierarchy(components).leftOut.map(({ componentId, reason }) => [componentId, reason]);

describe('[BR2] the hierarchy', () => {
  test('takes a domain without a parent, or with its workspace as parent', () => {
    const components = [
      component('d1', 'Domain', null),
      component('d2', 'Domain', 'w'),
      component('d3', 'Domain', ''),
    ];

    expect(toHierarchy(components)).toMatchObject({ roots: components, leftOut: [] });
  });

  test('takes each type below the one above it, and passes over others', () => {
    expect(reasonsOf(good)).toEqual([]);
  });

  test.each([
    ['without a parent', component('x', 'Epic', null), 'has no parent'],
    ['whose parent is missing', component('x', 'Epic', 'gone'), 'its parent gone is not in this workspace'],
    ['whose parent is of a wrong type', component('x', 'Epic', 'd1'), 'is of type Domain'],
    ['whose parent is of a foreign type', component('x', 'Epic', 'a1'), 'is of type Application'],
    ['below the workspace that is no domain', component('x', 'Initiative', 'w'), 'has no parent'],
    ['that is a domain below a domain', component('x', 'Domain', 'd1'), 'must have no parent'],
    ['that is its own parent', component('x', 'Epic', 'x'), 'stands below itself'],
    ['that has a type in another case', component('x', 'User Story', 's1'), 'is of type User Story'],
  ])('leaves out a component %s', (_name, odd, reason) => {
    expect(reasonsOf([...good, odd])).toEqual([['x', expect.stringContaining(reason)]]);
  });

  test('leaves out all that stand in a cycle, and only those', () => {
    const components = [
      ...good,
      component('x1', 'Epic', 'x2'),
      component('x2', 'Feature', 'x3'),
      component('x3', 'User Story', 'x1'),
      component('y', 'Feature', 'x1'),
    ];

    expect(reasonsOf(components)).toEqual([
      ['x1', 'stands below itself'],
      ['x2', 'stands below itself'],
      ['x3', 'stands below itself'],
    ]);
  });

  test('law: each component of a level is in its place or left out, never both, never neither', () => {
    const types = ['Domain', 'Initiative', 'Epic', 'Feature', 'User Story'];
    const arbitrary = fc.array(
      fc.record({ type: fc.constantFrom(...types), parent: fc.option(fc.integer({ min: 0, max: 30 })) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(arbitrary, (given) => {
        const components = given.map(({ type, parent }, index) =>
          component(String(index), type, parent === null ? null : String(parent)),
        );
        const { roots, childrenOf, leftOut } = toHierarchy(components);
        const placed = [...roots, ...[...childrenOf.values()].flat()].map(({ _id }) => _id);
        const all = [...placed, ...leftOut.map(({ componentId }) => componentId)];
        expect(all.toSorted()).toEqual(components.map(({ _id }) => _id).toSorted());
      }),
    );
  });

  test('of a chain without end costs one walk', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      component(`${index}`, 'Epic', `${index + 1}`),
    );

    expect(toHierarchy(chain).leftOut).toHaveLength(100_000);
  });
});

const shape = (components: readonly ArdoqComponent[], initiativeId?: string) =>
  toArdoqTree(components, { initiativeId }).tree.items.map(({ sourceId, type, parentId }) => [
    sourceId,
    type,
    parentId,
  ]);

describe('[PU13] the tree', () => {
  test('of a workspace has all of its epics with what is below them, depth first', () => {
    expect(shape(good)).toEqual([
      ['e1', 'epic', null],
      ['f1', 'feature', 'e1'],
      ['s1', 'user_story', 'f1'],
      ['s2', 'user_story', 'e1'],
      ['e2', 'epic', null],
    ]);
  });

  test('of an initiative has the epics of that one', () => {
    expect(shape(good, 'i2')).toEqual([['e2', 'epic', null]]);
  });

  test.each([['unknown'], ['e1']])('of an initiative that is none (%s) is not found', (id) => {
    expect(() => toArdoqTree(good, { initiativeId: id })).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  test('keeps an epic whose initiative is in a wrong place: its own place is right', () => {
    const components = [component('i', 'Initiative', 'gone'), component('e', 'Epic', 'i')];

    expect(shape(components)).toEqual([['e', 'epic', null]]);
  });

  test('[BR2] tells of everything that is not reachable', () => {
    const components = [
      ...good,
      component('x', 'Epic', 'gone'),
      component('y', 'Feature', 'x'),
      component('z', 'User Story', 'y'),
    ];

    const { tree, warnings } = toArdoqTree(components);

    expect(warnings.map(({ componentId, reason }) => [componentId, reason])).toEqual([
      ['x', 'its parent gone is not in this workspace'],
      ['y', 'stands below "Epic x", which is left out'],
      ['z', 'stands below "Epic x", which is left out'],
    ]);
    expect(tree.warnings.map(({ code, ardoqId }) => [code, ardoqId])).toEqual([
      ['LEFT_OUT', 'x'],
      ['LEFT_OUT', 'y'],
      ['LEFT_OUT', 'z'],
    ]);
    expect(tree.items.map(({ sourceId }) => sourceId)).not.toContain('y');
  });

  test('keeps every key of a component, names the nameless, and stores what a database refuses', () => {
    const odd = component('e9', 'Epic', 'i1', {
      name: null,
      componentKey: 'TRY-9',
      customFields: { note: 'a\0' },
    });

    const { tree } = toArdoqTree([...good, odd], { initiativeId: 'i1' });

    expect(tree.items.at(-1)).toMatchObject({
      name: 'Untitled',
      node: { _id: 'e9', name: 'Untitled', componentKey: 'TRY-9', customFields: { note: 'a\uFFFD' } },
    });
    expect(tree).toMatchObject({ type: 'ardoq', system: 'ardoq', scope: '' });
    expect(tree.warnings).toMatchObject([{ code: 'BLANK_NAME', ardoqId: 'e9' }]);
  });

  test('[PU11] is refused above 20,000 items', () => {
    const stories = Array.from({ length: 20_000 }, (_, index) => component(`s-${index}`, 'User Story', 'e2'));

    expect(() => toArdoqTree([...good, ...stories])).toThrow(
      expect.objectContaining({ code: 'VALIDATION_FAILED' }),
    );
  });
});
