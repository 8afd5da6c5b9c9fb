/** SS6: one stream for all tabs of a browser. The tab that holds the lock reads it and tells the others. */
import type { SynclineEvent } from '../../shared/events/index.ts';
import type { EventId } from '../../shared/ids.ts';
import { systemClock } from './clock.ts';
import type { Reset } from './connection-signal.ts';
import { begin } from './connection-state.ts';
import type { ConnectionState } from './connection-state.ts';
import { openConnection } from './connection.ts';
import type { Connection, ConnectionOptions } from './connection.ts';
import { isSameEpoch, seqOf } from './cursor.ts';
import { EventRing } from './event-ring.ts';
import { createTabs, findTabApis } from './tabs.ts';
import type { Tabs, TabVoice } from './tabs.ts';

/** Shared where the browser can, else a stream of one's own. */
export function openBrowserStream(options: ConnectionOptions): Connection {
  const apis = findTabApis(globalThis);
  return apis === null ? openConnection(options) : openSharedStream(options, createTabs(apis));
}

export function openSharedStream(
  options: ConnectionOptions,
  tabs: Tabs,
  connect: (options: ConnectionOptions) => Connection = openConnection,
): Connection {
  const stream = new SharedStream(options, tabs, connect);
  const close = () => stream.close();
  return { state: () => stream.state, close, [Symbol.dispose]: close };
}

type Message =
  /** The leader knows its position and takes questions. */
  | { readonly say: 'leading' }
  | { readonly say: 'join'; readonly tab: string; readonly after: EventId | null }
  | ({ readonly say: 'welcome'; readonly tab: string; readonly state: ConnectionState } & Welcome)
  | { readonly say: 'events'; readonly events: readonly SynclineEvent[] }
  | { readonly say: 'reset'; readonly reset: Reset }
  | { readonly say: 'state'; readonly state: ConnectionState };

interface Welcome {
  /** Where a tab without a cursor begins. */
  readonly position: EventId;
  readonly missed: readonly SynclineEvent[];
  readonly reset: Reset | null;
}

const ringCapacity = 5_000;

class SharedStream {
  state: ConnectionState;
  readonly #options: ConnectionOptions;
  readonly #connect: (options: ConnectionOptions) => Connection;
  readonly #tab = Math.random().toString(36).slice(2);
  readonly #voice: TabVoice;
  readonly #leaving = new AbortController();
  /** What this tab has heard: its cursor, and what it can tell others should it lead. */
  readonly #ring = new EventRing(ringCapacity);
  #own: Connection | null = null;
  #isWelcome = false;

  constructor(
    options: ConnectionOptions,
    tabs: Tabs,
    connect: (options: ConnectionOptions) => Connection = openConnection,
  ) {
    const { after, baseUrl, token = '', topics = [], types = [], clock = systemClock } = options;
    this.#options = options;
    this.#connect = connect;
    if (after !== null) this.#ring.start(after);
    this.state = begin(after, clock.nowMs()).state;
    options.onState(this.state);

    // Tabs that may see different events never share a stream.
    const name = `syncline-1:${toFingerprint(JSON.stringify([baseUrl, token, topics, types]))}`;
    this.#voice = tabs.join(name, (message) => this.#hear(message as Message));
    this.#say({ say: 'join', tab: this.#tab, after: this.#ring.position });
    const { signal } = this.#leaving;
    tabs
      .lead(name, signal, () => this.#lead())
      // Refused, not aborted: without a lock every tab reads for itself.
      .catch(() => void (signal.aborted || this.#lead()));
  }

  close(): void {
    if (this.#leaving.signal.aborted) return;
    this.#leaving.abort();
    this.#own?.close();
    this.#voice.leave();
    if (this.#own === null) this.#show({ state: 'closed' });
  }

  /** Reads until this tab leaves. */
  #lead(): Promise<void> {
    const { signal } = this.#leaving;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#own = this.#connect({
        ...this.#options,
        after: this.#ring.position,
        onState: (state) => this.#relay({ say: 'state', state }),
        onEvents: (events) => this.#relay({ say: 'events', events }),
        onReset: (reset) => this.#relay({ say: 'reset', reset }),
      });
      if (this.#ring.position !== null) this.#say({ say: 'leading' });
    });
  }

  #relay(message: Extract<Message, { say: 'state' | 'events' | 'reset' }>): void {
    const wasLost = this.#ring.position === null;
    this.#say(message);
    if (message.say === 'state') this.#show(message.state);
    if (message.say === 'reset') this.#reset(message.reset);
    if (message.say === 'events') this.#take(message.events);
    if (wasLost && this.#ring.position !== null) this.#say({ say: 'leading' });
  }

  #hear(message: Message): void {
    if (this.#leaving.signal.aborted) return;
    if (this.#own !== null) {
      if (message.say === 'join') this.#welcome(message.tab, message.after);
      return;
    }
    switch (message.say) {
      case 'leading':
        this.#isWelcome = false;
        return this.#say({ say: 'join', tab: this.#tab, after: this.#ring.position });
      case 'welcome':
        return message.tab === this.#tab ? this.#accept(message) : undefined;
      case 'events':
        return this.#isWelcome ? this.#take(message.events) : undefined;
      case 'reset':
        return this.#isWelcome ? this.#reset(message.reset) : undefined;
      case 'state':
        // To be live is to have a position in the stream, which comes with the welcome.
        return this.#isWelcome || message.state.state !== 'live' ? this.#show(message.state) : undefined;
      case 'join':
    }
  }

  #welcome(tab: string, after: EventId | null): void {
    const { position } = this.#ring;
    if (position === null) return;
    this.#say({ say: 'welcome', tab, state: this.state, ...toWelcome(this.#ring, position, after) });
  }

  #accept({ state, position, missed, reset }: Welcome & { readonly state: ConnectionState }): void {
    this.#isWelcome = true;
    if (this.#ring.position === null) this.#ring.start(position);
    if (reset !== null) this.#reset(reset);
    this.#show(state);
    this.#take(missed);
  }

  #show(state: ConnectionState): void {
    this.state = state;
    if (state.state === 'live' && this.#ring.position === null) this.#ring.start(state.cursor);
    this.#options.onState(state);
  }

  #reset(reset: Reset): void {
    this.#ring.start(reset.head);
    this.#options.onReset(reset);
  }

  /** A new leader may stand behind this tab, and tell again what it has already heard. */
  #take(events: readonly SynclineEvent[]): void {
    const { position } = this.#ring;
    const fresh = position === null ? events : events.filter(({ seq }) => seq > seqOf(position));
    if (fresh.length === 0) return;
    this.#ring.push(fresh);
    this.#options.onEvents(fresh);
  }

  #say(message: Message): void {
    this.#voice.say(message);
  }
}

function toWelcome(ring: EventRing, position: EventId, after: EventId | null): Welcome {
  if (after === null) return { position, missed: [], reset: null };
  const reset = (reason: Reset['reason']) => ({ position, missed: [], reset: { reason, head: position } });
  if (!isSameEpoch(after, position)) return reset('foreign-epoch');
  const missed = ring.after(after);
  return missed === 'gap' ? reset('pruned') : { position, missed, reset: null };
}

/** FNV-1a: tells tabs of different readers apart without naming their token. */
function toFingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash.toString(36);
}
