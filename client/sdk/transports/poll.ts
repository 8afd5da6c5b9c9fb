/** Pages of the journal, one after the other: held open until something happens, or asked for now and then. */
import { z } from 'zod';
import { EventPage } from '../../../shared/api/events.ts';
import { EventId } from '../../../shared/ids.ts';
import { readArrival } from '../arrival.ts';
import { pause } from '../clock.ts';
import type { Greeting } from '../connection-signal.ts';
import { LineClosed, requestEvents } from './request.ts';
import type { OpenTransport, TransportListener, TransportOptions } from './transport.ts';
import { openWatchdog } from './watchdog.ts';

/** PO1: the server holds an empty answer. */
export const openLongPoll: OpenTransport = (options, listener) =>
  void follow(options, listener, {
    waitSeconds: 25,
    // A server that answers at once although it was asked to wait is not to be asked in a tight loop.
    toRestMs: ({ isHeld, heldMs, hasEvents }) => (!isHeld || hasEvents || heldMs >= 1_000 ? 0 : 1_000),
  });

/** ST6: every 2.5 s while something happens, every 15 s while nothing does. */
export const openPoll: OpenTransport = (options, listener) =>
  void follow(options, listener, {
    waitSeconds: 0,
    toRestMs: ({ quietMs }) => (quietMs < quietAfterMs ? 2_500 : 15_000),
  });

/** An operation at work is never silent for so long. */
const quietAfterMs = 30_000;
const pageSize = 1_000;
const graceMs = 10_000;

interface Pace {
  readonly waitSeconds: number;
  /** Before asking for the next page, when there may be none yet. */
  toRestMs(last: LastAnswer): number;
}

interface LastAnswer {
  readonly isHeld: boolean;
  readonly heldMs: number;
  readonly hasEvents: boolean;
  readonly quietMs: number;
}

async function follow(options: TransportOptions, listener: TransportListener, pace: Pace): Promise<void> {
  try {
    await readPages(options, listener, pace);
  } catch (error) {
    if (options.signal.aborted) return;
    const end = error instanceof LineClosed ? error : new LineClosed('lost');
    listener.closed(end.because, end.retryAfterMs);
  }
}

async function readPages(options: TransportOptions, listener: TransportListener, pace: Pace): Promise<void> {
  const { clock, signal } = options;
  let cursor = options.after;
  let hasGreeted = false;
  let lastEventMs = clock.nowMs();
  for (;;) {
    const askedMs = clock.nowMs();
    // The first answer is the hello: it is not to be held.
    const isHeld = hasGreeted && pace.waitSeconds > 0;
    const { page, trouble } = await readPage(options, cursor, isHeld ? pace.waitSeconds : 0);
    if (!hasGreeted || page.reset !== null) listener.hello(toGreeting(cursor, page));
    hasGreeted = true;
    signal.throwIfAborted();
    listener.trouble(trouble);
    // After a reset everything is read anew, so what the page also brought is asked for again.
    cursor = page.reset === null ? page.next : page.head;
    if (page.reset === null) tell(page, listener);
    signal.throwIfAborted();
    if (page.hasMore) continue;

    const nowMs = clock.nowMs();
    const hasEvents = page.events.length > 0;
    if (hasEvents) lastEventMs = nowMs;
    const last = { isHeld, heldMs: nowMs - askedMs, hasEvents, quietMs: nowMs - lastEventMs };
    const restMs = pace.toRestMs(last);
    if (restMs > 0) await pause(clock, restMs, signal);
    signal.throwIfAborted();
  }
}

/** Events of a newer server must not spoil the page: they are read one by one. */
const LoosePage = EventPage.extend({ events: z.array(z.unknown()), next: EventId, head: EventId });
type LoosePage = z.output<typeof LoosePage>;

async function readPage(options: TransportOptions, after: EventId | null, waitSeconds: number) {
  const watchdog = openWatchdog(options.clock, waitSeconds * 1000 + graceMs, options.signal);
  try {
    const query = { after, limit: String(pageSize), wait: String(waitSeconds) };
    const { signal } = watchdog;
    const response = await requestEvents({ ...options, signal, accept: 'application/json', query });
    const page = LoosePage.safeParse(JSON.parse(await response.text()));
    if (!page.success) throw new LineClosed('garbage');
    return { page: page.data, trouble: response.headers.get('sync-degraded') };
  } catch (error) {
    if (watchdog.hasBitten()) throw new LineClosed('silent');
    throw error instanceof SyntaxError ? new LineClosed('garbage') : error;
  } finally {
    watchdog.close();
  }
}

/** What the hello of a stream would say. */
function toGreeting(cursor: EventId | null, { reset, head, next }: LoosePage): Greeting {
  return { from: reset === null ? (cursor ?? next) : head, head, reset };
}

function tell(page: LoosePage, listener: TransportListener): void {
  const none = { events: [], through: page.next, hasGap: false };
  const arrival = page.events.length === 0 ? none : readArrival(page.events);
  if (arrival === undefined) throw new LineClosed('garbage');
  listener.events({ ...arrival, through: page.next });
}
