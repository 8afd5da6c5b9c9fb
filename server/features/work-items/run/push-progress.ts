/** Figures of a push as its items become durable (PU15). */
import type { CounterName } from '../../../../shared/operations.ts';
import type { ItemStatus, ItemType } from '../../../../shared/work-items.ts';
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import type { ItemOutcome } from './item-outcome.ts';

const counterOf: Readonly<Record<ItemStatus, CounterName>> = {
  created: 'itemsCreated',
  updated: 'itemsUpdated',
  unchanged: 'itemsUnchanged',
  failed: 'itemsFailed',
  skipped: 'itemsSkipped',
};

const nameOf: Readonly<Record<ItemType, string>> = {
  epic: 'epics',
  feature: 'features',
  user_story: 'user-stories',
};

export interface Progress {
  stored(outcomes: readonly ItemOutcome[]): void;
}

export function createProgress(
  { count, progress }: Pick<OperationContext<StoredOperation>, 'count' | 'progress'>,
  total: number,
): Progress {
  const done: Record<string, number> = { epics: 0, features: 0, 'user-stories': 0 };
  let processed = 0;
  return {
    stored(outcomes) {
      for (const { item, end } of outcomes) {
        count(counterOf[end.status]);
        const name = nameOf[item.type];
        done[name] = (done[name] ?? 0) + 1;
      }
      processed += outcomes.length;
      if (outcomes.length > 0) progress(processed, done, total);
    },
  };
}
