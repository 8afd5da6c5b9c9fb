/** What the routes of documents need from the rest of the server. */
import type { Transaction } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';

export interface DocumentsOptions {
  /** Throws `Project not found` for a slug that is none. */
  readonly findProject: (tx: Transaction, slug: string) => Promise<{ readonly id: string }>;
  readonly clock: Clock;
}
