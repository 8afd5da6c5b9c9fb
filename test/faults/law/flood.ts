/** Keeps one appending process alive through its deaths, and remembers what each of them was promised. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FloodAck } from './history.ts';

interface FloodOptions {
  readonly databaseUrl: string;
  readonly name: string;
  readonly eventsPerSecond: number;
}

export class Flood implements AsyncDisposable {
  readonly #options: FloodOptions;
  readonly #acks: { writer: string; from: number; to: number }[] = [];
  #child: ChildProcess | null = null;
  #lives = 0;
  promised = 0;
  kills = 0;

  constructor(options: FloodOptions) {
    this.#options = options;
    this.#start();
  }

  get acks(): readonly FloodAck[] {
    return this.#acks;
  }

  async kill(): Promise<void> {
    this.kills += 1;
    await this.stop();
    this.#start();
  }

  /** Resolves when its last word has been read. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null) return;
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #start(): void {
    const { databaseUrl, name, eventsPerSecond } = this.#options;
    const writer = `${name}.${(this.#lives += 1)}`;
    const program = join(import.meta.dirname, 'flood-process.ts');
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', program, databaseUrl, writer, String(eventsPerSecond)],
      { stdio: ['pipe', 'pipe', 'inherit'], detached: true },
    );
    this.#child = child;
    // A line that a kill has cut off was no promise.
    createInterface({ input: child.stdout }).on('line', (line) => this.#note(writer, line));
  }

  #note(writer: string, line: string): void {
    const [, from, to] = /^(\d+) (\d+)$/.exec(line) ?? [];
    if (from === undefined || to === undefined) return;
    this.promised += Number(to) - Number(from) + 1;
    const last = this.#acks.at(-1);
    // Neighbours are one entry: a million promises are then some hundred lines.
    if (last?.writer === writer && last.to + 1 === Number(from)) last.to = Number(to);
    else this.#acks.push({ writer, from: Number(from), to: Number(to) });
  }
}
