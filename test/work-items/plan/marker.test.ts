import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  hasMarker,
  parseMarkerPath,
  toMarkerUrl,
  toSourceKey,
} from '../../../server/features/work-items/plan/marker.ts';
import { toTarget } from '../planning-kit.ts';

test.each([
  ['ardoq', '', 'a1', 'https://sync.example/items/ardoq//a1'],
  ['documents', 'p1', 'p1:US0001', 'https://sync.example/items/documents/p1/p1%3AUS0001'],
  ['request', '', 'a/b?c#d', 'https://sync.example/items/request//a%2Fb%3Fc%23d'],
  ['request', '', '.', 'https://sync.example/items/request//@.'],
  ['request', '', '..', 'https://sync.example/items/request//@..'],
])('[RC3] %s, scope %j and id %j are marked %s', (system, scope, sourceId, url) => {
  expect(toMarkerUrl('https://sync.example/', system, scope, sourceId)).toBe(url);
});

/** Those that addresses are touchy about come often. */
const id = fc
  .oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 }) },
    fc.string({ unit: fc.constantFrom('.', '%', '2', 'E', '@', '/'), minLength: 1, maxLength: 6 }),
  )
  .filter((text) => !/\p{Surrogate}/u.test(text));

test('[RC3] a marker leads back to its item, and no two items share one', () => {
  fc.assert(
    fc.property(id, id, (sourceId, other) => {
      const url = new URL(toMarkerUrl('https://sync.example', 'ardoq', '', sourceId));

      expect(parseMarkerPath(url.pathname)).toEqual({ system: 'ardoq', scope: '', sourceId });
      if (other !== sourceId)
        expect(toMarkerUrl('https://sync.example', 'ardoq', '', other)).not.toBe(url.href);
    }),
  );
});

test('[RC3] a marker whose empty place was closed on its way is understood', () => {
  expect(parseMarkerPath('/items/ardoq/a1')).toEqual({ system: 'ardoq', scope: '', sourceId: 'a1' });
});

test.each(['/items/ardoq', '/items/ardoq/', '/items/a/b/c/d', '/other/a/b/c', '/items/a/b/%zz'])(
  '[RC3] %s is no marker',
  (path) => {
    expect(parseMarkerPath(path)).toBeUndefined();
  },
);

test('[RC3] a source key fits its field whatever the id, and stays distinct', () => {
  const [one, other] = ['x', 'y'].map((end) =>
    toSourceKey({ system: 'documents', scope: 'p1', sourceId: 'a'.repeat(254) + end }),
  );

  expect(one).toHaveLength(255);
  expect(one).not.toBe(other);
  expect(toSourceKey({ system: 'ardoq', scope: '', sourceId: 'a1' })).toBe('ardoq//a1');
});

test('[RC3] only a hyperlink with exactly this address is the marker', () => {
  const url = toMarkerUrl('https://sync.example', 'ardoq', '', 'Ab');
  const linked = (rel: string, address: string) =>
    toTarget(1, { relations: [{ rel, url: address, attributes: {} }] });

  expect(hasMarker(linked('Hyperlink', url), url)).toBe(true);
  expect(hasMarker(linked('Hyperlink', url.toLowerCase()), url)).toBe(false);
  expect(hasMarker(linked('ArtifactLink', url), url)).toBe(false);
});
