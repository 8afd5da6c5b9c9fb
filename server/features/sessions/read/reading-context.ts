/** What the readers of single records work on. */
import type { DeltaDraft } from './delta-draft.ts';
import type { LogPlace } from './reading.ts';
import type { SessionDraft } from './session-draft.ts';

export interface ReadingContext {
  readonly place: LogPlace;
  readonly draft: SessionDraft;
  readonly delta: DeltaDraft;
  /** Of the line's first byte. */
  readonly offset: number;
}
