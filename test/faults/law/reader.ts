/** One reader of the journal: from server to server and transport to transport, always on from the last id it saw. */
import { openConnection } from '../../../client/sdk/connection.ts';
import type { SynclineEvent } from '../../../shared/events/index.ts';
import type { EventId } from '../../../shared/ids.ts';
import { chanceOf, type Chance } from './chance.ts';
import { kindFate, openCutter, type Cutter, type LineFate } from './cutter.ts';
import { tagOf } from './flood-drafts.ts';
import { isWanted } from './check-streams.ts';
import { contentOf, type ReaderHistory, type SeenReset, type Truth } from './history.ts';
import type { FollowLine, LineListener } from './line.ts';
import { NumberList } from './number-list.ts';
import type { Plan, ReaderPlan, Wear } from './plan.ts';
import { followLongPoll, followPoll } from './poll-line.ts';
import { followSocket, followWebSocket } from './socket-line.ts';
import { followSse } from './sse-line.ts';

const transports: readonly (readonly [readonly [string, FollowLine], number])[] = [
  [['sse', followSse], 5],
  [['websocket', followWebSocket], 3],
  [['socket', followSocket], 1],
  [['long-poll', followLongPoll], 2],
  [['poll', followPoll], 1],
];

interface ReaderOptions {
  readonly plan: ReaderPlan;
  readonly run: Pick<Plan, 'seed' | 'wears' | 'cutAfterMs'>;
  /** Of the servers; null for one that is down. */
  readonly urls: () => readonly (string | null)[];
  readonly epoch: string;
  readonly from: number;
  /** Up to which event retention may have gone by now. */
  readonly prunedThrough: () => number;
}

/** A line that says nothing for so long is given up, as a client does whose peer may be half gone. */
const silenceMs = 2_000;

export class Reader implements AsyncDisposable {
  readonly #options: ReaderOptions;
  readonly #chance: Chance;
  readonly #cutter: Cutter;
  readonly #seqs = new NumberList();
  readonly #contents = new NumberList();
  readonly #resets: SeenReset[] = [];
  readonly #oddities: string[] = [];
  readonly #closing = new AbortController();
  #cursor: string;
  #line: AbortController | null = null;
  #isQuiet = false;
  #running: Promise<void> = Promise.resolve();
  switches = 0;
  lines = 0;

  private constructor(options: ReaderOptions, cutter: Cutter) {
    this.#options = options;
    this.#cutter = cutter;
    this.#chance = chanceOf(options.run.seed, 2000 + options.plan.id);
    this.#cursor = `${options.epoch}-${options.from}`;
  }

  static async open(options: ReaderOptions): Promise<Reader> {
    const reader = new Reader(options, await openCutter());
    reader.#running = options.plan.isSdk ? reader.#followBySdk() : reader.#followLines();
    return reader;
  }

  get tally(): Cutter['tally'] {
    return this.#cutter.tally;
  }

  get plan(): ReaderPlan {
    return this.#options.plan;
  }

  get heard(): number {
    return this.#seqs.length;
  }

  /** Nothing it wants comes after what it has seen. */
  isAtEnd({ facts }: Truth, end: number): boolean {
    const { wish } = this.#options.plan;
    for (let seq = this.lastSeq + 1; seq <= end; seq++) if (isWanted(wish, facts[seq - 1]!)) return false;
    return true;
  }

