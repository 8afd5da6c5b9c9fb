import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LinkTab,
  readLinkFilters,
  toAuditQuery,
  toLinePageQuery,
  withoutLink,
  writeLinkFilters,
} from '../../client/dashboard/address/link-filters.ts';
import { foldLinks, foldUnresolved } from '../../client/dashboard/folds/reading.ts';
import { addUp, readExplanation } from '../../client/dashboard/format/explanation.ts';
import {
  toAdjustmentName,
  toReasonTexts,
  toSignalName,
  toSignedShare,
} from '../../client/dashboard/format/links.ts';
import { AuditQuery, listLinkReviews } from '../../shared/api/link-audit.ts';
import { Severity } from '../../shared/views/link-audit.ts';
import type { LinkExplanation } from '../../shared/views/link.ts';
import { event, operation, operationId } from './build.ts';

const text = fc.string({ unit: 'grapheme' }).map((written) => written.replaceAll('\0', ''));

describe('[PG2] the audit in the address', () => {
  test('what is written is read back', () => {
    const filters = fc.record({
      tab: fc.constantFrom(...LinkTab.options),
      feature: text,
      severity: fc.constantFrom('' as const, ...Severity.options),
      primaryFloor: fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100),
      fanoutFloor: fc.integer({ min: 1, max: 1000 }),
      hasReviewed: fc.boolean(),
      offset: fc.integer({ min: 0, max: 1_000_000 }),
      cursor: text,
      link: text,
    });

    fc.assert(
      fc.property(filters, (written) => {
        const address = writeLinkFilters(written).toString();
        expect(readLinkFilters(new URLSearchParams(address))).toEqual(written);
      }),
    );
  });

  test('any address is a question the server understands', () => {
    const known = fc.constantFrom('primary', 'fanout', 'offset', 'severity', 'feature', 'cursor', 'link');
    const value = fc.oneof(text, fc.double().map(String), fc.integer().map(String));

    fc.assert(
      fc.property(fc.dictionary(known, value), (query) => {
        const filters = readLinkFilters(new URLSearchParams(query));
        expect(AuditQuery.safeParse(toAuditQuery('atlas', filters)).success).toBe(true);
        const lines = toLinePageQuery('atlas', filters.cursor);
        expect(listLinkReviews.query.safeParse(lines).success).toBe(true);
      }),
    );
  });

  test.each(['primary=1.5', 'primary=x', 'primary=-0.2', 'fanout=0', 'fanout=1e9', 'fanout=', 'offset=-1'])(
    '[AU2] what does not fit (%s) reads as the usual floors',
    (address) => {
      expect(writeLinkFilters(readLinkFilters(new URLSearchParams(address))).toString()).toBe('');
    },
  );

  test('the page stays the same one while a link of it is explained', () => {
    const filters = readLinkFilters(new URLSearchParams('severity=high&link=LK-1'));

    expect(writeLinkFilters(withoutLink(filters)).toString()).toBe('severity=high');
  });
});

const linksChanged = event('links:changed', { created: 0, updated: 1, removed: 0, total: 3 });
const takenBack = event('link:reviewed', {
  reviewId: 'LR-1',
  featureId: 'a-v1',
  sessionId: 'S-1',
  verdict: null,
});
const ended = event('operation:completed', { operation: operation(1) }, { operationId: operationId(1) });

test.each([
  ['links changed', linksChanged, 'reload', 'reload'],
  ['a review was taken back', takenBack, 'reload', 'same'],
  ['an operation ended', ended, 'same', 'reload'],
] as const)(
  '[PG1] when %s, the audit is read again: %j; what leads nowhere: %j',
  (_case, heard, audit, loose) => {
    expect(foldLinks<string>('atlas')('same', heard)).toBe(audit);
    expect(foldUnresolved<string>('atlas')('same', heard)).toBe(loose);
    expect(foldLinks<string>('dune')('same', heard)).toBe('same');
  },
);

describe('[AU14] reasons in words', () => {
  const floors = { primaryFloor: 0.6, fanoutFloor: 12 };

  test('stand in their order, and name the floors they were judged by', () => {
    const reason = 'high_fanout(1200);primary_like_command_path_mismatch;primary_like_title_path_mismatch';

    const [fanout, command, title] = toReasonTexts(reason, floors);

    expect(fanout?.title).toBe('The session is linked to 1,200 features');
    expect(fanout?.text).toContain('12 features');
    expect(command?.title).toBe('The command names a path of something else');
    expect(command?.text).toContain('0.6');
    expect(title?.title).toBe('Neither title nor path names the feature');
  });

  test('of a newer server are shown as they are', () => {
    expect(toReasonTexts('too_old(3)', floors)).toMatchObject([{ code: 'too_old(3)' }]);
  });

  test('there are none without a reason', () => {
    expect(toReasonTexts('', floors)).toEqual([]);
  });
});

test.each([
  [toSignalName('file_write'), 'File written'],
  [toSignalName('something_new'), 'Something new'],
  [toAdjustmentName('share_below_0.50'), 'Less than half of the session is about it'],
  [toSignedShare(-0.2), '−0.20'],
  [toSignedShare(0.05), '+0.05'],
])('%j is shown as %j', (shown, expected) => {
  expect(shown).toBe(expected);
});

describe('[LK24] an explanation', () => {
  const explanation = (over: Partial<LinkExplanation>): LinkExplanation => ({
    strategy: 'session_evidence',
    rule: '',
    signals: [],
    base: 0.9,
    adjustments: [],
    share: null,
    candidates: [],
    confidence: 0.9,
    review: null,
    declaredBy: [],
    ...over,
  });
  const written = { reason: 'written', delta: 0.02 };
  const many = { reason: 'three_or_more_signals', delta: 0.05 };

  test.each([
    [explanation({ adjustments: [written], confidence: 0.92 }), 0.92, false],
    [explanation({ adjustments: [written, many], confidence: 0.95 }), 0.97, true],
  ])('says when the sum was held within its bounds', (given, total, isClamped) => {
    expect(addUp(given).total).toBeCloseTo(total);
    expect(addUp(given).isClamped).toBe(isClamped);
  });

  test('is read as far as it is understood', () => {
    const signal = { type: 'file_write', path: 'a.md', weight: 0.95, at: null, ref: '3' };
    const read = readExplanation(
      explanation({
        signals: [signal, 'no signal', { type: 'file_read' }],
        candidates: [{ featureId: 'a-v1', weightSum: 2 }, null],
        review: { id: 'LR-1', verdict: 'pinned', note: null, featureId: 'a-v1' },
        declaredBy: [{ file: 'a.md', key: 'epic', line: 4, by: {} }],
      }),
    );

    expect(read).toEqual({
      signals: [signal],
      candidates: [{ featureId: 'a-v1', weightSum: 2 }],
      review: { id: 'LR-1', verdict: 'pinned', note: null },
      declaredBy: [{ file: 'a.md', key: 'epic', line: 4 }],
    });
  });

  test('of a verdict that is not known has no review', () => {
    expect(readExplanation(explanation({ review: { id: 'LR-1', verdict: 'liked' } })).review).toBeNull();
  });
});
