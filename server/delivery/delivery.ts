/** What the three transports share: the fan-out, the registry, and reads done once for many. */
import { skip, type Observable } from 'rxjs';
import type { Epoch } from '../../shared/ids.ts';
import type { CacheStatus } from '../../shared/views/status.ts';
import type { JournalPosition } from '../core/cursor.ts';
import type { Journal } from '../core/journal.ts';
import { Fanout, type FanoutSource } from './fanout.ts';
import { defaultSettings, type DeliverySettings } from './settings.ts';
import { sharePages, shareReading } from './shared-read.ts';
import { Subscribers } from './subscribers.ts';
import type { StreamClock, StreamLog } from './surroundings.ts';

export interface Delivery extends AsyncDisposable {
  readonly settings: DeliverySettings;
  readonly epoch: Epoch;
  readonly clock: StreamClock;
  readonly log: StreamLog;
  readonly fanout: Fanout;
  readonly subscribers: Subscribers;
  readonly source: FanoutSource;
  readPosition(): Promise<JournalPosition>;
  /** Why nothing new will come for a while; null when it may (F10). */
  trouble(): string | null;
  /** As ST1 shows it. */
  liveUpdates(): CacheStatus['liveUpdates'];
}

/** Whether events can be written at all. */
export interface Ingestion {
  readonly pause: { readonly message: string } | null;
  readonly pause$: Observable<Ingestion['pause']>;
}

interface DeliveryOptions {
  readonly journal: Journal;
  readonly clock: StreamClock;
  readonly log: StreamLog;
  readonly ingestion?: Ingestion;
  readonly settings?: Partial<DeliverySettings>;
}

/** Closing it says goodbye to everybody. */
export function openDelivery({ journal, clock, log, ingestion, ...options }: DeliveryOptions): Delivery {
  const settings = { ...defaultSettings, ...options.settings };
  const subscribers = new Subscribers({ settings, clock });
  const source = { head: () => journal.head(), pageAfter: sharePages(journal), bus: journal.bus };
  const fanout = new Fanout({ journal: source, log });
  const told = ingestion?.pause$.pipe(skip(1)).subscribe((pause) => subscribers.tell(pause?.message ?? null));
  return {
    settings,
    epoch: journal.epoch,
    clock,
    log,
    fanout,
    subscribers,
    source,
    readPosition: shareReading(() => journal.position()),
    trouble: () => ingestion?.pause?.message ?? null,
    liveUpdates() {
      const { active, topicCount, opens, closes } = subscribers.figures;
      const { droppedEvents, slowCuts, resets } = subscribers.tally;
      return {
        active_subscribers: active,
        // Nothing is kept for a topic: what a reader has missed stays in the journal.
        buffered_topics: 0,
        active_topic_subscriptions: topicCount,
        published_events: fanout.eventCount,
        dropped_events: droppedEvents,
        buffer_evictions: slowCuts,
        replay_gaps: resets,
        subscription_opens: opens,
        subscription_closes: closes,
      };
    },
    async [Symbol.asyncDispose]() {
      told?.unsubscribe();
      await subscribers.closeAll('shutdown');
      await fanout[Symbol.asyncDispose]();
    },
  };
}
