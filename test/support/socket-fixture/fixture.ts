/** The production socket.io server with what the official protocol suites ask for: short timers, and handlers that echo (IO3). */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server, Socket } from 'socket.io';
import { localVisitor } from '../../../server/http/visitor.ts';
import { createSocketServer } from '../../../server/delivery/socket-server.ts';

export interface SocketFixture extends AsyncDisposable {
  readonly url: string;
}

export interface FixturePlace {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export const timing = { pingInterval: 300, pingTimeout: 200, connectTimeout: 1000 };
export const maxPayload = 1_000_000;
/** The official suite listens for one packet at a time, and is deaf to a second one in the same piece of the stream. */
const authAfterMs = 20;

export async function openSocketFixture({ host, port }: FixturePlace): Promise<SocketFixture> {
  const httpServer = createServer((_request, response) => response.writeHead(404).end());
  const admit = { handshake: () => localVisitor };
  const overrides = { ...timing, maxHttpBufferSize: maxPayload };
  const io = createSocketServer({ httpServer, admit, overrides });
  echoMessages(io);
  const twin = createSocketServer({ httpServer, admit, overrides: { ...overrides, path: '/engine.io' } });
  echoPackets(twin);

  await new Promise<void>((resolve, reject) => {
    httpServer.once('error', reject);
    httpServer.listen(port, host, resolve);
  });
  const { address, family, port: bound } = httpServer.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    async [Symbol.asyncDispose]() {
      for (const server of [io, twin]) server.engine.close();
      await new Promise<void>((resolve) => {
        httpServer.close(() => resolve());
        httpServer.closeAllConnections();
      });
    },
  };
}

function echoMessages(io: Server): void {
  for (const namespace of ['/', '/custom']) io.of(namespace).on('connection', echo);
}

function echo(socket: Socket): void {
  setTimeout(() => socket.emit('auth', socket.handshake.auth), authAfterMs);
  socket.on('message', (...parts: unknown[]) => socket.emit('message-back', ...parts));
  socket.on('message-with-ack', (...parts: unknown[]) => {
    const acknowledge = parts.pop() as (...answer: unknown[]) => void;
    acknowledge(...parts);
  });
}

/** Below socket.io: whoever connects talks to the engine alone. */
function echoPackets({ engine }: Server): void {
  engine.removeAllListeners('connection');
  engine.on('connection', (socket: Socket['conn']) => {
    socket.on('message', (message: Parameters<typeof socket.send>[0]) => socket.send(message));
  });
}
