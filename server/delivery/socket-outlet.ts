/** Events on their way out through one socket.io connection. */
import type { Socket } from 'socket.io';
import type { JournalEntry } from '../core/journal-entry.ts';
import type { Batch } from './batch.ts';
import { lowWaterBytes, type Outlet } from './outlet.ts';

/** Packets of socket.io's protocol (version 5: `2` is an event of the namespace `/`), made once for all sockets. */
const toPackets = (entries: readonly JournalEntry[]): readonly string[] =>
  entries.map(({ json }) => `2["event",${json}]`);

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
    const size = packets.reduce((sum, packet) => sum + packet.length, 0);
    this.#writtenBytes += size;
    this.#queuedBytes += size;
    for (const packet of packets.slice(0, -1)) this.#connection.write(packet, { compress: false });
    // They leave in order: when the system has taken the last one, it has taken them all.
    this.#connection.write(packets.at(-1) ?? '', { compress: false }, () => this.#taken(size));
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
