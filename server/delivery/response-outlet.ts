/** Events on their way out through one HTTP response. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Batch } from './batch.ts';
import { lowWaterBytes, type Outlet } from './outlet.ts';
import type { StreamStyle } from './sse-style.ts';

export class ResponseOutlet implements Outlet {
  readonly #response: ServerResponse;
  /** Where chunks go that were framed once for all; null where the response must frame them itself. */
  readonly #line: Socket | null;
  readonly #style: StreamStyle;
  readonly #onLast: () => void;
  #writtenBytes = 0;

  /** The head has been sent. */
  constructor(response: ServerResponse, style: StreamStyle, onLast: () => void) {
    this.#response = response;
    // A response behind another one of the same connection has no socket yet; HTTP/1.0 knows no chunks.
    this.#line = response.chunkedEncoding ? response.socket : null;
    this.#style = style;
    this.#onLast = onLast;
  }

  write(batch: Batch): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    const { toFrames, toChunk, isLast } = this.#style;
    const bytes = batch.as(this.#line === null ? toFrames : toChunk);
    this.#writtenBytes += bytes.length;
    (this.#line ?? this.#response).write(bytes);
    if (batch.entries.some(isLast)) this.#onLast();
  }

  writtenBytes(): number {
    return this.#writtenBytes;
  }

  queuedBytes(): number {
    return this.#response.writableLength;
  }

  async room(signal: AbortSignal): Promise<void> {
    const taker = this.#line ?? this.#response;
    while (this.queuedBytes() > lowWaterBytes) await once(taker, 'drain', { signal });
  }
}
