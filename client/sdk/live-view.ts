/** One view: a snapshot, moved on by every event after it, and read again where events cannot say what has become of it. */
import type { EventType, SynclineEvent } from '../../shared/events/index.ts';
import { EventId } from '../../shared/ids.ts';
import type { CallError } from './call-error.ts';
import { createCell } from './cell.ts';
import type { Readable } from './cell.ts';
import type { Clock } from './clock.ts';
import type { EventRing } from './event-ring.ts';
import { openLoader } from './view-loader.ts';
import type { Loader } from './view-loader.ts';

/** What was read, and the journal position it was read at; `Answer` of a call fits. */
export interface Snapshot<T> {
  readonly value: T;
  readonly head: string | null;
}

export interface ViewSpec<T> {
  /** Two specs of one key are one view. */
  readonly key: string;
  readonly load: (signal: AbortSignal) => Promise<Snapshot<T>>;
  /** The next value, the same one when nothing changed, or the order to read it again. */
  readonly fold: (value: T, event: SynclineEvent) => T | 'reload';
  /** Other types are not shown to the fold. */
  readonly types?: readonly EventType[];
}

export type ViewState<T> =
  | { readonly state: 'loading' }
  | {
      readonly state: 'ready';
      readonly value: T;
      /** The value is the fold of the journal up to here (LAW2). */
      readonly head: EventId | null;
      /** Older than its source: the stream is down, or a newer snapshot is on its way (PG1). */
      readonly isStale: boolean;
    }
  | { readonly state: 'failed'; readonly error: CallError; readonly value: T | null };

export interface LiveViewOptions<T> {
  readonly spec: ViewSpec<T>;
  readonly ring: EventRing;
  readonly isCut: boolean;
  readonly clock: Clock;
  /** After the first answer or failure. */
  readonly onSettled: (head: EventId | null) => void;
}

export class LiveView<T> {
  readonly #spec: ViewSpec<T>;
  readonly #ring: EventRing;
  readonly #onSettled: (head: EventId | null) => void;
  readonly #state = createCell<ViewState<T>>({ state: 'loading' });
  readonly #loader: Loader;
  #held: { readonly value: T; readonly head: EventId | null } | null = null;
  #error: CallError | null = null;
  #isBehind = false;
  #isCut: boolean;

  constructor({ spec, ring, isCut, clock, onSettled }: LiveViewOptions<T>) {
    this.#spec = spec;
    this.#ring = ring;
    this.#isCut = isCut;
    this.#onSettled = onSettled;
    this.#loader = openLoader({
      load: (signal) => this.#load(signal),
      onAnswer: (held) => this.#take(held),
      onError: (error) => this.#fail(error),
      clock,
    });
    this.#loader.request();
  }

  get state(): Readable<ViewState<T>> {
    return this.#state;
  }

  reload(): void {
    this.#loader.request();
  }

  /** The ring has grown, or has got its position. */
  followRing(): void {
    this.#follow();
    this.#publish();
  }

  /** Events were missed: whatever is being read may be too old as well. */
  onReset(): void {
    this.#isBehind = true;
    this.#loader.restart();
    this.#publish();
  }

  onCut(isCut: boolean): void {
    if (isCut === this.#isCut) return;
    this.#isCut = isCut;
    if (!isCut && this.#error !== null) this.#loader.request();
    this.#publish();
  }

  close(): void {
    this.#loader.close();
  }

  async #load(signal: AbortSignal) {
    // Without a head of its own, a snapshot is at least as new as the stream was when the reading began.
    const { position } = this.#ring;
    const { value, head } = await this.#spec.load(signal);
    return { value, head: EventId.safeParse(head).data ?? position };
  }

  #take(held: { readonly value: T; readonly head: EventId | null }): void {
    this.#held = held;
    this.#error = null;
    this.#isBehind = false;
    this.#follow();
    this.#publish();
    this.#onSettled(held.head);
  }

  #fail(error: CallError): void {
    this.#error = error;
    this.#publish();
    this.#onSettled(null);
  }

  #follow(): void {
    if (this.#held === null || this.#isBehind) return;
    const events = this.#ring.after(this.#held.head);
    if (events === 'gap') return this.#fallBehind();
    const { fold, types } = this.#spec;
    let { value, head } = this.#held;
    for (const event of events) {
      if (types === undefined || types.includes(event.type)) {
        const folded = fold(value, event);
        if (folded === 'reload') {
          this.#held = { value, head };
          return this.#fallBehind();
        }
        value = folded;
      }
      head = event.id;
    }
    this.#held = { value, head };
  }

  #fallBehind(): void {
    this.#isBehind = true;
    this.#loader.request();
  }

  /** Only what differs makes a new state: an event that changes nothing here renders nothing. */
  #publish(): void {
    const before = this.#state.get();
    const held = this.#held;
    if (this.#error !== null) {
      const value = held?.value ?? null;
      if (before.state === 'failed' && before.error === this.#error && before.value === value) return;
      return this.#state.set({ state: 'failed', error: this.#error, value });
    }
    if (held === null) return;
    const isStale = this.#isCut || this.#isBehind;
    if (before.state === 'ready' && before.value === held.value && before.isStale === isStale) return;
    this.#state.set({ state: 'ready', value: held.value, head: held.head, isStale });
  }
}