  get lastSeq(): number {
    return seqOf(this.#cursor);
  }

  /** From here on nothing happens to its lines any more. */
  calm(): void {
    this.#isQuiet = true;
    this.#cutter.fate = kindFate;
    this.#cutter.cutAll();
  }

  history(): ReaderHistory {
    const { plan, from } = this.#options;
    return {
      id: plan.id,
      wish: plan.wish,
      from,
      seqs: this.#seqs,
      contents: this.#contents,
      resets: this.#resets,
      oddities: this.#oddities,
      mayCollapse: true,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#line?.abort();
    await this.#cutter[Symbol.asyncDispose]();
    await this.#running;
  }

  async #followLines(): Promise<void> {
    let before = '';
    while (!this.#closing.signal.aborted) {
      const [name, follow] = this.#chance.weigh(transports);
      const seat = this.#aim();
      const place = `${name} ${seat}`;
      if (await this.#followOne(follow)) {
        if (before !== '' && before !== place) this.switches += 1;
        before = place;
      }
      // A server that is down answers at once: not to be asked a thousand times a second.
      await new Promise((resolve) => setTimeout(resolve, this.#chance.between(1, 30)));
    }
  }

  /** Whether anybody answered. */
  async #followOne(follow: FollowLine): Promise<boolean> {
    const line = new AbortController();
    this.#line = line;
    let isAnswered = false;
    this.#cutter.fate = this.#isQuiet ? kindFate : this.#nextFate();
    const { isHalfOpen, stall } = this.#cutter.fate;
    const leaving = this.#isQuiet ? undefined : setTimeout(() => line.abort(), this.#nextStayMs());
    const patienceMs = isHalfOpen ? silenceMs : silenceMs * 10 + (stall?.forMs ?? 0);
    let silence = setTimeout(() => line.abort(), patienceMs);
    const listener: LineListener = {
      onGreeting: (greeting) => line.signal.aborted || this.#takeGreeting(greeting),
      onEvent: (event) => line.signal.aborted || this.#take(event),
      onGarbage: (text) => void this.#oddities.push(`unreadable: ${text.slice(0, 300)}`),
      onThrough: (id) => void (line.signal.aborted || (this.#cursor = id)),
      onSign() {
        isAnswered = true;
        clearTimeout(silence);
        silence = setTimeout(() => line.abort(), patienceMs);
      },
    };
    const { wish } = this.#options.plan;
    await follow({ url: this.#cutter.url, wish, after: this.#cursor, signal: line.signal }, listener);
    // Nothing of it counts once it has been left.
    line.abort();
    clearTimeout(silence);
    clearTimeout(leaving);
    if (isAnswered) this.lines += 1;
    return isAnswered;
  }

  /** The product's client sees one address; behind it the servers change with every line. */
  #followBySdk(): Promise<void> {
    const { wish } = this.#options.plan;
    const { signal } = this.#closing;
    this.#cutter.target = () => {
      this.lines += 1;
      this.#cutter.fate = this.#isQuiet ? kindFate : this.#patientFate();
      const urls = this.#options.urls();
      return urls[this.#chance.between(0, 1)] ?? null;
    };
    let transport = '';
    const connection = openConnection({
      baseUrl: this.#cutter.url,
      topics: wish.topics,
      types: wish.types,
      after: this.#cursor as EventId,
      onEvents: (events) => events.forEach((event) => this.#take(event)),
      onReset: ({ reason, head }) => this.#takeGreeting({ from: null, head, reset: reason }),
      onState: (state) => {
        if (state.state !== 'live') return;
        if (transport !== '' && transport !== state.transport) this.switches += 1;
        transport = state.transport;
      },
    });
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        connection.close();
        resolve();
      });
    });
  }

  /** Answers which server it is. */
  #aim(): number {
    const seat = this.#chance.between(0, 1);
    this.#cutter.target = () => {
      const urls = this.#options.urls();
      // The other one where this one is down, half of the time: a client behind a balancer hardly notices.
      return urls[seat] ?? urls[1 - seat] ?? null;
    };
    return seat;
  }

  #wears(wear: Wear): boolean {
    return !this.#isQuiet && this.#options.run.wears.includes(wear);
  }

  #nextFate(): LineFate {
    const chance = this.#chance;
    const { cutAfterMs } = this.#options.run;
    const isCut = this.#wears('cut') && chance.is(0.9);
    return {
      cutAfterBytes: isCut && chance.is(0.7) ? chance.ofAnySize(1, 300_000) : Infinity,
      cutAfterMs: isCut ? chance.ofAnySize(20, cutAfterMs * 3) : Infinity,
      stall:
        this.#wears('stall') && chance.is(0.03)
          ? { afterBytes: chance.ofAnySize(500, 200_000), forMs: chance.ofAnySize(200, 7_000) }
          : null,
      bytesPerSecond: this.#wears('slow') && chance.is(0.05) ? chance.ofAnySize(20_000, 500_000) : Infinity,
      isHalfOpen: isCut && this.#wears('half-open') && chance.is(0.04),
    };
  }

  /** Changing horses without anything having gone wrong; nobody stays for ever, so that everybody's lot changes. */
  #nextStayMs(): number {
    const isRestless = this.#wears('switch') && this.#chance.is(0.25);
    return isRestless ? this.#chance.ofAnySize(20, 4_000) : this.#chance.between(5_000, 15_000);
  }

  /** It waits longer after each line that was cut soon, as it should: to see anything, it needs lines that last. */
  #patientFate(): LineFate {
    const chance = this.#chance;
    const isCut = this.#wears('cut');
    return {
      ...this.#nextFate(),
      isHalfOpen: false,
      cutAfterBytes: isCut && chance.is(0.3) ? chance.ofAnySize(100, 3_000_000) : Infinity,
      cutAfterMs: isCut ? chance.ofAnySize(500, 30_000) : Infinity,
    };
  }

  #takeGreeting({ from, head, reset }: { from: string | null; head: string; reset: string | null }): void {
    if (reset !== null) {
      const prunedThrough = this.#options.prunedThrough();
      const at = this.#seqs.length;
      this.#resets.push({ at, cursor: this.lastSeq, head: seqOf(head), reason: reset, prunedThrough });
      this.#cursor = head;
      return;
    }
    if (from !== this.#cursor)
      this.#oddities.push(`asked for what comes after ${this.#cursor}, was given ${from}`);
  }

  #take(event: SynclineEvent): void {
    if (event.id !== `${this.#options.epoch}-${event.seq}`)
      this.#oddities.push(`${event.id} is not ${event.seq}`);
    this.#seqs.push(event.seq);
    this.#contents.push(contentOf(event.type, event.operationId, tagOf(event)));
    this.#cursor = event.id;
  }
}

const seqOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));
