/** Thousands of readers in one process: raw connections that count bytes, a few of which look at the clock. */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nowUs, stampDigits, stampNeedle } from './fanout-event.ts';
import { answerParent } from './fanout-part.ts';
import { performance } from 'node:perf_hooks';
import { percentile } from './measure.ts';

export type Greeting = 'sse' | 'websocket' | 'socket.io' | 'syncline socket';

export interface OpenRequest {
  readonly url: string;
  readonly path: string;
  readonly greeting: Greeting;
  readonly count: number;
}

export interface Heard {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** From the first event that was due to the last that arrived. */
  readonly tookMs: number;
  /** Of all events to all readers. */
  readonly share: number;
  /** How busy this process was: what it measures is its own lag when that is near 1. */
  readonly busy: number;
}

const sampledAtMost = 40;
/** More than one frame takes. */
const frameBytes = 500;
const scratch = Buffer.allocUnsafe(1_048_576);

interface Step {
  readonly heard: string;
  readonly answer: string | null;
}

/** As a client of the protocol would: nothing is said before the other side has said that it listens. */
const connected: Step = { heard: '0{"sid"', answer: '40' };
const steps: Readonly<Record<Greeting, readonly Step[]>> = {
  sse: [{ heard: '', answer: null }],
  websocket: [{ heard: '', answer: null }],
  'socket.io': [connected, { heard: '40{"sid"', answer: null }],
  'syncline socket': [
    connected,
    { heard: '40{"sid"', answer: '420["subscribe",{}]' },
    { heard: '430[', answer: null },
  ],
};

class Reader {
  bytes = 0;
  readonly isSampled: boolean;
  readonly latenciesUs: number[] = [];
  firstDueUs = Infinity;
  lastAtUs = 0;
  readonly #socket: Socket;
  /** What is awaited before the first event, and what is said to it. */
  readonly #steps: Step[];
  #said = '';
  #carry = '';

  constructor(request: OpenRequest, isSampled: boolean) {
    this.isSampled = isSampled;
    const { hostname, port } = new URL(request.url);
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      // One buffer for all: nothing is kept of what was read.
      onread: { buffer: scratch, callback: (length, buffer) => this.#take(length, buffer) },
    });
    this.#socket.setNoDelay(true);
    this.#socket.on('error', () => undefined);
    this.#steps = [...steps[request.greeting]];
    this.#socket.write(toRequest(request));
  }

  get isGreeted(): boolean {
    return this.#steps.length === 0;
  }

  get isGone(): boolean {
    return this.#socket.destroyed;
  }

  /** Takes nothing any more; the connection stays. */
  stall(): void {
    this.#socket.pause();
  }

  pong(): void {
    this.#socket.write(toMasked('3'));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(length: number, buffer: Uint8Array): boolean {
    this.bytes += length;
    if (!this.isGreeted) this.#answer((buffer as Buffer).toString('latin1', 0, length));
    else if (this.isSampled) this.#look(buffer as Buffer, length);
    return true;
  }

  #answer(text: string): void {
    this.#said += text;
    for (
      let [step] = this.#steps;
      step !== undefined && this.#said.includes(step.heard);
      [step] = this.#steps
    ) {
      this.#steps.shift();
      if (step.answer !== null) this.#socket.write(toMasked(step.answer));
    }
  }

  #look(buffer: Buffer, length: number): void {
    const atUs = nowUs();
    this.lastAtUs = atUs;
    const text = this.#carry + buffer.toString('latin1', 0, length);
    const end = stampNeedle.length + stampDigits;
    let from = 0;
    for (let at = text.indexOf(stampNeedle); at !== -1; at = text.indexOf(stampNeedle, from)) {
      if (at + end > text.length) break;
      const dueUs = Number(text.slice(at + stampNeedle.length, at + end));
      this.firstDueUs = Math.min(this.firstDueUs, dueUs);
      this.latenciesUs.push(atUs - dueUs);
      from = at + end;
    }
    this.#carry = text.slice(Math.max(from, text.length - end + 1));
  }
}

