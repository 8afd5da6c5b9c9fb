/** Everybody who listens, added up: a figure for each subscriber would be too many. */
import type { Delivery } from './delivery.ts';
import type { Transport } from './subscribers.ts';

/** Of one transport. */
export interface StreamFigures {
  readonly transport: Transport;
  readonly count: number;
  readonly topicCount: number;
  /** Those that read the journal at their own pace. */
  readonly behindCount: number;
  readonly behind: Aggregate;
  readonly queuedBytes: Aggregate;
}

export interface Aggregate {
  readonly sum: number;
  readonly max: number;
}

const transports = ['sse', 'socket', 'poll'] as const satisfies readonly Transport[];
const nothing: Aggregate = { sum: 0, max: 0 };

export function readStreamFigures({ subscribers, source }: Delivery): StreamFigures[] {
  const head = source.head();
  const figures = new Map<Transport, StreamFigures>(
    transports.map((transport) => [
      transport,
      { transport, count: 0, topicCount: 0, behindCount: 0, behind: nothing, queuedBytes: nothing },
    ]),
  );
  for (const subscriber of subscribers.all) {
    const before = figures.get(subscriber.transport);
    if (before === undefined) continue;
    const behind = subscriber.behind(head);
    figures.set(subscriber.transport, {
      transport: subscriber.transport,
      count: before.count + 1,
      topicCount: before.topicCount + subscriber.topicCount,
      behindCount: before.behindCount + (behind > 0 ? 1 : 0),
      behind: join(before.behind, behind),
      queuedBytes: join(before.queuedBytes, subscriber.queuedBytes()),
    });
  }
  return [...figures.values()];
}

const join = ({ sum, max }: Aggregate, value: number): Aggregate => ({
  sum: sum + value,
  max: Math.max(max, value),
});
