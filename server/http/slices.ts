/** A long answer, encoded and hashed piece by piece, so that no piece holds the event loop for long. */
import { createHash } from 'node:crypto';

export class Slices {
  readonly #encoder = new TextEncoder();
  readonly #hash = createHash('sha1');
  readonly #parts: Uint8Array[] = [];

  append(text: string): void {
    const part = this.#encoder.encode(text);
    this.#hash.update(part);
    this.#parts.push(part);
  }

  /** Part of the answer that does not tell whether it is another one, like the time it was made at. */
  appendUntagged(text: string): void {
    this.#parts.push(this.#encoder.encode(text));
  }

  toEtag(): string {
    return `W/"${this.#hash.copy().digest('base64url')}"`;
  }

  /** Whole in memory, so that a slow reader holds no database connection with its snapshot. */
  toStream(): ReadableStream<Uint8Array> {
    const rest = this.#parts.values();
    return new ReadableStream({
      pull(controller) {
        const next = rest.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
    });
  }
}
