/** Three small clients, one face: what the suites ask of every transport. */
import { get, type IncomingMessage } from 'node:http';
import { io } from 'socket.io-client';
import type { EventPage, ResetReason, SubscribeAck } from '../../shared/api/events.ts';
import type { SynclineEvent } from '../../shared/events/index.ts';
import { until } from '../sdk/support/until.ts';

export const transports = ['sse', 'socket', 'poll'] as const;
export type Transport = (typeof transports)[number];

export interface Wish {
  readonly after?: string | null;
  readonly topics?: readonly string[];
  readonly types?: readonly string[];
}

export interface Reader {
  readonly events: SynclineEvent[];
  /** One for each time the reader was told where it is: more than one means that it lost its place. */
  readonly greetings: { head: string; reset: ResetReason | null }[];
  readonly byes: string[];
  readonly isClosed: boolean;
  /** What to resume from. */
  readonly cursor: string | null;
  /** Takes nothing from the connection until it is told to go on. */
  pause(): void;
  resume(): void;
  close(): void;
}

export const seqsOf = (reader: Reader): number[] => reader.events.map((event) => event.seq);

export async function openReader(transport: Transport, url: string, wish: Wish = {}): Promise<Reader> {
  const reader = { sse: openSse, socket: openSocket, poll: openPoll }[transport](url, wish);
  await until(() => reader.greetings.length > 0 || reader.isClosed);
  return reader;
}

class Inbox {
  readonly events: SynclineEvent[] = [];
  readonly greetings: Reader['greetings'] = [];
  readonly byes: string[] = [];
  isClosed = false;
  cursor: string | null;

  constructor(wish: Wish) {
    this.cursor = wish.after === 'earliest' ? null : (wish.after ?? null);
  }

  greet(head: string, from: string, reset: ResetReason | null): void {
    this.greetings.push({ head, reset });
    this.cursor = reset === null ? from : head;
  }

  put(event: SynclineEvent): void {
    this.events.push(event);
    this.cursor = event.id;
  }
}

export function toAddress(
  url: string,
  { after, topics, types }: Wish,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams(more);
  if (after != null) query.set('after', after);
  if (topics !== undefined) query.set('topics', topics.join(','));
  if (types !== undefined) query.set('types', types.join(','));
  return `${url}/api/events?${query}`;
}

function openSse(url: string, wish: Wish): Reader {
  const inbox = new Inbox(wish);
  let response: IncomingMessage | undefined;
  let rest = '';
  const request = get(toAddress(url, wish), { headers: { accept: 'text/event-stream' }, agent: false });
  const end = () => (inbox.isClosed = true);
  request.on('error', end);
  request.on('response', (opened) => {
    response = opened;
    opened.setEncoding('utf8');
    opened.on('data', (text: string) => {
      const frames = (rest + text).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) takeFrame(frame, inbox);
    });
    opened.on('close', end);
    opened.on('error', end);
  });
  return Object.assign(inbox, {
    pause: () => void response?.pause(),
    resume: () => void response?.resume(),
    close: () => void request.destroy(),
  });
}

function takeFrame(frame: string, inbox: Inbox): void {
  if (frame.startsWith(':')) return;
  const fields = new Map(frame.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]));
  const content = JSON.parse(fields.get('data') ?? '') as {
    from: string;
    head: string;
    reset: ResetReason | null;
  };
  const event = fields.get('event');
  if (event === 'hello') return inbox.greet(content.head, content.from, content.reset);
  if (event === 'bye') return void inbox.byes.push((content as unknown as { reason: string }).reason);
  return inbox.put(content as unknown as SynclineEvent);
}

function openSocket(url: string, { after, ...wish }: Wish): Reader {
  const inbox = new Inbox({ after: after ?? null });
  const socket = io(url, { reconnection: false, forceNew: true, transports: ['websocket'] });
  const end = () => (inbox.isClosed = true);
  const underneath = () =>
    (socket.io.engine.transport as unknown as { ws: { _socket: IncomingMessage } }).ws._socket;
  socket.on('connect', () => {
    socket.emit('subscribe', { ...wish, after: after ?? null }, (ack: SubscribeAck) => {
      if (!ack.ok) return socket.disconnect();
      inbox.greet(ack.head, after != null && after !== 'earliest' ? after : ack.head, ack.reset);
    });
  });
  socket.on('event', (event: SynclineEvent) => inbox.put(event));
  socket.on('bye', ({ reason }: { reason: string }) => inbox.byes.push(reason));
  socket.on('disconnect', end);
  socket.on('connect_error', end);
  return Object.assign(inbox, {
    pause: () => void underneath().pause(),
    resume: () => void underneath().resume(),
    close: () => void socket.disconnect(),
  });
}

function openPoll(url: string, wish: Wish): Reader {
  const inbox = new Inbox(wish);
  const closing = new AbortController();
  let isPaused = false;
  const read = async () => {
    let after = wish.after ?? null;
    while (!closing.signal.aborted) {
      // The first answer is the greeting.
      const wait = inbox.greetings.length === 0 ? '0' : '25';
      const address = toAddress(url, { ...wish, after }, { wait, limit: '7' });
      const response = await fetch(address, { signal: closing.signal });
      if (!response.ok) return;
      const page = (await response.json()) as EventPage;
      await until(() => !isPaused || closing.signal.aborted);
      if (closing.signal.aborted) return;
      if (inbox.greetings.length === 0 || page.reset !== null) {
        inbox.greet(page.head, after === null || after === 'earliest' ? page.next : after, page.reset);
      }
      for (const event of page.events) inbox.put(event);
      after = page.next;
      inbox.cursor = page.next;
    }
  };
  // Cut off in the middle, like any other line.
  void read()
    .catch(() => undefined)
    .finally(() => (inbox.isClosed = true));
  return Object.assign(inbox, {
    pause: () => void (isPaused = true),
    resume: () => void (isPaused = false),
    close: () => closing.abort(),
  });
}
