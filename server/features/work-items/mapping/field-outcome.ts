/** What goes into the conversion of a field, and what comes out of it. */
import type { PushWarning } from '../../../../shared/work-items.ts';
import type { Transform } from './transform.ts';

export interface SourcedValue {
  readonly path: string;
  readonly value: unknown;
  readonly transform: Transform | null;
  /** A text of it may be a list. */
  readonly isTagList?: boolean;
}

export type Problem = Pick<PushWarning, 'code' | 'message'>;

export interface FieldOutcome {
  /** Undefined where there is nothing that could be sent. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** The value that the field cannot hold. */
  readonly refused: string | null;
  /** More than one value for a field that holds one. */
  readonly hasRivals: boolean;
}
