/** A place where a server runs in a process of its own: killed, stopped, put to sleep, and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SeatOptions {
  /** Arguments for node that start the program. */
  readonly program: readonly string[];
  readonly databaseUrl: string;
  readonly settings?: Readonly<Record<string, string>>;
}

/** So long is a server let live at least, however slowly the machine brings it up: else nobody would ever reach it. */
const leastLifeMs = 2_000;

export class ServerSeat implements AsyncDisposable {
  readonly #options: SeatOptions;
  readonly #dataDir: string;
  /** What the servers of this place have complained about. */
  readonly complaints: string[] = [];
  /** Ends that nobody asked for. */
  readonly deaths: string[] = [];
  /** How long each start took until it was ready. */
  readonly startMs: number[] = [];
  #child: ChildProcess | null = null;
  #url: string | null = null;
  /** One change of state after another, in the order they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  #isClosing = false;
  #upSinceMs = 0;

  private constructor(options: SeatOptions, dataDir: string) {
    this.#options = options;
    this.#dataDir = dataDir;
  }

  static async open(options: SeatOptions): Promise<ServerSeat> {
    const seat = new ServerSeat(options, await mkdtemp(join(tmpdir(), 'syncline-law-')));
    await seat.#start();
    return seat;
  }

  /** Null while nobody listens. */
  get url(): string | null {
    return this.#url;
  }

  async kill(downMs: number): Promise<void> {
    await this.#inTurn(async () => {
      await this.#live();
      await this.#end('SIGKILL');
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await this.#start();
    });
  }

  /** As a deployment stops it; answers its exit code. */
  async restart(): Promise<number | null> {
    return await this.#inTurn(async () => {
      await this.#live();
      const code = await this.#end('SIGTERM');
      await this.#start();
      return code;
    });
  }

  async pause(forMs: number): Promise<void> {
    await this.#inTurn(async () => {
      await this.#live();
      this.#child?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, forMs));
      this.#child?.kill('SIGCONT');
    });
  }

  /** Resolves when everything that was asked for has been done. */
  async atRest(): Promise<void> {
    await this.#inTurn(() => Promise.resolve());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    this.#child?.kill('SIGCONT');
    await this.#inTurn(() => this.#end('SIGKILL')).catch(() => undefined);
    await rm(this.#dataDir, { recursive: true, force: true });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(act);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #live(): Promise<void> {
    const leftMs = this.#upSinceMs + leastLifeMs - performance.now();
    if (leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    this.#url = null;
    this.#child = null;
    if (child === null) return null;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
    return child.exitCode;
  }

  async #start(): Promise<void> {
    if (this.#isClosing) return;
    const startedMs = performance.now();
    const { program, databaseUrl, settings } = this.#options;
    const child = spawn(process.execPath, [...program], {
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        DATABASE_URL: databaseUrl,
        SYNCLINE_DATA_DIR: this.#dataDir,
        SYNCLINE_CLAUDE_HOME: '/nonexistent/claude',
        SYNCLINE_CODEX_HOME: '/nonexistent/codex',
        SYNCLINE_PORT: '0',
        SYNCLINE_DEMO: 'false',
        SYNCLINE_STARTUP_SYNC: 'false',
        SYNCLINE_WATCH: 'false',
        SYNCLINE_RECONCILE_INTERVAL_S: '0',
        SYNCLINE_LOG_LEVEL: 'error',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A signal to the harness, from a terminal say, is for the harness alone: it ends its servers in order.
      detached: true,
    });
    this.#child = child;
    // A run that ends by an error of its own leaves no server behind.
    const reap = () => void child.kill('SIGKILL');
    process.once('exit', reap);
    child.once('exit', (code, signal) => {
      process.off('exit', reap);
      if (this.#child !== child) return;
      this.#url = null;
      this.deaths.push(`A server ended by itself: ${code ?? signal}. ${this.complaints.at(-1) ?? ''}`);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.complaints.push(text.slice(0, 2_000)));
    this.#url = await readAddress(child);
    this.#upSinceMs = performance.now();
    this.startMs.push(this.#upSinceMs - startedMs);
  }
}

async function readAddress(child: ChildProcess): Promise<string> {
  let text = '';
  return await new Promise((resolve, reject) => {
    child.once('exit', (code, signal) =>
      reject(new Error(`A server ended before it was ready: ${code ?? signal}`)),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /ready at (\S+)\n/.exec(text)?.[1];
      if (url !== undefined) resolve(new URL(url).origin);
    });
  });
}
