/** A journal in memory behind real HTTP and socket.io that speaks the protocol, and breaks it when asked to. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import type { Socket } from 'socket.io';
import type { ResetReason, SubscribeMessage } from '../../../shared/api/events.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import { eventAt, epoch as firstEpoch, idOf } from './events.ts';

export type Surface = 'sse' | 'socket' | 'poll';
export type Fault =
  | 'none'
  | 'no-headers'
  | 'no-hello'
  | 'early-close'
  | 'garbage'
  | 'unavailable'
  | 'stop'
  | 'forbidden'
  | 'missing'
  | 'page';

export interface JournalServer extends AsyncDisposable {
  readonly url: string;
  /** Surfaces asked for, in order, with the cursor and the token they came with. */
  readonly asked: { surface: Surface; after: string | null; authorization: string | undefined }[];
  head(): number;
  append(count: number): void;
  /** Another incarnation: all cursors are void. */
  restore(epoch: string): void;
  prune(oldest: number): void;
  fault(surface: Surface, fault: Fault): void;
  /** Ends all open streams; with a farewell, or without. */
  cut(bye?: { reason: string; retryMs?: number }): void;
  /** Raw bytes into every open event stream. */
  write(text: string): void;
  open(): number;
}

interface Stream {
  sent: number;
  send(events: readonly SynclineEvent[]): void;
  end(bye?: { reason: string; retryMs?: number }): void;
  write(text: string): void;
}

