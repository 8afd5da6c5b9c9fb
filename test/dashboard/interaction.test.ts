import { describe, expect, test } from 'vitest';
import { toFormErrors } from '../../client/dashboard/forms/field-errors.ts';
import { changedLists, fromLines, toLines } from '../../client/dashboard/forms/path-lines.ts';
import { nextIndex } from '../../client/dashboard/parts/walk-rows.ts';
import { toAction } from '../../client/dashboard/shell/shortcuts.ts';

describe('[PG3] the keyboard', () => {
  const press = (key: string, over = {}) =>
    toAction({ key, hasModifier: false, isTyping: false, awaitsPage: false, ...over });

  test.each([
    ['/', { do: 'filter' }],
    ['?', { do: 'help' }],
    ['g', { do: 'await-page' }],
    ['p', { do: 'nothing' }],
  ])('%s alone', (key, action) => {
    expect(press(key)).toEqual(action);
  });

  test.each([
    ['p', { do: 'go', to: '/' }],
    ['o', { do: 'go', to: '/operations' }],
    ['s', { do: 'go', to: '/settings' }],
    ['x', { do: 'nothing' }],
    ['g', { do: 'await-page' }],
  ])('g and then %s', (key, action) => {
    expect(press(key, { awaitsPage: true })).toEqual(action);
  });

  test.each([{ isTyping: true }, { hasModifier: true }])('%j leaves every key to the browser', (over) => {
    expect(['/', '?', 'g', 'p'].map((key) => press(key, { awaitsPage: true, ...over }).do)).toEqual(
      Array(4).fill('nothing'),
    );
  });
});

test.each([
  ['ArrowDown', -1, 0],
  ['ArrowDown', 0, 1],
  ['ArrowDown', 4, 4],
  ['ArrowUp', 2, 1],
  ['ArrowUp', 0, 0],
  ['Home', 3, 0],
  ['End', 0, 4],
  ['Enter', 2, undefined],
])('[PG3] %s on row %d of five leads to row %s', (key, at, row) => {
  expect(nextIndex(key, at, 5)).toBe(row);
});

test('an empty list is not walked', () => {
  expect(nextIndex('ArrowDown', -1, 0)).toBeUndefined();
});

describe('[GR4] a refused form', () => {
  const fields = ['name', 'sdlc_path', 'paths'];

  test('shows each reason at its field', () => {
    const details = [
      { path: 'name', reason: 'must not be blank' },
      { path: 'paths.docs.0', reason: 'must lie inside' },
      { path: 'paths.docs.1', reason: 'is missing' },
    ];

    expect(toFormErrors({ code: 'VALIDATION_ERROR', message: '', details }, fields)).toEqual({
      fields: { name: 'must not be blank', paths: 'must lie inside; is missing' },
      form: null,
    });
  });

  test('shows what belongs to no field with its path', () => {
    const details = [
      { path: 'name', reason: 'must not be blank' },
      { path: 'repo_url', reason: 'is required' },
    ];

    expect(toFormErrors({ code: 'VALIDATION_ERROR', message: '', details }, fields)).toEqual({
      fields: { name: 'must not be blank' },
      form: 'repo_url: is required',
    });
  });

  test.each([
    ['PATH_NOT_FOUND', { fields: { sdlc_path: 'No' }, form: null }],
    ['CONFLICT', { fields: { name: 'No' }, form: null }],
    ['FORBIDDEN', { fields: {}, form: 'No' }],
  ])('[PJ2] %s without details', (code, errors) => {
    expect(toFormErrors({ code, message: 'No' }, fields)).toEqual(errors);
  });

  test.each([null, 'text', [{ reason: 'no path' }], [null]])(
    'details that are %j are not believed',
    (details) => {
      expect(toFormErrors({ code: 'VALIDATION_ERROR', message: 'No', details }, fields).form).toBe('No');
    },
  );
});

describe('paths as lines', () => {
  test('blank lines and spaces around are dropped', () => {
    expect(fromLines(' docs \n\n  progress')).toEqual(['docs', 'progress']);
    expect(toLines(['docs', 'progress'])).toBe('docs\nprogress');
  });

  test('[PJ10] only the list that was edited is sent', () => {
    const before = { docs: ['a', 'b'], progress: [] };

    expect(changedLists(before, { docs: 'a\nb\n', progress: 'p' })).toEqual({ progress: ['p'] });
    expect(changedLists(before, { docs: 'a\nb', progress: '' })).toBeNull();
  });
});
