import { expect, test } from 'vitest';
import type { UpstreamCall } from '../../../server/platform/upstream/upstream.ts';
import type { Scripted } from './scripted-upstream.ts';
import { fabrikam, trackOver } from './tracker-kit.ts';

interface Kind {
  readonly type: string;
  readonly isIdentity?: boolean;
  readonly isPicklistSuggested?: boolean;
}

/** A process of one type with one field. */
function answer(
  { path }: UpstreamCall,
  kind: Kind | null,
  field: Readonly<Record<string, unknown>>,
): Scripted {
  if (path.includes('workitemtypecategories')) {
    return {
      body: { value: [{ referenceName: 'Microsoft.EpicCategory', defaultWorkItemType: { name: 'Epos' } }] },
    };
  }
  if (path.includes('/workitemtypes/Epos/fields'))
    return { body: { value: [{ referenceName: 'X.Y', ...field }] } };
  if (path.includes('workitemtypes'))
    return { body: { value: [{ name: 'Epos', referenceName: 'Custom.Epos' }] } };
  return { body: { value: kind === null ? [] : [{ referenceName: 'X.Y', name: 'Ypsilon', ...kind }] } };
}

const readField = async (kind: Kind | null, field: Readonly<Record<string, unknown>>) => {
  const { tracker } = trackOver((call) => answer(call, kind, field));
  const { epic } = await tracker.readTypes(fabrikam);
  return epic?.fields.get('X.Y');
};

const values = { allowedValues: ['a', 'b'] };

test.each([
  ['a pick list', { type: 'string' }, values, ['a', 'b']],
  ['numbers as numbers', { type: 'integer' }, { allowedValues: [1, 2] }, ['1', '2']],
  ['suggestions', { type: 'string', isPicklistSuggested: true }, values, null],
  ['people', { type: 'string', isIdentity: true }, values, null],
  ['people by type', { type: 'identity' }, values, null],
  ['areas', { type: 'treePath' }, values, null],
  ['an empty list', { type: 'string' }, { allowedValues: [] }, null],
  ['no list', { type: 'string' }, {}, null],
  ['values that are no values', { type: 'string' }, { allowedValues: [{ displayName: 'a' }] }, null],
])('[FM9] of a field with %s, only a closed list is one', async (_, kind, field, allowedValues) => {
  expect(await readField(kind, field)).toMatchObject({ allowedValues });
});

test.each([
  ['picklistString', 'string'],
  ['picklistInteger', 'integer'],
  ['picklistDouble', 'double'],
  ['html', 'html'],
])('a field of the type %s holds %s', async (type, held) => {
  expect(await readField({ type }, {})).toMatchObject({ type: held, name: 'Ypsilon' });
});

test('[AZ11] a field is required, and has a default, as the type says', async () => {
  expect(await readField({ type: 'string' }, { alwaysRequired: true, defaultValue: 'a' })).toMatchObject({
    isRequired: true,
    defaultValue: 'a',
  });
  expect(await readField({ type: 'string' }, { name: 'Other' })).toMatchObject({
    name: 'Other',
    isRequired: false,
    defaultValue: null,
  });
});

test('a field that only the type knows is taken for a text', async () => {
  expect(await readField(null, {})).toEqual({
    referenceName: 'X.Y',
    name: 'X.Y',
    type: 'string',
    isRequired: false,
    defaultValue: null,
    allowedValues: null,
  });
});

test('[FM1] a type has the name that items are created with, and its reference name', async () => {
  const { tracker } = trackOver((call) => answer(call, null, {}));

  expect(await tracker.readTypes(fabrikam)).toMatchObject({
    epic: { name: 'Epos', referenceName: 'Custom.Epos' },
    feature: null,
    requirement: null,
    task: null,
  });
});
