/** socket.io: the same events over a WebSocket, for networks that hold plain streams back (IO2). */
import { io } from 'socket.io-client';
import type { Socket } from 'socket.io-client';
import { Degraded, SubscribeAck, troubleWords } from '../../../shared/api/events.ts';
import type { SubscribeMessage } from '../../../shared/api/events.ts';
import { EventId } from '../../../shared/ids.ts';
import { readArrival } from '../arrival.ts';
import type { CloseReason } from '../ladder.ts';
import type { OpenTransport, TransportListener, TransportOptions } from './transport.ts';

export const openSocket: OpenTransport = (options, listener) => {
  const socket = connect(options);
  const inbox = createInbox(listener, (because) => end(because));
  let hasEnded = false;

  const hangUp = () => {
    hasEnded = true;
    options.signal.removeEventListener('abort', hangUp);
    inbox.close();
    socket.off();
    socket.disconnect();
  };
  const end = (because: CloseReason) => {
    if (hasEnded) return;
    hangUp();
    listener.closed(because, null);
  };

  options.signal.addEventListener('abort', hangUp, { once: true });
  socket.on('connect', () => {
    socket.emit('subscribe', toMessage(options), (answer: unknown) => {
      if (!hasEnded) greet(answer, options.after, listener, inbox, end);
    });
  });
  socket.on('event', (raw: unknown) => inbox.put(raw));
  socket.on(troubleWords.begins, (raw: unknown) =>
    inbox.trouble(Degraded.safeParse(raw).data?.message ?? null),
  );
  socket.on(troubleWords.ends, () => inbox.trouble(null));
  socket.on('disconnect', (reason) => end(reason === 'io server disconnect' ? 'ended' : 'lost'));
  socket.on('connect_error', (error) => end(toCloseReason(error)));
  if (options.signal.aborted) hangUp();
};

function connect({ baseUrl, token }: TransportOptions): Socket {
  // A path in the address is where the server is mounted; socket.io would take it for a namespace.
  const base = new URL(baseUrl === '' ? location.href : baseUrl);
  const mount = baseUrl === '' ? '' : base.pathname.replace(/\/+$/, '');
  return io(base.origin, {
    path: `${mount}/socket.io`,
    forceNew: true,
    // The connection's machine decides when to try again, and what.
    reconnection: false,
    ...(token !== undefined && { extraHeaders: { authorization: `Bearer ${token}` } }),
  });
}

function toMessage({ topics, types, after }: TransportOptions): SubscribeMessage {
  return {
    after,
    ...(topics.length > 0 && { topics: [...topics] }),
    ...(types.length > 0 && { types: [...types] }),
  };
}

function greet(
  answer: unknown,
  after: EventId | null,
  listener: TransportListener,
  inbox: Inbox,
  end: (because: CloseReason) => void,
): void {
  const ack = SubscribeAck.safeParse(answer);
  if (ack.success && !ack.data.ok) return end('unsupported');
  const head = EventId.safeParse(ack.data?.head);
  if (!ack.success || !head.success) return end('garbage');
  const { resumed, reset } = ack.data;
  listener.hello({ from: resumed && after !== null ? after : head.data, head: head.data, reset });
  inbox.open();
}

interface Inbox {
  put(raw: unknown): void;
  trouble(reason: string | null): void;
  /** Until hello, what has already arrived waits. */
  open(): void;
  close(): void;
}

/** Gathers the events of one turn, so that a burst travels on as one batch. */
function createInbox(listener: TransportListener, end: (because: CloseReason) => void): Inbox {
  let raws: unknown[] = [];
  let isOpen = false;
  let isDue = false;
  let trouble: string | null = null;
  const flush = () => {
    isDue = false;
    if (!isOpen || raws.length === 0) return;
    const arrival = readArrival(raws);
    raws = [];
    if (arrival === undefined) return end('garbage');
    listener.events(arrival);
  };
  return {
    put(raw) {
      raws.push(raw);
      if (isDue) return;
      isDue = true;
      queueMicrotask(flush);
    },
    trouble(reason) {
      trouble = reason;
      if (isOpen) listener.trouble(trouble);
    },
    open() {
      isOpen = true;
      listener.trouble(trouble);
      flush();
    },
    close() {
      isOpen = false;
      raws = [];
    },
  };
}

/** engine.io keeps the HTTP status of a failed handshake in `description`, 0 when there was no answer. */
function toCloseReason(error: Error & { readonly description?: unknown }): CloseReason {
  const status = error.description;
  if (typeof status !== 'number' || status === 0) return 'unreachable';
  // A 403 may also be that of a proxy that forbids sockets: the next transport finds out.
  if (status === 401) return 'unauthorised';
  return status === 429 || status >= 500 ? 'refused' : 'unsupported';
}
