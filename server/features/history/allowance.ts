/** How much may wait in memory, over all pushes and acts of this process (HI7). */

export interface AllowanceLimits {
  readonly rows: number;
  readonly bytes: number;
}

export class Allowance {
  readonly #limits: AllowanceLimits;
  #rows = 0;
  #bytes = 0;

  constructor(limits: AllowanceLimits) {
    this.#limits = limits;
  }

  /** Answers whether there is room for it. */
  take(bytes: number): boolean {
    if (this.#rows >= this.#limits.rows || this.#bytes + bytes > this.#limits.bytes) return false;
    this.#rows += 1;
    this.#bytes += bytes;
    return true;
  }

  give(rows: readonly { readonly bytes: number }[]): void {
    this.#rows -= rows.length;
    for (const { bytes } of rows) this.#bytes -= bytes;
  }
}
