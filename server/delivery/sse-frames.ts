/** Server-Sent Events on the wire: one `data` line of JSON, so that nothing inside can end a frame early (SS1, SS7). */
import type { Bye, Hello } from '../../shared/api/events.ts';
import type { JournalEntry } from '../core/journal-entry.ts';

export const toEventFrame = ({ event, json }: JournalEntry): string =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${json}\n\n`;

/** `retry` is jittered, so that clients of a server that restarts do not come back all at once. */
export const toHelloFrame = (hello: Hello): string =>
  `retry: ${retryMs()}\nevent: hello\ndata: ${JSON.stringify(hello)}\n\n`;

export const toByeFrame = (bye: Bye): string =>
  `retry: ${retryMs()}\nevent: bye\ndata: ${JSON.stringify(bye)}\n\n`;

export const heartbeatFrame = ':\n\n';

const retryMs = (): number => 1000 + Math.round(Math.random() * 2000);

/** While a reader lags, only the newest figures of each operation are worth sending (SS4). */
export function collapseProgress(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const newest = new Map<string, number>();
  for (const { event, seq } of entries) {
    if (event.type === 'operation:progress') newest.set(event.operationId ?? '', seq);
  }
  return entries.filter(
    ({ event, seq }) => event.type !== 'operation:progress' || newest.get(event.operationId ?? '') === seq,
  );
}
