import { expect, test } from 'vitest';
import { foldFreshness } from '../../client/dashboard/folds/reading.ts';
import { toFreshnessText } from '../../client/dashboard/format/freshness.ts';
import type { ConnectionState } from '../../client/sdk/connection-state.ts';
import { EventId } from '../../shared/ids.ts';
import type { Freshness } from '../../shared/views/freshness.ts';
import { documentsChanged } from './build.ts';

const freshness = (more: Partial<Freshness> = {}): Freshness => ({
  fresh: true,
  as_of: '2026-11-21T12:03:21.400Z' as Freshness['as_of'],
  head: EventId.parse('abcdefgh-40'),
  proof: 'sentinel',
  reason: null,
  waited_ms: 12,
  pending: 0,
  watch: 'watching',
  ...more,
});

const live = (cursor: string) => ({ state: 'live', cursor }) as ConnectionState;
const claim = 'Everything saved before 12:03:21 is on this screen';

test.each<[string, Partial<Freshness>, ConnectionState, string, string]>([
  ['a stream at the head', {}, live('abcdefgh-40'), 'good', claim],
  ['a stream beyond it', {}, live('abcdefgh-41'), 'good', claim],
  ['a stream behind it', {}, live('abcdefgh-39'), 'plain', 'Catching up with 12:03:21'],
  ['a stream of another journal', {}, live('zzzzzzzz-99'), 'plain', 'Catching up with 12:03:21'],
  ['no stream', {}, { state: 'closed' }, 'plain', 'Catching up with 12:03:21'],
  ['an older proof', { fresh: false, reason: 'Halted.' }, live('abcdefgh-40'), 'warn', claim],
  [
    'no proof',
    { fresh: false, as_of: null, head: null, proof: null, reason: 'Halted.' },
    live('abcdefgh-40'),
    'warn',
    'Not proven to be up to date',
  ],
])('%s claims no more than it may', (_, more, connection, tone, text) => {
  expect(toFreshnessText(freshness(more), connection, 'UTC')).toMatchObject({ tone, text });
});

test('why nothing newer is proven is one hover away', () => {
  const { detail } = toFreshnessText(freshness({ fresh: false, reason: 'Halted.' }), live('abcdefgh-40'));

  expect(detail).toContain('Halted.');
});

test('a change of documents alone asks for no new proof', () => {
  const value = freshness();

  expect(foldFreshness<Freshness>('atlas')(value, documentsChanged({}))).toBe(value);
});
