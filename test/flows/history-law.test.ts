/** PU19 over random pushes and random outages of the tables. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { counterColumns, type SyncRecord } from '../../shared/views/history.ts';
import { ItemStatus, ItemType } from '../../shared/work-items.ts';
import { openHistoryKit, type HistoryKit, type ItemTold } from './history-kit.ts';

let kit: HistoryKit;

beforeAll(async () => {
  kit = await openHistoryKit({ rows: 12, batchRows: 5 });
});

afterAll(async () => {
  await kit[Symbol.asyncDispose]();
});

type Outage = 'none' | 'items away' | 'all away' | 'items emptied' | 'all made anew';

interface Step {
  readonly items: readonly { readonly type: ItemType; readonly status: ItemStatus }[];
  readonly outage: Outage;
  readonly isFlushed: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  items: fc.array(
    fc.record({ type: fc.constantFrom(...ItemType.options), status: fc.constantFrom(...ItemStatus.options) }),
    {
      maxLength: 15,
    },
  ),
  outage: fc.constantFrom<Outage>('none', 'items away', 'all away', 'items emptied', 'all made anew'),
  isFlushed: fc.boolean(),
});

const begins: Readonly<Record<Outage, string>> = {
  none: 'select 1',
  'items away': 'alter table sync_history_items rename to items_away',
  'all away':
    'alter table sync_history rename to history_away; alter table sync_history_items rename to items_away',
  'items emptied': 'select 1',
  'all made anew':
    'alter table sync_history rename to history_away; alter table sync_history_items rename to items_away',
};

const ends: Readonly<Record<Outage, string>> = {
  none: 'select 1',
  'items away': 'alter table items_away rename to sync_history_items',
  'all away':
    'alter table history_away rename to sync_history; alter table items_away rename to sync_history_items',
  'items emptied': 'truncate sync_history_items',
  'all made anew': `
    create table sync_history (like history_away including all);
    create table sync_history_items (like items_away including all, foreign key (sync_history_id) references sync_history (id));
    drop table items_away, history_away`,
};

test('[PU19, HI5, HI7] whatever goes away meanwhile, rows and counters agree with what was pushed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      const told = steps
        .flatMap(({ items }) => items)
        .map((item, index): ItemTold => ({ ...item, ardoqId: `i${index}` }));
      const rest = [...told];
      const id = await kit.begin({ totalItems: told.length });
      for (const { items, outage, isFlushed } of steps) {
        await runEach(begins[outage]);
        await kit.items(id, rest.splice(0, items.length));
        if (isFlushed) await kit.history.pushes.flush(15);
        await runEach(ends[outage]);
      }
      await kit.end(id);
      await kit.flush();

      const { body } = await kit.get(`/api/sync-history/${id}`);
      const rows = (await kit.database.client`
        select ardoq_id, item_type, status from sync_history_items where sync_history_id = ${id}`) as readonly {
        ardoq_id: string;
        item_type: string;
        status: string;
      }[];
      expect(pickCounters(body.data as SyncRecord)).toEqual(countAll(told));
      expect(rows.map((row) => `${row.ardoq_id} ${row.item_type} ${row.status}`).toSorted()).toEqual(
        told.map((item) => `${item.ardoqId} ${item.type} ${item.status}`).toSorted(),
      );
      expect(kit.history.findBuffered(id)).toBeNull();
    }),
    { numRuns: 30 },
  );
}, 120_000);

/** One by one: whoever holds one table and waits for the other is not to meet the writer doing the opposite. */
async function runEach(statements: string): Promise<void> {
  for (const statement of statements.split(';')) await kit.run(statement);
}

const groupOf = { epic: 'epics', feature: 'features', user_story: 'user_stories' } as const;

function countAll(items: readonly ItemTold[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(counterColumns.map((column) => [column, 0]));
  for (const { type, status } of items) {
    counts[`items_${status}`]! += 1;
    counts[`${groupOf[type!]}_${status}`]! += 1;
  }
  return counts;
}

const pickCounters = (record: SyncRecord): Record<string, number> =>
  Object.fromEntries(counterColumns.map((column) => [column, record[column]]));
