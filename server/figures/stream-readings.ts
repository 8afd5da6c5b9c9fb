/** Everybody who listens, as samples. */
import type { Delivery } from '../delivery/delivery.ts';
import { readStreamFigures, type Aggregate, type StreamFigures } from '../delivery/stream-figures.ts';
import type { Sample } from '../platform/metrics.ts';
import { one } from './samples.ts';

export function toStreamReadings(delivery: Delivery) {
  const streams = readStreamFigures(delivery);
  const { figures, tally } = delivery.subscribers;
  const each = (toValue: (stream: StreamFigures) => number): Sample[] =>
    streams.map((stream) => ({ labels: { transport: stream.transport }, value: toValue(stream) }));
  const both = (toAggregate: (stream: StreamFigures) => Aggregate): Sample[] =>
    streams.flatMap((stream) =>
      Object.entries(toAggregate(stream)).map(([aggregate, value]: [string, number]) => ({
        labels: { transport: stream.transport, aggregate },
        value,
      })),
    );
  return {
    syncline_subscribers: each(({ count }) => count),
    syncline_subscriber_topics: each(({ topicCount }) => topicCount),
    syncline_subscribers_behind: each(({ behindCount }) => behindCount),
    syncline_subscriber_lag_events: both(({ behind }) => behind),
    syncline_subscriber_queue_bytes: both(({ queuedBytes }) => queuedBytes),
    syncline_subscriptions_opened_total: one(figures.opens),
    syncline_subscriptions_closed_total: one(figures.closes),
    syncline_subscriber_cuts_total: one(tally.slowCuts),
    syncline_subscriber_rotations_total: one(tally.rotations),
    syncline_stream_resets_total: one(tally.resets),
    syncline_sockets_refused_total: one(tally.refusedSockets),
    syncline_collapsed_events_total: one(tally.droppedEvents),
    syncline_fanout_events_total: one(delivery.fanout.eventCount),
  };
}
