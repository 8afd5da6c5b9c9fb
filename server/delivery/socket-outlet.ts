/** Events on their way out through one socket.io connection. */
import type { Socket } from 'socket.io';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Batch } from './batch.ts';
import { lowWaterBytes, type Outlet } from './outlet.ts';

interface Packet {
  readonly text: string;
  readonly size: number;
  /** For the engine, which writes a frame that is ready as it is; over long polling it takes the text. */
  readonly options: { readonly compress: false; readonly wsPreEncodedFrame: readonly Buffer[] };
}

/** Packets of socket.io's protocol (version 5: `2` is an event of the namespace `/`), made once for all sockets. */
const toPackets = (entries: readonly JournalEntry[]): readonly Packet[] =>
  entries.map(({ json }) => {
    const text = `2["event",${json}]`;
    // `4` is a message of the engine's protocol.
    const frame = toWebSocketFrame(Buffer.from(`4${text}`));
    return { text, size: frame.length, options: { compress: false, wsPreEncodedFrame: [frame] } };
  });

/** A whole text message of a server: not masked, not compressed (RFC 6455, 5.2). */
export function toWebSocketFrame(payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x81, length]), payload]);
  const isShort = length < 65_536;
  const head = Buffer.alloc(isShort ? 4 : 10);
  head[0] = 0x81;
  head[1] = isShort ? 126 : 127;
  if (isShort) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

export class SocketOutlet implements Outlet {
  readonly #connection: Socket['conn'];
  readonly #waiting = new Set<() => void>();
  #writtenBytes = 0;
  #queuedBytes = 0;

  constructor(connection: Socket['conn']) {
    this.#connection = connection;
  }

  write(batch: Batch): void {
    const packets = batch.as(toPackets);
    const size = packets.reduce((sum, packet) => sum + packet.size, 0);
    this.#writtenBytes += size;
    this.#queuedBytes += size;
    for (const [index, { text, options }] of packets.entries()) {
      // They leave in order: when the system has taken the last one, it has taken them all.
      const taken = index === packets.length - 1 ? () => this.#taken(size) : undefined;
      this.#connection.write(text, options, taken);
    }
  }

  writtenBytes(): number {
    return this.#writtenBytes;
  }

  queuedBytes(): number {
    return this.#queuedBytes;
  }

  async room(signal: AbortSignal): Promise<void> {
    while (this.#queuedBytes > lowWaterBytes) await this.#nextTaken(signal);
  }

  #taken(size: number): void {
    this.#queuedBytes -= size;
    for (const wake of this.#waiting) wake();
  }

  #nextTaken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        if (signal.aborted) reject(signal.reason as Error);
        else resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
      if (signal.aborted) wake();
    });
  }
}
