import { describe, expect, test } from 'vitest';
import { mapTree } from '../../../server/features/work-items/mapping/map-tree.ts';
import type { TargetTypes } from '../../../server/features/work-items/tracker.ts';
import {
  agile,
  basic,
  builtIn,
  mapOne,
  toField,
  toMapping,
  toTree,
  toType,
  type Leaf,
} from '../planning-kit.ts';

const typesOf = (leaves: readonly Leaf[], types: TargetTypes) =>
  [...mapTree({ tree: toTree(leaves), types, mapping: builtIn }).mapped.values()].map(
    ({ targetType }) => targetType,
  );

const threeLevels: readonly Leaf[] = [
  { id: 'e', type: 'epic' },
  { id: 'f', type: 'feature', parent: 'e' },
  { id: 's', type: 'user_story', parent: 'f' },
  { id: 'direct', type: 'user_story', parent: 'e' },
  { id: 'alone', type: 'user_story' },
];

describe('types', () => {
  test('[FM1] each level becomes the default type of its category, whatever its name', () => {
    const scrum = { ...agile, requirement: toType('Product Backlog Item') };

    expect(typesOf(threeLevels, scrum)).toEqual([
      'Epic',
      'Feature',
      'Product Backlog Item',
      'Product Backlog Item',
      'Product Backlog Item',
    ]);
  });

  test('[FM1] without a category of features, features are issues and their stories tasks', () => {
    expect(typesOf(threeLevels, basic)).toEqual(['Epic', 'Issue', 'Task', 'Issue', 'Issue']);
  });

  test('[FM1] a level that the process lacks blocks the items that need it, and no others', () => {
    const { mapped } = mapTree({
      tree: toTree(threeLevels),
      types: { ...agile, epic: null },
      mapping: builtIn,
    });

    expect(mapped.get('e')).toMatchObject({
      targetType: null,
      blocked: expect.stringContaining('Epic category'),
    });
    expect(mapped.get('f')).toMatchObject({ targetType: 'Feature', blocked: null });
  });
});

describe('the built-in mapping', () => {
  test('[FM5] fills title, description, priority, acceptance criteria, risk and tags', () => {
    const { fields, warnings, sources } = mapOne({
      name: 'Lamp',
      description: 'Lights the way',
      priority: 'High',
      acceptanceCriteria: 'It shines',
      risk: 'medium',
      tags: ['sea', 'light'],
      componentKey: 'TRY-1',
      lastUpdatedBy: 'ada@example.org',
    });

    expect(fields).toEqual({
      'System.Title': 'Lamp',
      'System.Description': 'Lights the way',
      'Microsoft.VSTS.Common.Priority': 2,
      'Microsoft.VSTS.Common.AcceptanceCriteria': 'It shines',
      'Microsoft.VSTS.Common.Risk': '2 - Medium',
      'System.Tags': 'sea; light; TRY-1',
    });
    expect(warnings).toEqual([]);
    expect(sources).toMatchObject({ 'System.Title': 'name', 'System.Tags': 'tags, componentKey' });
  });

  test.each([
    ['1', 1, []],
    [4, 4, []],
    ['critical', 1, []],
    ['HIGH', 2, []],
    ['med', 3, []],
    ['Medium', 3, []],
    ['low', 4, []],
    [7, 3, ['priority_unknown']],
    ['soon', 3, ['priority_unknown']],
  ])('[FM5] priority %j is sent as %d', (priority, sent, codes) => {
    const { fields, warnings } = mapOne({ priority });

    expect(fields['Microsoft.VSTS.Common.Priority']).toBe(sent);
    expect(warnings.map(({ code }) => code)).toEqual(codes);
  });

  test('[FM5] area, iteration, state and assignee are not touched', () => {
    const { fields } = mapOne({ state: 'Done', areaPath: 'X', assignedTo: 'ada' });

    expect(Object.keys(fields).filter((name) => /State|Area|Iteration|Assigned/.test(name))).toEqual([]);
  });

  test('[PU43] documents bring points for the estimate field of their process, and their id as a tag', () => {
    const tree = toTree(
      [{ id: 's', type: 'user_story', storyPoints: '5', refId: 'US0001', tags: ['sea'] }],
      'documents',
    );
    const { mapped } = mapTree({ tree, types: agile, mapping: builtIn });

    expect(mapped.get('s')?.fields).toMatchObject({
      'Microsoft.VSTS.Scheduling.StoryPoints': 5,
      'System.Tags': 'sea; US0001',
    });
  });
});

