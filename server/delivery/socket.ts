/** socket.io: one subscription a socket, fed from the journal, so that recovery outlives a restart (IO1, IO2). */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { SubscribeMessage, type Bye, type SubscribeAck } from '../../shared/api/events.ts';
import { AppError } from '../../shared/failure.ts';
import { toEventId } from '../../shared/ids.ts';
import { resumeFrom } from '../core/cursor.ts';
import { openFeed } from '../core/feed.ts';
import { isOfInterest, parseInterest, type Interest } from '../core/interest.ts';
import type { Journal } from '../core/journal.ts';
import { collapseProgress } from './sse-frames.ts';
import type { Subscriber, Subscribers } from './subscribers.ts';

interface SocketOptions {
  readonly httpServer: HttpServer;
  readonly journal: Journal;
  readonly subscribers: Subscribers;
  /** Throws when the handshake must be refused. */
  readonly check: (request: IncomingMessage) => void;
}

const drainDeadlineMs = 5_000;
/** Messages a client may send in ten seconds. */
const messagesAtMost = 50;
const messageWindowMs = 10_000;

export function openSocketServer({
  httpServer,
  journal,
  subscribers,
  check,
}: SocketOptions): AsyncDisposable {
  const io = new Server(httpServer, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: 64 * 1024,
    allowRequest: (request, decide) => {
      try {
        check(request);
        subscribers.checkRoom();
        decide(null, true);
      } catch (failure) {
        decide(failure instanceof AppError ? failure.message : 'refused', false);
      }
    },
  });
  io.on('connection', (socket) => serve(socket, journal, subscribers));
  return {
    async [Symbol.asyncDispose]() {
      // The HTTP server is closed by its owner; socket.io would close it too.
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

function serve(socket: Socket, journal: Journal, subscribers: Subscribers): void {
  let reader: SocketReader | null = null;
  const isTooFast = createRateLimit();

  socket.use((_packet, next) => {
    if (isTooFast()) socket.disconnect(true);
    else next();
  });
  socket.on('subscribe', (message: unknown, acknowledge: unknown) => {
    const answer =
      typeof acknowledge === 'function' ? (acknowledge as (ack: SubscribeAck) => void) : () => undefined;
    subscribe(message).then(answer, (failure: unknown) =>
      answer({
        ...nowhere(journal),
        error: failure instanceof AppError ? failure.message : 'Not subscribed',
      }),
    );
  });
  socket.on('unsubscribe', (acknowledge: unknown) => {
    reader?.end();
    reader = null;
    if (typeof acknowledge === 'function') (acknowledge as (ack: { ok: boolean }) => void)({ ok: true });
  });
  socket.on('position', (acknowledge: unknown) => {
    if (typeof acknowledge !== 'function') return;
    const head = toEventId(journal.epoch, journal.head());
    (acknowledge as (position: { epoch: string; head: string }) => void)({ epoch: journal.epoch, head });
  });
  socket.on('disconnect', () => reader?.end());

  async function subscribe(message: unknown): Promise<SubscribeAck> {
    const parsed = SubscribeMessage.safeParse(message ?? {});
    if (!parsed.success) throw new AppError('VALIDATION_ERROR', 'The subscription cannot be understood');
    const interest = parseInterest(parsed.data.topics ?? [], parsed.data.types ?? []);
    const position = await journal.position();
    const { from, resumed, reset } = resumeFrom(parsed.data.after ?? null, position);
    if (reset !== null) subscribers.noteReset();
    reader?.end();
    reader = new SocketReader({ socket, journal, subscribers, interest, after: from });
    const { epoch, head } = position;
    return { ok: true, epoch, head: toEventId(epoch, head), resumed, reset };
  }
}

const nowhere = (journal: Journal): SubscribeAck => ({
  ok: false,
  epoch: journal.epoch,
  head: toEventId(journal.epoch, journal.head()),
  resumed: false,
  reset: null,
});

interface ReaderOptions {
  readonly socket: Socket;
  readonly journal: Journal;
  readonly subscribers: Subscribers;
  readonly interest: Interest;
  readonly after: number;
}

class SocketReader implements Subscriber {
  readonly topics: number;
  readonly #options: ReaderOptions;
  readonly #ending = new AbortController();
  #fullSinceMs: number | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.topics = options.interest.topics.length;
    options.subscribers.add(this);
    // After the acknowledgement, which the client waits for before it listens.
    setImmediate(() => void this.#read());
  }

  async #read(): Promise<void> {
    const { socket, journal, interest, after } = this.#options;
    const { signal } = this.#ending;
    try {
      const feed = openFeed(journal, {
        after,
        signal,
        isOfInterest: (event) => isOfInterest(interest, event),
        pageSize: 200,
      });
      for await (const { entries } of feed) {
        const isLagging = !socket.conn.transport.writable;
        for (const { event } of isLagging ? collapseProgress(entries) : entries) socket.emit('event', event);
        // The page is on its way before the next is read: what waits for one client is a page at most.
        await this.#drained();
        if (signal.aborted) return;
      }
    } catch {
      // Pruned while it was read, or the database is away: the client comes back with its cursor.
      socket.disconnect(true);
    }
  }

  async #drained(): Promise<void> {
    const { conn } = this.#options.socket;
    if (conn.transport.writable) return;
    this.#fullSinceMs = performance.now();
    await new Promise<void>((resolve) => {
      conn.once('drain', () => resolve());
      this.#ending.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#fullSinceMs = null;
  }

  tick(nowMs: number): void {
    if (this.#fullSinceMs === null || nowMs - this.#fullSinceMs < drainDeadlineMs) return;
    this.#options.subscribers.noteCut();
    this.close('slow');
  }

  close(reason: Bye['reason']): void {
    const { socket } = this.#options;
    socket.emit('bye', { reason });
    this.end();
    // A turn later, so that the goodbye leaves first.
    setImmediate(() => socket.disconnect(true));
  }

  end(): void {
    this.#ending.abort();
    this.#options.subscribers.remove(this);
  }
}

function createRateLimit(): () => boolean {
  let [windowEndsAt, count] = [0, 0];
  return () => {
    const now = performance.now();
    if (now > windowEndsAt) [windowEndsAt, count] = [now + messageWindowMs, 0];
    count += 1;
    return count > messagesAtMost;
  };
}
