/** What the events that this server hears add up to: each server of a database hears all of them. */
import { eventTypes, type SynclineEvent } from '../../shared/events/index.ts';
import { isEnd } from './operation-events.ts';
import { Distributions, Tally } from './tally.ts';

const itemOutcome = /^(epic|feature|userstory):(created|updated|unchanged|skipped|failed)$/;

export class EventFigures {
  readonly heard = new Tally(['type']);
  readonly operationsEnded = new Tally(['kind', 'status']);
  readonly operationSeconds = new Distributions(
    ['kind'],
    [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800],
  );
  readonly pushedItems = new Tally(['item', 'outcome']);

  hear(event: SynclineEvent): void {
    this.heard.add([known.has(event.type) ? event.type : 'unknown']);
    const [, item, outcome] = itemOutcome.exec(event.type) ?? [];
    if (item !== undefined && outcome !== undefined) this.pushedItems.add([item, outcome]);
    if (!isEnd(event)) return;
    const { kind, status, durationMs } = event.data.operation;
    this.operationsEnded.add([kind, status]);
    if (durationMs !== null) this.operationSeconds.observe([kind], durationMs / 1000);
  }
}

/** A newer server of the same database may tell of more. */
const known: ReadonlySet<string> = new Set(eventTypes);