describe('finding values', () => {
  test.each([
    ['a dotted path', 'deep.er -> Custom.Owner', { deep: { er: 'x' } }, 'deep.er'],
    ['customFields', 'owner -> Custom.Owner', { customFields: { owner: 'x' } }, 'customFields.owner'],
    ['another case', 'owner -> Custom.Owner', { OWNER: 'x' }, 'OWNER'],
    [
      'another case in customFields',
      'owner -> Custom.Owner',
      { customFields: { Owner: 'x' } },
      'customFields.Owner',
    ],
    ['a key with dots', 'a.b -> Custom.Owner', { 'a.b': 'x' }, 'a.b'],
    [
      'a synonym',
      'lastUpdatedBy -> Custom.Owner',
      { _meta: { lastModifiedBy: 'x' } },
      '_meta.lastModifiedBy',
    ],
  ])('[FM6] a value is found by %s', (_how, rule, node, path) => {
    const { fields, sources } = mapOne(node, toMapping(rule));

    expect(fields['Custom.Owner']).toBe('x');
    expect(sources?.['Custom.Owner']).toBe(path);
  });

  test('[FM6] an empty list is an answer, an empty text is not', () => {
    const { fields } = mapOne(
      { tags: [], owner: '', customFields: { tags: 'none', owner: 'x' } },
      toMapping('tags -> System.Tags', 'owner -> Custom.Owner'),
    );

    expect(fields).toMatchObject({ 'System.Tags': null, 'Custom.Owner': 'x' });
  });

  test('[FM6] what every object has is no value', () => {
    const { fields } = mapOne({}, toMapping('constructor.name -> Custom.Owner', 'toString -> Custom.Shirt'));

    expect(fields).toMatchObject({ 'Custom.Owner': null, 'Custom.Shirt': null });
  });

  test('[FM6] a feature tells what it is for behind its text', () => {
    const { fields } = mapOne({
      type: 'feature',
      description: 'not this',
      customFields: {
        context_description: 'Text',
        purpose: 'to see',
        definitionOfDone: 'it shines',
        approach: '',
      },
      input: 'oil',
    });

    expect(fields['System.Description']).toBe(
      'Text<br><br>Purpose: to see<br><br>Input: oil<br><br>Output (Definition of Done): it shines',
    );
  });

  test('[FM6] an epic has no such parts', () => {
    expect(mapOne({ description: 'Text', purpose: 'to see' }).fields['System.Description']).toBe('Text');
  });
});

describe('merging', () => {
  test('[FM7] tags of all sources are one list, each once, without what parts tags', () => {
    const { fields } = mapOne({ tags: ['@sea', 'a;b', 'c,d', 'SEA', ' '], componentKey: 'TRY-1' });

    expect(fields['System.Tags']).toBe('sea; a b; c d; TRY-1');
  });

  test('[FM7] long texts of several sources follow each other after a blank line', () => {
    const { fields } = mapOne(
      { one: 'first', two: 'second' },
      toMapping('one -> System.Description', 'two -> System.Description'),
    );

    expect(fields['System.Description']).toBe('first<br><br>second');
  });

  test('[FM7] of several values for a field that holds one, the first wins, and it is said once', () => {
    const tree = toTree([
      { id: 'a', one: '', two: 'x', three: 'y' },
      { id: 'b', one: 'p', two: 'q' },
    ]);
    const mapping = toMapping('one -> Custom.Owner', 'two -> custom.owner', 'three -> Custom.Owner');
    const { mapped, warnings } = mapTree({ tree, types: agile, mapping });

    expect(mapped.get('a')?.fields['Custom.Owner']).toBe('x');
    expect(mapped.get('b')?.fields['Custom.Owner']).toBe('p');
    expect(warnings.map(({ code, field }) => [code, field])).toEqual([['several_values', 'Custom.Owner']]);
  });
});

