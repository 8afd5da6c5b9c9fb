/** Server-Sent Events over fetch: unlike EventSource it sends a token, tells why it ended, and runs in Node. */
import { Bye, Hello, troubleWords } from '../../../shared/api/events.ts';
import { EventId } from '../../../shared/ids.ts';
import { readArrival } from '../arrival.ts';
import type { Greeting } from '../connection-signal.ts';
import type { CloseReason } from '../ladder.ts';
import { LineClosed, requestEvents } from './request.ts';
import { createSseParser } from './sse-parser.ts';
import type { SseFrame, SseParser } from './sse-parser.ts';
import type { OpenTransport, TransportListener, TransportOptions } from './transport.ts';
import { openWatchdog } from './watchdog.ts';
import type { Watchdog } from './watchdog.ts';

export const openSse: OpenTransport = (options, listener) => {
  // Never rejects: every end is told to the listener.
  void follow(options, listener);
};

/** Three heartbeats of 15 s missed. */
export const silenceMs = 45_000;

async function follow(options: TransportOptions, listener: TransportListener): Promise<void> {
  const watchdog = openWatchdog(options.clock, silenceMs, options.signal);
  try {
    await read(options, watchdog, listener);
  } catch (error) {
    if (options.signal.aborted) return;
    const end = error instanceof LineClosed ? error : new LineClosed('lost');
    listener.closed(watchdog.hasBitten() ? 'silent' : end.because, end.retryAfterMs);
  } finally {
    watchdog.close();
  }
}

async function read(options: TransportOptions, watchdog: Watchdog, listener: TransportListener) {
  const query = { after: options.after };
  const { signal } = watchdog;
  const response = await requestEvents({ ...options, signal, accept: 'text/event-stream', query });
  const reader = response.body!.getReader();
  const parser = createSseParser();
  const tell = createTeller(listener, options.signal, parser);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      options.signal.throwIfAborted();
      if (done) throw new LineClosed('ended', parser.retryMs());
      watchdog.feed();
      tell(parse(parser, value));
      for (const comment of parser.comments()) tellTrouble(comment, listener);
    }
  } finally {
    // Already broken or about to be thrown away: cancelling can only fail for the same reason.
    reader.cancel().catch(() => {});
  }
}

function tellTrouble(comment: string, listener: TransportListener): void {
  const { begins, ends } = troubleWords;
  if (comment === ends) listener.trouble(null);
  else if (comment.startsWith(`${begins} `)) listener.trouble(comment.slice(begins.length + 1));
}

function parse(parser: SseParser, bytes: Uint8Array): readonly SseFrame[] {
  try {
    return parser.push(bytes);
  } catch {
    throw new LineClosed('garbage');
  }
}

/** Tells the frames of one chunk; neighbouring events travel on together. */
function createTeller(listener: TransportListener, signal: AbortSignal, parser: SseParser) {
  let hasGreeted = false;

  const tellEvents = (contents: readonly unknown[]): void => {
    if (contents.length === 0) return;
    const arrival = readArrival(contents);
    if (arrival === undefined || !hasGreeted) throw new LineClosed('garbage');
    listener.events(arrival);
    signal.throwIfAborted();
  };

  return (frames: readonly SseFrame[]): void => {
    let batch: unknown[] = [];
    for (const { event, data } of frames) {
      const content = toJson(data);
      if (event !== 'hello' && event !== 'bye') {
        batch.push(content);
        continue;
      }
      tellEvents(batch);
      batch = [];
      if (event === 'bye') throw new LineClosed(toFarewell(content), parser.retryMs());
      listener.hello(toGreeting(content));
      hasGreeted = true;
      signal.throwIfAborted();
    }
    tellEvents(batch);
  };
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LineClosed('garbage');
  }
}

const HelloIds = Hello.extend({ from: EventId, head: EventId });

function toGreeting(content: unknown): Greeting {
  const hello = HelloIds.safeParse(content);
  if (!hello.success) throw new LineClosed('garbage');
  const { from, head, reset } = hello.data;
  return { from, head, reset };
}

/** A reason of a newer server is an end like any other. */
function toFarewell(content: unknown): CloseReason {
  return Bye.safeParse(content).data?.reason ?? 'ended';
}
