/** The bytes of an event stream (SS1). */
import type { Bye, Hello } from '../../shared/api/events.ts';
import type { JournalEntry } from '../core/journal-entry.ts';

/** No field can break out of its line: ids and types are of a fixed alphabet, and JSON escapes CR and LF (SS7). */
export const toFrame = ({ event, json }: JournalEntry): string =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${json}\n\n`;

export const toFrames = (entries: readonly JournalEntry[]): Buffer =>
  Buffer.from(entries.map(toFrame).join(''));

/** Carries an id, so that a browser which is cut off before the first event resumes from here. */
export const toHelloFrame = (hello: Hello, retryMs: number): string =>
  `retry: ${retryMs}\nid: ${hello.from}\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`;

export const toByeFrame = (bye: Bye, retryMs: number): string =>
  `retry: ${retryMs}\nevent: bye\ndata: ${JSON.stringify(bye)}\n\n`;

export const heartbeatFrame = Buffer.from(': heartbeat\n\n');
