/** How a stream says what it says, and when it has said all. */
import type { JournalEntry } from '../core/journal-entry.ts';
import { toChunk } from './sse-frames.ts';

export interface StreamStyle {
  readonly toFrames: (entries: readonly JournalEntry[]) => Buffer;
  /** The same as one chunk of a chunked answer. */
  readonly toChunk: (entries: readonly JournalEntry[]) => Buffer;
  /** Nothing follows this event: the stream ends behind it. */
  readonly isLast: (entry: JournalEntry) => boolean;
  /** Asked to reconnect after a time (SS4); not for clients that cannot (EV27). */
  readonly rotates: boolean;
  readonly saysHello: boolean;
}

export const createStyle = (style: Omit<StreamStyle, 'toChunk'>): StreamStyle => ({
  ...style,
  toChunk: (entries) => toChunk(style.toFrames(entries)),
});
