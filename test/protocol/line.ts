/** A WebSocket whose messages wait to be read, so that none is missed between two looks. */
import { WebSocket } from 'undici';

export interface Line extends Disposable {
  readonly opened: Promise<void>;
  /** Resolves however the connection ends, and also when there never was one. */
  readonly closed: Promise<void>;
  /** The next message; rejects when the connection closes before one comes. */
  next(): Promise<unknown>;
  /** The next so many that are no pings. */
  nextPackets(count: number): Promise<unknown[]>;
  send(message: string | Uint8Array): void;
}

export function openLine(url: string): Line {
  const socket = new WebSocket(url.replace(/^http/, 'ws'));
  socket.binaryType = 'arraybuffer';
  const messages: unknown[] = [];
  let isClosed = false;
  let wake = (): void => undefined;
  const opened = new Promise<void>((resolve) => socket.addEventListener('open', () => resolve()));
  const closed = new Promise<void>((resolve) => {
    socket.addEventListener('close', () => {
      isClosed = true;
      wake();
      resolve();
    });
  });
  // 'close' follows.
  socket.addEventListener('error', () => undefined);
  socket.addEventListener('message', ({ data }) => {
    messages.push(data);
    wake();
  });

  async function next(): Promise<unknown> {
    while (messages.length === 0) {
      if (isClosed) throw new Error('The connection closed before a message came');
      await new Promise<void>((resolve) => (wake = resolve));
    }
    return messages.shift();
  }

  return {
    opened,
    closed,
    next,
    async nextPackets(count) {
      const packets: unknown[] = [];
      while (packets.length < count) {
        const message = await next();
        if (message !== '2') packets.push(message);
      }
      return packets;
    },
    send: (message) => socket.send(message),
    [Symbol.dispose]: () => socket.close(),
  };
}

/** A message that is JSON behind a prefix of the protocol. */
export function parseBehind(prefix: string, message: unknown): Record<string, unknown> {
  if (typeof message !== 'string' || !message.startsWith(prefix)) {
    throw new Error(`Not a message that begins with ${prefix}: ${String(message)}`);
  }
  return JSON.parse(message.slice(prefix.length)) as Record<string, unknown>;
}
