import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toSessionPath } from '../../client/dashboard/address/paths.ts';
import {
  hasSessionFilter,
  readSessionFilters,
  SessionAgent,
  toSessionQuery,
  writeSessionFilters,
} from '../../client/dashboard/address/session-filters.ts';
import { foldSession, foldSessions } from '../../client/dashboard/folds/reading.ts';
import { toTouchedFiles } from '../../client/dashboard/format/touched-files.ts';
import { toCost, toDollars, toTokens } from '../../client/dashboard/format/usage.ts';
import { listSessions } from '../../shared/api/sessions.ts';
import { SessionStatus } from '../../shared/views/session.ts';
import type { SessionDetail } from '../../shared/views/session.ts';
import { event } from './build.ts';

const text = fc.string({ unit: 'grapheme' }).map((written) => written.replaceAll('\0', ''));

describe('[PG2] filters of sessions', () => {
  test('what is written into the address is read back', () => {
    const filters = fc.record({
      status: fc.constantFrom('' as const, ...SessionStatus.options),
      agent: fc.constantFrom('' as const, ...SessionAgent.options),
      model: text,
      feature: text,
      hasSubagents: fc.boolean(),
      cursor: text,
    });

    fc.assert(
      fc.property(filters, (written) => {
        const address = writeSessionFilters(written).toString();
        expect(readSessionFilters(new URLSearchParams(address))).toEqual(written);
      }),
    );
  });

  test('any address is a question the server understands', () => {
    const known = fc.constantFrom('status', 'agent', 'model', 'feature', 'subagents', 'cursor');

    fc.assert(
      fc.property(fc.dictionary(known, text), (query) => {
        const asked = toSessionQuery(readSessionFilters(new URLSearchParams(query)));
        expect(listSessions.query.safeParse(asked).success).toBe(true);
      }),
    );
  });

  test('subagents stay with their parents unless they are asked for', () => {
    const ask = (address: string) => toSessionQuery(readSessionFilters(new URLSearchParams(address)));

    expect(ask('')).toEqual({ parent: 'none', limit: '50' });
    expect(ask('subagents=true')).toEqual({ limit: '50' });
  });

  test.each([
    ['subagents=true', false],
    ['status=active', true],
    ['model=opus', true],
    ['agent=unknown', false],
  ])('the address %j filters: %s', (address, isFiltered) => {
    expect(hasSessionFilter(readSessionFilters(new URLSearchParams(address)))).toBe(isFiltered);
  });
});

test('a subagent has its own address', () => {
  expect(toSessionPath('atlas', 'S-1:a2')).toBe('/projects/atlas/sessions/S-1%3Aa2');
});

const changed = (id: string, slug = 'atlas') =>
  event('sessions:changed', { added: [], updated: [{ id, title: '' }], removed: [] }, { slug });

test.each([
  ['its own log', changed('S-1'), 'reload'],
  ['the log of a subagent of it', changed('S-1:a2'), 'reload'],
  ['another session whose name begins alike', changed('S-12'), 'same'],
  ['the same name in another project', changed('S-1', 'dune'), 'same'],
])('[PG1] a session after %s was read on: %s', (_case, heard, expected) => {
  expect(foldSession<string>('atlas', 'S-1')('same', heard)).toBe(expected);
});

test('[PG1] the list is read again when a session changes or links decide anew which belong to a feature', () => {
  const reviewed = event('link:reviewed', {
    reviewId: 'LR-1',
    featureId: 'a-v1',
    sessionId: 'S-1',
    verdict: 'unlinked',
  });

  expect(foldSessions<string>('atlas')('same', changed('S-1'))).toBe('reload');
  expect(foldSessions<string>('atlas')('same', reviewed)).toBe('reload');
  expect(foldSessions<string>('dune')('same', reviewed)).toBe('same');
});

test.each([
  [null, false, 'unknown'],
  [1.234, true, '$1.23'],
  [1.234, false, 'at least $1.23'],
  [0, true, '$0.00'],
  [0.001, true, '< $0.01'],
  [12345.6, true, '$12,346'],
])('[SE11] a cost of %j, complete: %j, reads %j', (cost, costComplete, written) => {
  expect(toCost({ cost, costComplete })).toBe(written);
});

test('a cost that is something is never written as nothing', () =>
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1e6, noNaN: true }), (cost) => {
      expect(toDollars(cost)).not.toBe('$0.00');
    }),
  ));

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1.0 k'],
  [12_449, '12.4 k'],
  [999_999, '999.9 k'],
  [3_150_000, '3.1 M'],
  [2e9, '2.0 G'],
])('%i tokens read %s', (tokens, written) => {
  expect(toTokens(tokens)).toBe(written);
});

describe('files a session touched', () => {
  type Use = SessionDetail['files'][number];
  const use = (path: string, action: Use['action'], over: Partial<Use> = {}): Use => ({
    path,
    action,
    outside: false,
    tool: '',
    at: null,
    ref: '',
    added: null,
    deleted: null,
    outcome: 'done',
    ...over,
  });

  test('stand once each with what was done, those that were written first', () => {
    const files = toTouchedFiles([
      use('a.md', 'read'),
      use('b.md', 'read'),
      use('b.md', 'update', { added: 3, deleted: 1 }),
      use('b.md', 'update', { added: 2 }),
    ]);

    expect(files).toMatchObject([
      { path: 'b.md', isWritten: true, what: '2 edits, 1 read', added: 5, deleted: 1 },
      { path: 'a.md', isWritten: false, what: '1 read', added: 0, deleted: 0 },
    ]);
  });

  test('[SE12] a call that failed wrote nothing', () => {
    const [file] = toTouchedFiles([use('a.md', 'update', { added: 9, outcome: 'failed' })]);

    expect(file).toMatchObject({ isWritten: false, what: '1 failed', added: 0 });
  });
});
