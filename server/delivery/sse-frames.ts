/** The bytes of an event stream (SS1). */
import { troubleWords, type Bye, type Hello } from '../../shared/api/events.ts';
import type { JournalEntry } from '../core/journal-entry.ts';

/** No field can break out of its line: ids and types are of a fixed alphabet, and JSON escapes CR and LF (SS7). */
export const toFrame = ({ id, type, json }: JournalEntry): string =>
  `id: ${id}\nevent: ${type}\ndata: ${json}\n\n`;

export const toFrames = (entries: readonly JournalEntry[]): Buffer =>
  Buffer.from(entries.map(toFrame).join(''));

/** One piece of a chunked answer, ready for the connection: framed once for all who are written it. */
export const toChunk = (frames: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${frames.length.toString(16)}\r\n`), frames, lineEnd]);

const lineEnd = Buffer.from('\r\n');

/** Carries an id, so that a browser which is cut off before the first event resumes from here. */
export const toHelloFrame = (hello: Hello, retryMs: number): string =>
  `retry: ${retryMs}\nid: ${hello.from}\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`;

export const toByeFrame = (bye: Bye, retryMs: number): string =>
  `retry: ${retryMs}\nevent: bye\ndata: ${JSON.stringify(bye)}\n\n`;

export const heartbeatFrame = Buffer.from(': heartbeat\n\n');

/** A comment: no client takes it for an event, however old it is (F10). */
export const toTroubleFrame = (trouble: string | null): string =>
  trouble === null
    ? `: ${troubleWords.ends}\n\n`
    : `: ${troubleWords.begins} ${trouble.replaceAll(/[\r\n]+/g, ' ')}\n\n`;
