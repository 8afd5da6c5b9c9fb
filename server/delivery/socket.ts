/** socket.io: `subscribe`, `unsubscribe` and `position`, and events that resume from the journal (IO2). */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Socket } from 'socket.io';
import { z } from 'zod';
import { SubscribeMessage, type SubscribeAck } from '../../shared/api/events.ts';
import { AppError } from '../../shared/failure.ts';
import { toEventId } from '../../shared/ids.ts';
import type { Actor } from '../../shared/operations.ts';
import { resumeFrom } from '../core/cursor.ts';
import { parseInterest, restrictInterest, type Interest } from '../core/interest.ts';
import { refuseRequest } from '../http/refusal.ts';
import { TokenBucket } from '../http/token-bucket.ts';
import type { Delivery } from './delivery.ts';
import { SocketOutlet } from './socket-outlet.ts';
import { createSocketServer, visitorOf, type AdmitSocket } from './socket-server.ts';
import { SocketStream } from './socket-stream.ts';

interface SocketDeliveryOptions {
  readonly httpServer: HttpServer;
  readonly delivery: Delivery;
  readonly admit: AdmitSocket;
  /** False once the token that somebody came in with is revoked or over. */
  readonly isCurrent?: (actor: Actor) => boolean;
}

type Acknowledge = (answer: unknown) => void;

/** Events that one client may send (IO1). */
const rate = { burst: 50, perSecond: 10 };

export function openSocketServer({
  httpServer,
  delivery,
  admit,
  isCurrent = () => true,
}: SocketDeliveryOptions): AsyncDisposable {
  const { tally } = delivery.subscribers;
  const io = createSocketServer({
    httpServer,
    admit: {
      ...admit,
      // Who never subscribes takes as much of the server as who does.
      async handshake(request) {
        const visitor = await admit.handshake(request);
        delivery.subscribers.checkRoom(io.engine.clientsCount);
        return visitor;
      },
      refused: () => void (tally.refusedSockets += 1),
    },
  });
  io.on('connection', (socket) => serveSocket(socket, delivery, isCurrent));
  const lines = trackUpgrades(httpServer, admit);
  return {
    async [Symbol.asyncDispose]() {
      io.disconnectSockets(true);
      // Not `io.close()`: it would close the HTTP server, which is not ours.
      io.engine.close();
      // Who was subscribed has heard goodbye by now; a closing handshake may take half a minute.
      for (const line of lines) line.destroy();
    },
  };
}

/** The HTTP server forgets a connection that becomes a WebSocket, but waits for it when it closes. */
function trackUpgrades(httpServer: HttpServer, admit: AdmitSocket): ReadonlySet<Duplex> {
  const lines = new Set<Duplex>();
  httpServer.on('upgrade', (request, line) => {
    if (!isOurs(request)) return refuseUpgrade(request, line, admit);
    lines.add(line);
    line.on('close', () => lines.delete(line));
  });
  return lines;
}

const isOurs = ({ url = '' }: IncomingMessage): boolean => url.startsWith('/socket.io/');

/** The engine would leave it half open for as long as its peer likes. */
function refuseUpgrade(request: IncomingMessage, line: Duplex, admit: AdmitSocket): void {
  line.on('error', () => undefined);
  try {
    admit.check?.(request);
    throw new AppError('NOT_FOUND', 'No socket is served at this address.');
  } catch (failure) {
    refuseRequest(line, failure);
  }
}

function serveSocket(socket: Socket, delivery: Delivery, isCurrent: (actor: Actor) => boolean): void {
  const { actor, role } = visitorOf(socket.request);
  const outlet = new SocketOutlet(socket.conn);
  const bucket = new TokenBucket(delivery.clock, rate);
  let stream: SocketStream | null = null;
  /** The newest wish wins, however long an earlier one takes. */
  let wish = 0;

  const end = () => {
    wish += 1;
    stream?.end();
    stream = null;
  };
  const subscribe = async (message: unknown, acknowledge: Acknowledge): Promise<void> => {
    end();
    const mine = wish;
    if (!isCurrent(actor)) throw new AppError('UNAUTHENTICATED', 'The token is revoked or over.');
    const { interest: wanted, cursor } = parseMessage(message);
    const interest = restrictInterest(wanted, role);
    delivery.subscribers.checkRoom();
    const position = await delivery.readPosition();
    if (mine !== wish)
      throw new AppError('CONFLICT', 'Another subscription has taken the place of this one.');

    const { from, resumed, reset } = resumeFrom(cursor, position);
    if (reset !== null) delivery.subscribers.tally.resets += 1;
    const { epoch, head } = position;
    const ack: SubscribeAck = { ok: true, epoch, head: toEventId(epoch, head), resumed, reset };
    acknowledge(ack);
    stream = new SocketStream({ delivery, socket, outlet, interest, actor });
    stream.start(from);
  };

  socket.use(([, ...parts], next) => {
    if (bucket.take()) return next();
    toAcknowledge(parts)(toRefusal(delivery, 'Too many messages; wait a moment.'));
  });
  socket.on('subscribe', (...parts: unknown[]) => {
    const acknowledge = toAcknowledge(parts);
    subscribe(parts[0], acknowledge).catch((failure: unknown) => {
      if (!(failure instanceof AppError)) delivery.log.warn({ err: failure }, 'A socket could not subscribe');
      const message = failure instanceof AppError ? failure.message : 'Internal server error';
      acknowledge(toRefusal(delivery, message));
    });
  });
  socket.on('unsubscribe', (...parts: unknown[]) => {
    end();
    toAcknowledge(parts)({ ok: true });
  });
  socket.on('position', (...parts: unknown[]) => {
    const acknowledge = toAcknowledge(parts);
    readPosition(delivery).then(acknowledge, () =>
      acknowledge(toRefusal(delivery, 'The journal cannot be read; try again in a moment.')),
    );
  });
  socket.on('disconnect', end);
}

/** The cursor is not checked with the rest: one that is no cursor is answered with a reset (F15). */
const Wish = SubscribeMessage.omit({ after: true }).extend({ after: z.unknown().optional() });

function parseMessage(message: unknown): { interest: Interest; cursor: string | null } {
  const parsed = Wish.safeParse(message ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('VALIDATION_ERROR', `${issue?.path.join('.') || 'message'}: ${issue?.message}`);
  }
  const { topics = [], types = [], after = null } = parsed.data;
  const cursor = typeof after === 'string' || after === null ? after : 'not a cursor';
  return { interest: parseInterest(topics, types), cursor };
}

async function readPosition(delivery: Delivery) {
  const { epoch, head, oldest } = await delivery.readPosition();
  return { ok: true, epoch, head: toEventId(epoch, head), oldest: toEventId(epoch, oldest) };
}

/** A client that wants no answer gets none. */
const toAcknowledge = (parts: readonly unknown[]): Acknowledge => {
  const last = parts.at(-1);
  return typeof last === 'function' ? (answer) => (last as Acknowledge)(answer) : () => undefined;
};

function toRefusal({ source, epoch }: Delivery, error: string): SubscribeAck {
  return { ok: false, epoch, head: toEventId(epoch, source.head()), resumed: false, reset: null, error };
}
