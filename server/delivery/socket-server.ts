/** The socket.io server with the bounds of this program (IO1). */
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type ServerOptions } from 'socket.io';
import { AppError } from '../../shared/failure.ts';
import type { Actor } from '../../shared/operations.ts';

/** Who asks; throws an `AppError` for who may not. */
export type AdmitSocket = (request: IncomingMessage) => Actor;

export interface SocketServerOptions {
  readonly httpServer: HttpServer;
  readonly admit: AdmitSocket;
  /** What a test suite of the protocol asks for; nothing in production. */
  readonly overrides?: Partial<ServerOptions>;
}

const actors = new WeakMap<IncomingMessage, Actor>();

/** Attaches to a server whose request listener is already there. */
export function createSocketServer({ httpServer, admit, overrides }: SocketServerOptions): Server {
  return new Server(httpServer, {
    path: '/socket.io',
    serveClient: false,
    maxHttpBufferSize: 65_536,
    perMessageDeflate: false,
    httpCompression: false,
    // Ours survives a restart of the server, so theirs is not needed (IO2).
    cleanupEmptyChildNamespaces: true,
    allowRequest(request, decide) {
      try {
        actors.set(request, admit(request));
        decide(null, true);
      } catch (failure) {
        decide(failure instanceof AppError ? failure.message : 'Internal server error', false);
      }
    },
    ...overrides,
  });
}

export const actorOf = (request: IncomingMessage): Actor =>
  actors.get(request) ?? { kind: 'user', name: 'anonymous' };
