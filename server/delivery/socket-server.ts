/** The socket.io server with the bounds of this program (IO1). */
import { ServerResponse, type IncomingMessage, type Server as HttpServer } from 'node:http';
import { Server, type ServerOptions } from 'socket.io';
import { anonymousVisitor, type Visitor } from '../http/visitor.ts';
import { refuseRequest } from '../http/refusal.ts';

export interface AdmitSocket {
  /** Who asks for a connection; an `AppError` for who may not have one. */
  handshake(request: IncomingMessage): Visitor | Promise<Visitor>;
  /** Every later request of a connection; throws an `AppError` for what must not be heard. */
  check?(request: IncomingMessage): void;
  /** Somebody was answered with a failure. */
  refused?(): void;
}

export interface SocketServerOptions {
  readonly httpServer: HttpServer;
  readonly admit: AdmitSocket;
  /** What a test suite of the protocol asks for; nothing in production. */
  readonly overrides?: Partial<ServerOptions>;
}

const visitors = new WeakMap<IncomingMessage, Visitor>();

/** Attaches to a server whose request listener is already there. */
export function createSocketServer({ httpServer, admit, overrides }: SocketServerOptions): Server {
  const io = new Server(httpServer, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: 65_536,
    perMessageDeflate: false,
    httpCompression: false,
    // Ours survives a restart of the server, so theirs is not needed (IO2).
    cleanupEmptyChildNamespaces: true,
    ...overrides,
  });
  // Not `allowRequest`: it is asked once a connection, and can only say 403.
  io.engine.use((request: IncomingMessage, response: unknown, next: () => void) => {
    const line = response instanceof ServerResponse ? response : request.socket;
    // While a ticket is looked up nobody else listens: a peer that goes away meanwhile is no failure of ours.
    if (line === request.socket) line.on('error', () => undefined);
    const refuse = (failure: unknown) => {
      admit.refused?.();
      refuseRequest(line, failure);
    };
    const enter = (visitor: Visitor) => {
      visitors.set(request, visitor);
      next();
    };
    try {
      if (isKnown(request)) {
        admit.check?.(request);
        return next();
      }
      const visitor = admit.handshake(request);
      if (visitor instanceof Promise) visitor.then(enter, refuse);
      else enter(visitor);
    } catch (failure) {
      refuse(failure);
    }
  });
  return io;
}

/** Says that it belongs to a connection; the engine refuses one it does not know. */
const isKnown = ({ url = '' }: IncomingMessage): boolean =>
  new URLSearchParams(url.split('?', 2)[1]).get('sid') !== null;

export const visitorOf = (request: IncomingMessage): Visitor => visitors.get(request) ?? anonymousVisitor;