function toRequest({ url, path, greeting }: OpenRequest): string {
  const head = `GET ${path} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n`;
  if (greeting === 'sse') return `${head}Accept: text/event-stream\r\n\r\n`;
  const key = randomBytes(16).toString('base64');
  return `${head}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
}

/** A short text frame of a client; a mask of zeros changes nothing. */
const toMasked = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);

let readers: Reader[] = [];
let isWebSocket = false;
let bytesBefore: number[] = [];
let busyBefore = performance.eventLoopUtilization();

const isRead = (reader: Reader) => !stalled.has(reader);
const stalled = new Set<Reader>();

async function open(request: OpenRequest): Promise<number> {
  isWebSocket = request.greeting !== 'sse';
  const every = Math.max(1, Math.floor(request.count / sampledAtMost));
  for (let at = 0; at < request.count; at += 1) {
    readers.push(new Reader(request, (request.count - 1 - at) % every === 0));
    if (at % 50 === 49) await sleep(2);
  }
  await until(() => readers.every((reader) => reader.isGreeted || reader.isGone), 60_000);
  // Whoever subscribes is answered after the greeting.
  await sleep(isWebSocket ? 500 : 100);
  return readers.filter((reader) => !reader.isGone).length;
}

function begin(): void {
  for (const reader of readers) {
    reader.latenciesUs.length = 0;
    reader.firstDueUs = Infinity;
    if (isWebSocket) reader.pong();
  }
  bytesBefore = readers.map((reader) => reader.bytes);
  busyBefore = performance.eventLoopUtilization();
}

async function finish({ events, patienceMs }: { events: number; patienceMs: number }): Promise<Heard> {
  const sampled = readers.filter((reader) => reader.isSampled && isRead(reader));
  await until(() => sampled.every((reader) => reader.latenciesUs.length >= events), patienceMs);
  await untilQuiet(patienceMs);
  const { utilization } = performance.eventLoopUtilization(busyBefore);
  const latencies = sampled.flatMap((reader) => reader.latenciesUs).toSorted((a, b) => a - b);
  const firstUs = sampled.reduce((least, reader) => Math.min(least, reader.firstDueUs), Infinity);
  const lastUs = sampled.reduce((most, reader) => Math.max(most, reader.lastAtUs), 0);
  return {
    p50Ms: percentile(latencies, 50) / 1000,
    p99Ms: percentile(latencies, 99) / 1000,
    maxMs: (latencies.at(-1) ?? 0) / 1000,
    tookMs: (lastUs - firstUs) / 1000,
    share: toShare(sampled, events),
    busy: utilization,
  };
}

/** The sampled readers count events; the others have all of them when they have as many bytes. */
function toShare(sampled: readonly Reader[], events: number): number {
  const heard = sampled.reduce((sum, reader) => sum + Math.min(1, reader.latenciesUs.length / events), 0);
  const sizes = new Map(readers.map((reader, index) => [reader, reader.bytes - (bytesBefore[index] ?? 0)]));
  const full = Math.max(...sampled.map((reader) => sizes.get(reader) ?? 0), 1);
  const others = readers.filter((reader) => !reader.isSampled && isRead(reader));
  const counted = others.reduce(
    (sum, reader) => sum + Math.min(1, (sizes.get(reader) ?? 0) / full / 0.99),
    0,
  );
  return (heard + counted) / (sampled.length + others.length);
}

async function untilQuiet(patienceMs: number): Promise<void> {
  const total = () => readers.reduce((sum, reader) => sum + reader.bytes, 0);
  let before = -1;
  await until(() => {
    const now = total();
    const isQuiet = now === before;
    before = now;
    return isQuiet;
  }, patienceMs);
}

async function until(isSo: () => boolean, patienceMs: number): Promise<void> {
  const endMs = performance.now() + patienceMs;
  while (!isSo() && performance.now() < endMs) await sleep(10);
}

function stall({ count }: { count: number }): void {
  for (const reader of readers.filter((one) => !one.isSampled && isRead(one)).slice(0, count)) {
    stalled.add(reader);
    reader.stall();
  }
}

interface ReplayRequest {
  readonly url: string;
  readonly paths: readonly string[];
  /** What the stamp of the last event says. */
  readonly last: number;
}

/** Everybody at once, each until it has heard the last event; answers how long each of them took. */
async function replay({ url, paths, last }: ReplayRequest): Promise<number[]> {
  const startedMs = performance.now();
  const sought = `t${String(last).padStart(stampDigits, '0')}`;
  return await Promise.all(
    paths.map(async (path) => {
      await hearLast({ url, path, greeting: 'sse', count: 1 }, sought);
      return performance.now() - startedMs;
    }),
  );
}

function hearLast(request: OpenRequest, sought: string): Promise<void> {
  const { hostname, port } = new URL(request.url);
  let tail = '';
  return new Promise((resolve, reject) => {
    const take = (length: number, buffer: Uint8Array) => {
      // Only the end is looked at: how fast this process reads is not the subject.
      const end = (buffer as Buffer).toString('latin1', Math.max(0, length - frameBytes), length);
      tail = (tail + end).slice(-2 * frameBytes);
      if (tail.includes(sought)) socket.destroy();
      return true;
    };
    const socket = connect({
      host: hostname,
      port: Number(port),
      onread: { buffer: scratch, callback: take },
    });
    socket.on('error', reject);
    socket.on('close', () => (tail.includes(sought) ? resolve() : reject(new Error('Cut off in a replay'))));
    socket.write(toRequest(request));
  });
}

function close(): void {
  for (const reader of readers) reader.close();
  readers = [];
  stalled.clear();
}

answerParent({ open, begin, finish, replay, stall, close }, close);