export async function startJournalServer(): Promise<JournalServer> {
  const faults: Record<Surface, Fault> = { sse: 'none', socket: 'none', poll: 'none' };
  const asked: JournalServer['asked'] = [];
  const streams = new Set<Stream>();
  const waiters = new Set<() => void>();
  let epoch: string = firstEpoch;
  let oldest = 1;
  let head = 0;

  const after = (seq: number): SynclineEvent[] =>
    Array.from({ length: head - seq }, (_, index) => eventAt(seq + 1 + index, epoch));

  const resume = (cursor: string | null): { from: number; reset: ResetReason | null; resumed: boolean } => {
    if (cursor === null || cursor === '') return { from: head, reset: null, resumed: false };
    const [name, text] = cursor.split('-');
    const seq = Number(text);
    const reset =
      name !== epoch ? 'foreign-epoch' : seq > head ? 'future' : seq < oldest - 1 ? 'pruned' : null;
    return { from: reset === null ? seq : head, reset, resumed: reset === null };
  };

  const greeting = (from: number, reset: ResetReason | null, resumed: boolean) => ({
    epoch,
    from: idOf(from, epoch),
    head: idOf(head, epoch),
    oldest: idOf(oldest, epoch),
    resumed,
    reset,
  });

  const flush = (): void => {
    for (const stream of streams) {
      stream.send(after(stream.sent));
      stream.sent = head;
    }
    for (const wake of waiters) wake();
  };

  const serveStream = (response: ServerResponse, cursor: string | null, fault: Fault): void => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    response.flushHeaders();
    if (fault === 'no-hello') return;
    if (fault === 'garbage') return void response.write('event: hello\ndata: {"epoch":\n\n');
    const { from, reset, resumed } = resume(cursor);
    response.write(
      `retry: 2000\n\nevent: hello\ndata: ${JSON.stringify(greeting(from, reset, resumed))}\n\n`,
    );
    if (fault === 'early-close') return void setImmediate(() => response.destroy());
    const stream: Stream = {
      sent: from,
      send: (events) => response.write(events.map(toFrame).join('')),
      write: (text) => response.write(text),
      end(bye) {
        streams.delete(stream);
        if (bye === undefined) return void response.destroy();
        const retry = bye.retryMs === undefined ? '' : `retry: ${bye.retryMs}\n`;
        response.end(`${retry}event: bye\ndata: ${JSON.stringify({ reason: bye.reason })}\n\n`);
      },
    };
    response.on('close', () => streams.delete(stream));
    streams.add(stream);
    if (head > from) stream.send(after(from));
    stream.sent = head;
  };

  const servePage = async (response: ServerResponse, query: URLSearchParams): Promise<void> => {
    const { from, reset } = resume(query.get('after'));
    const waitMs = Number(query.get('wait') ?? 0) * 1000;
    if (reset === null && from === head && waitMs > 0) await nextAppend(response);
    const events = reset === null ? after(from).slice(0, Number(query.get('limit') ?? 200)) : [];
    const next = from + events.length;
    const page = {
      events,
      next: idOf(next, epoch),
      head: idOf(head, epoch),
      oldest: idOf(oldest, epoch),
      hasMore: next < head,
      reset,
    };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(page));
  };

  const nextAppend = (response: ServerResponse): Promise<void> =>
    new Promise((resolve) => {
      const wake = () => {
        waiters.delete(wake);
        resolve();
      };
      waiters.add(wake);
      response.on('close', wake);
    });

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { searchParams } = new URL(request.url!, 'http://test');
    const surface: Surface = request.headers.accept === 'text/event-stream' ? 'sse' : 'poll';
    const cursor = searchParams.get('after');
    asked.push({ surface, after: cursor, authorization: request.headers.authorization });
    const fault = faults[surface];
    if (fault === 'no-headers') return;
    const status = statusOf[fault];
    if (status !== undefined) {
      response.writeHead(status, { 'retry-after': '7', 'content-type': 'text/html' }).end();
    } else if (surface === 'sse') serveStream(response, cursor, fault);
    else if (fault === 'garbage') response.setHeader('content-type', 'application/json').end('{"events":');
    else if (fault === 'early-close') response.destroy();
    else void servePage(response, searchParams);
  };

  const http = createServer(answer);
  const io = new Server(http, { path: '/socket.io', serveClient: false });
  io.on('connection', (socket: Socket) => {
    socket.on('subscribe', (message: SubscribeMessage, ack: (answer: unknown) => void) => {
      const { authorization } = socket.handshake.headers;
      asked.push({ surface: 'socket', after: message.after ?? null, authorization });
      const fault = faults.socket;
      if (fault === 'no-hello') return;
      if (fault === 'garbage') return ack({ ok: 'perhaps' });
      const { from, reset, resumed } = resume(message.after ?? null);
      const isBrief = fault === 'early-close';
      if (isBrief) setTimeout(() => socket.disconnect(true), 10);
      const stream: Stream = {
        sent: head,
        send: (events) => events.forEach((event) => socket.emit('event', event)),
        write: () => {},
        end: () => void (streams.delete(stream), socket.disconnect(true)),
      };
      socket.on('disconnect', () => streams.delete(stream));
      if (!isBrief) streams.add(stream);
      // The harder order for a client: what it missed comes before the answer that says from where.
      if (!isBrief) stream.send(after(from));
      setTimeout(() => ack({ ok: true, ...greeting(from, reset, resumed) }), 5);
    });
  });
  io.engine.opts.allowRequest = (_, decide) =>
    faults.socket === 'forbidden' ? decide('forbidden', false) : decide(null, true);

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    asked,
    head: () => head,
    append(count) {
      head += count;
      flush();
    },
    restore(name) {
      epoch = name;
      oldest = 1;
      head = 0;
      for (const stream of streams) stream.end();
      for (const wake of waiters) wake();
    },
    prune: (first) => void (oldest = first),
    fault: (surface, fault) => void (faults[surface] = fault),
    cut: (bye) => [...streams].forEach((stream) => stream.end(bye)),
    write: (text) => streams.forEach((stream) => stream.write(text)),
    open: () => streams.size,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections();
      await io.close();
    },
  };
}

const statusOf: Partial<Record<Fault, number>> = {
  unavailable: 503,
  stop: 204,
  forbidden: 403,
  missing: 404,
  page: 200,
};

const toFrame = (event: SynclineEvent): string =>
  `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
