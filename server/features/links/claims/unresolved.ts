/** Something a document names that leads nowhere (LK5). */
import type { UnresolvedReason } from '../../../../shared/views/link.ts';

export interface Unresolved {
  readonly key: string;
  /** As written. */
  readonly value: string;
  readonly reason: UnresolvedReason;
  readonly candidates: readonly string[];
}
