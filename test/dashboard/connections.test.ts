/** The form of a connection: what it is filled with, and when its change costs the connection its verdict (CN2, CN4). */
import { describe, expect, test } from 'vitest';
import { needsTest, toValues } from '../../client/dashboard/pages/connections/connection-values.ts';
import type { Connection } from '../../shared/views/connection.ts';

const facts = {
  id: 'c-1',
  name: 'Boards',
  apiHost: 'https://dev.azure.com',
  isActive: true,
  isTested: true,
  testPassed: true,
  createdAt: '2026-11-21T10:00:00.000Z',
  updatedAt: '2026-11-21T10:00:00.000Z',
};
const azure: Connection = {
  ...facts,
  organization: 'tide',
  markerBase: 'https://syncline.example',
  useBatch: true,
  pushConcurrency: 4,
};
const ardoq: Connection = { ...facts, orgLabel: 'tide' };

test('[CN2] a form is filled with all but the token', () => {
  expect(toValues(azure)).toEqual({
    name: 'Boards',
    apiHost: 'https://dev.azure.com',
    organization: 'tide',
    token: '',
    markerBase: 'https://syncline.example',
    markerField: '',
    useBatch: true,
    pushConcurrency: '4',
  });
  expect(toValues(ardoq)).toMatchObject({ organization: 'tide', token: '' });
});

describe.each([
  ['Azure DevOps', azure],
  ['Ardoq', ardoq],
])('%s', (_service, connection) => {
  test.each([
    [false, 'nothing', {}],
    [false, 'another name', { name: 'Planks' }],
    [false, 'a slash after the host', { apiHost: 'https://dev.azure.com/' }],
    [false, 'spaces around the organisation', { organization: ' tide ' }],
    [true, 'a token', { token: 'new' }],
    [true, 'another host', { apiHost: 'https://elsewhere.example' }],
    [true, 'another organisation', { organization: 'ebb' }],
  ])('[CN4] it is %s that it has to be tested again after a change of %s', (expected, _what, change) => {
    expect(needsTest(connection, { ...toValues(connection), ...change })).toBe(expected);
  });
});