describe('pre-flight', () => {
  test('[FM9] a field that the type lacks is left out with one warning, if anything is lost by it', () => {
    const tree = toTree([{ id: 'a', x: '1' }, { id: 'b', x: '2' }, { id: 'c' }]);
    const { mapped, warnings } = mapTree({
      tree,
      types: agile,
      mapping: toMapping('x -> Custom.Absent', 'y -> Custom.None'),
    });

    expect(warnings.map(({ code, field }) => [code, field])).toEqual([['field_missing', 'Custom.Absent']]);
    expect(mapped.get('a')?.fields).not.toHaveProperty('Custom.Absent');
  });

  test('[FM9] a value outside a pick list is left out with a warning; inside, it is spelled as the list spells it', () => {
    const outside = mapOne({ x: 'XXL' }, toMapping('x -> Custom.Shirt'));
    const inside = mapOne({ x: 'm' }, toMapping('x -> Custom.Shirt'));

    expect(outside.fields).not.toHaveProperty('Custom.Shirt');
    expect(outside.warnings).toMatchObject([
      { code: 'value_not_allowed', ardoqId: 'one', field: 'Custom.Shirt' },
    ]);
    expect(outside.blocked).toBeNull();
    expect(inside.fields['Custom.Shirt']).toBe('M');
  });

  const strict = (more: object): TargetTypes => ({
    ...agile,
    epic: toType('Epic', toField('Custom.Must', 'string', { isRequired: true, ...more })),
  });

  test.each([
    ['no value', {}, {}, 'Custom.Must'],
    ['a value outside its pick list', { x: 'Z' }, { allowedValues: ['A'] }, '"Z"'],
  ])('[FM9] a required field with %s blocks its item by name', (_what, node, field, named) => {
    expect(mapOne(node, toMapping('x -> Custom.Must'), strict(field)).blocked).toContain(named);
  });

  test('[FM9] a required field that nothing is mapped to blocks, one with a default does not', () => {
    expect(mapOne({}, builtIn, strict({})).blocked).toContain('Custom.Must');
    expect(mapOne({}, builtIn, strict({ defaultValue: 'A' })).blocked).toBeNull();
  });

  test('[FM9] a title over 255 characters is cut, and stands whole at the head of the description', () => {
    const name = `${'x'.repeat(253)}😀${'<'.repeat(20)}`;
    const { title, fields, warnings } = mapOne({ name, description: 'Text' });

    expect(title).toBe(`${'x'.repeat(253)}…`);
    expect(fields['System.Title']).toBe(title);
    expect(fields['System.Description']).toBe(`${'x'.repeat(253)}😀${'&lt;'.repeat(20)}<br><br>Text`);
    expect(warnings.map(({ code }) => code)).toEqual(['title_cut']);
  });

  test('[FM9] a title of 255 characters is left as it is', () => {
    expect(mapOne({ name: 'x'.repeat(255) })).toMatchObject({ title: 'x'.repeat(255), warnings: [] });
  });

  test('[FM9] the hundred-and-first tag is cut', () => {
    const { fields, warnings } = mapOne({ tags: Array.from({ length: 101 }, (_, index) => `t${index}`) });

    expect(String(fields['System.Tags']).split('; ')).toHaveLength(100);
    expect(warnings.map(({ code }) => code)).toEqual(['tags_cut']);
  });

  test('[FM9] a text over a million characters is cut before it is rendered', () => {
    const { fields, warnings } = mapOne({ description: '<'.repeat(1_000_001) });
    const sent = String(fields['System.Description']);

    expect(sent.length).toBeLessThanOrEqual(1_000_000);
    expect(sent.length).toBeGreaterThan(900_000);
    expect(sent.replaceAll('&lt;', '')).toBe('');
    expect(warnings.map(({ code }) => code)).toEqual(['text_cut']);
  });
});

describe('transforms', () => {
  test.each([
    ['text', '<b>x</b>', 'System.Description', '&lt;b&gt;x&lt;/b&gt;'],
    ['html', '<b onclick="x()">x</b><script>y()</script>', 'System.Description', '<b>x</b>'],
    ['markdown', '**x** <b>', 'System.Description', '<p><strong>x</strong> &lt;b&gt;</p>'],
    ['number', ' 2.50 ', 'Custom.Size', 2.5],
    ['date', '2026-11-21', 'Custom.Due', '2026-11-21T00:00:00.000Z'],
    ['date', '2026-11-21T10:00', 'Custom.Due', '2026-11-21T10:00:00.000Z'],
    ['date', '2026-11-21T10:00+02:00', 'Custom.Due', '2026-11-21T08:00:00.000Z'],
    ['date', '21 Nov 2026', 'Custom.Due', '2026-11-21T00:00:00.000Z'],
    ['map:{"a":"Lamp"}', 'a', 'System.Title', 'Lamp'],
    ['tags', 'a, b', 'System.Tags', 'a; b'],
    ['priority', 'low', 'Microsoft.VSTS.Common.Priority', 4],
    ['risk', 'high', 'Microsoft.VSTS.Common.Risk', '1 - High'],
    ['map:{"Tiny":"S"}', 'tiny', 'Custom.Shirt', 'S'],
    ['map: {"tiny": 7}', 'TINY', 'Custom.Size', 7],
  ])('[FM10] %s of %j', (transform, x, field, sent) => {
    expect(mapOne({ x }, toMapping(`x -> ${field} | ${transform}`)).fields[field]).toBe(sent);
  });

  test.each([
    ['number', 'many', 'Custom.Size'],
    ['date', 'soon', 'Custom.Due'],
    ['map:{"a":"b"}', 'c', 'Custom.Owner'],
  ])('[FM10] %s leaves out %j, and says so', (transform, x, field) => {
    const { fields, warnings } = mapOne({ x }, toMapping(`x -> ${field} | ${transform}`));

    expect(fields).not.toHaveProperty(field);
    expect(warnings.map(({ code }) => code)).toEqual(['value_unreadable']);
  });

  test.each(['value.toUpperCase()', 'map:{broken', 'map:["a"]', 'map:{"a":{}}', 'eval'])(
    '[FM10] %j is no transform: ignored with one warning, and never run',
    (transform) => {
      const { fields, warnings } = mapOne({ x: 'abc' }, toMapping(`x -> Custom.Owner | ${transform}`));

      expect(fields['Custom.Owner']).toBe('abc');
      expect(warnings.map(({ code }) => code)).toEqual(['unknown_transform']);
    },
  );

  test('[FM5] what the service sets by itself is never sent, even when mapped', () => {
    const { fields, warnings } = mapOne({ x: 'ada' }, toMapping('x -> system.changedby'));

    expect(Object.keys(fields).filter((name) => /changedby/i.test(name))).toEqual([]);
    expect(warnings.map(({ code }) => code)).toEqual(['field_not_writable']);
  });
});
