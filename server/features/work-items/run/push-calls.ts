/** How a push makes its calls: patient, cut short by a stop, and telling people what it waits for (AZ20, AZ21). */
import type { OperationContext, StoredOperation } from '../../../core/workflow.ts';
import type { CallOptions } from '../tracker.ts';
import type { PushParts } from './push-parts.ts';

export const toCallOptions = (
  { timing }: Pick<PushParts, 'timing'>,
  { signal, say }: Pick<OperationContext<StoredOperation>, 'signal' | 'say'>,
): CallOptions => ({
  signal,
  retryBudgetMs: timing.retryBudgetMs,
  onWait: (message) => say(message),
});
