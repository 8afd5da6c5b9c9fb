/** The chain by itself: every kind of tampering is seen at its place. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ChainCheck,
  chainRows,
  chainStart,
  hashOf,
  type AuditEntry,
  type ChainedRow,
} from '../../server/features/history/audit-chain.ts';

const toEntry = (position: number, details: Record<string, unknown> = {}): AuditEntry => ({
  id: `id-${position}`,
  action_type: 'sync_started',
  entity_type: 'sync',
  entity_id: `e${position}`,
  user_id: null,
  source_ip: null,
  user_agent: null,
  details,
  created_at: '2026-11-21T10:00:00.000Z',
});

const toChain = (count: number): ChainedRow[] =>
  chainRows(
    chainStart,
    Array.from({ length: count }, (_, position) => toEntry(position)),
  );

function check(rows: readonly ChainedRow[]) {
  const chain = new ChainCheck();
  for (const row of rows) chain.follow(row);
  return chain.fault;
}

const rehash = (row: ChainedRow): ChainedRow => ({ ...row, hash: hashOf(row) });

test.each<[what: string, tamper: (rows: ChainedRow[]) => ChainedRow[], seq: number, reason: RegExp]>([
  ['a changed value', (rows) => rows.with(2, { ...rows[2]!, entity_id: 'other' }), 3, /row 3 was changed/],
  [
    'a changed value with its hash',
    (rows) => rows.with(2, rehash({ ...rows[2]!, entity_id: 'other' })),
    4,
    /row 4 does not follow row 3/,
  ],
  ['a row taken out', (rows) => rows.toSpliced(2, 1), 4, /rows 3 to 3 are missing/],
  ['the beginning taken away', (rows) => rows.slice(2), 3, /rows 1 to 2 are missing/],
  [
    'two rows exchanged',
    (rows) => rows.with(1, { ...rows[2]!, seq: 2 }).with(2, { ...rows[1]!, seq: 3 }),
    2,
    /row 2/,
  ],
  [
    'a time set back',
    (rows) => rows.with(4, { ...rows[4]!, created_at: '2020-01-01T00:00:00.000Z' }),
    5,
    /row 5 was changed/,
  ],
])('[GU12] %s is found at its place', (_what, tamper, seq, reason) => {
  expect(check(toChain(5))).toBeNull();
  expect(check(tamper(toChain(5)))).toEqual({ seq, reason: expect.stringMatching(reason) });
});

test('[GU12] rows missing at the end are found by who remembers the last', () => {
  const rows = toChain(5);
  const chain = new ChainCheck();
  for (const row of rows.slice(0, 3)) chain.follow(row);
  chain.close(rows[4]!);

  expect(chain.fault).toEqual({ seq: 4, reason: 'rows 4 to 5 are missing' });
});

test('[GU12] a chain is the same in whatever portions it is written and however keys are ordered', () => {
  fc.assert(
    fc.property(
      fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 8 }),
      fc.nat(8),
      (details, cut) => {
        const entries = details.map((detail, position) => toEntry(position, detail));
        const whole = chainRows(chainStart, entries);
        const first = chainRows(chainStart, entries.slice(0, cut));
        const second = chainRows(first.at(-1) ?? chainStart, entries.slice(cut));

        const turned = [...first, ...second].map((row) => ({
          ...row,
          details: Object.fromEntries(Object.entries(row.details).toReversed()),
        }));

        expect(turned.map(({ hash }) => hash)).toEqual(whole.map(({ hash }) => hash));
        expect(check(turned)).toBeNull();
      },
    ),
  );
});
