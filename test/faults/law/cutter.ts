/** The network between one reader and the servers: cuts at any byte, stalls, crawls, or goes silent without a word. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What is in store for the next lines. */
export interface LineFate {
  /** Bytes from the server after which the line is cut, wherever in a frame that is. */
  readonly cutAfterBytes: number;
  readonly cutAfterMs: number;
  /** Once, after so many bytes, nothing is taken from the server for a while. */
  readonly stall: { readonly afterBytes: number; readonly forMs: number } | null;
  /** Bytes a second at most. */
  readonly bytesPerSecond: number;
  /** Instead of being cut, the reader's side stays open and hears nothing any more. */
  readonly isHalfOpen: boolean;
}

export const kindFate: LineFate = {
  cutAfterBytes: Infinity,
  cutAfterMs: Infinity,
  stall: null,
  bytesPerSecond: Infinity,
  isHalfOpen: false,
};

export interface Cutter extends AsyncDisposable {
  readonly url: string;
  fate: LineFate;
  /** Where lines lead from now on; null where nobody listens. */
  target: () => string | null;
  readonly tally: { cuts: number; halfOpen: number; stalls: number };
  /** Ends every line that stands. */
  cutAll(): void;
}

export async function openCutter(): Promise<Cutter> {
  const lines = new Set<Line>();
  const cutter = {
    fate: kindFate,
    target: (): string | null => null,
    tally: { cuts: 0, halfOpen: 0, stalls: 0 },
  };
  const server = createServer((inner) => {
    const target = cutter.target();
    inner.on('error', () => inner.destroy());
    if (target === null) return void inner.destroy();
    const line = new Line(inner, new URL(target), cutter.fate, cutter.tally);
    lines.add(line);
    inner.on('close', () => lines.delete(line));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cutAll = () => lines.forEach((line) => line.end());
  return Object.assign(cutter, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cutAll,
    async [Symbol.asyncDispose]() {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

class Line {
  readonly #inner: Socket;
  readonly #outer: Socket;
  readonly #fate: LineFate;
  readonly #tally: Cutter['tally'];
  readonly #timers = new Set<NodeJS.Timeout>();
  #passed = 0;
  #hasStalled = false;
  #isOver = false;

  constructor(inner: Socket, target: URL, fate: LineFate, tally: Cutter['tally']) {
    this.#inner = inner;
    this.#fate = fate;
    this.#tally = tally;
    this.#outer = connect({ host: target.hostname, port: Number(target.port) });
    this.#outer.on('error', () => this.end());
    this.#outer.on('close', () => this.#isOver || this.#inner.end());
    inner.on('close', () => this.end());
    inner.on('data', (bytes) => this.#outer.write(bytes));
    this.#outer.on('data', (bytes) => this.#pass(bytes));
    this.#inner.on('drain', () => this.#outer.resume());
    if (fate.cutAfterMs !== Infinity) this.#later(fate.cutAfterMs, () => this.#cut());
  }

  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#inner.destroy();
    this.#outer.destroy();
  }

  #pass(bytes: Buffer): void {
    const { cutAfterBytes, stall, bytesPerSecond } = this.#fate;
    const left = cutAfterBytes - this.#passed;
    // Also what comes between the last byte that is let through and the cut.
    if (this.#isOver || left <= 0) return;
    const hasRoom = this.#inner.write(bytes.length > left ? bytes.subarray(0, left) : bytes);
    this.#passed += bytes.length;
    // What was written before a reset would be thrown away: it is sent on first, so that the cut falls where it was meant.
    if (bytes.length >= left) return void setImmediate(() => this.#cut());
    if (!hasRoom) this.#outer.pause();
    if (stall !== null && !this.#hasStalled && this.#passed >= stall.afterBytes) {
      this.#hasStalled = true;
      this.#tally.stalls += 1;
      this.#hold(stall.forMs);
    } else if (bytesPerSecond !== Infinity) this.#hold((bytes.length / bytesPerSecond) * 1000);
  }

  #hold(forMs: number): void {
    this.#outer.pause();
    this.#later(forMs, () => this.#outer.resume());
  }

  #cut(): void {
    if (this.#isOver) return;
    if (!this.#fate.isHalfOpen) {
      this.#tally.cuts += 1;
      return this.end();
    }
    this.#tally.halfOpen += 1;
    this.#isOver = true;
    this.#outer.destroy();
  }

  #later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }
}
