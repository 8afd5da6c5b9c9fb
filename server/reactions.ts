/** Something heard, something started: the only place that subscribes to what the bus tells. */
import { concatMap, filter, from, map, type Observable, type Subscription } from 'rxjs';
import type { SynclineEvent } from '../shared/events/index.ts';
import type { EventFigures } from './core/event-figures.ts';
import type { Journal } from './core/journal.ts';
import type { Operations } from './core/operations.ts';
import type { Db } from './db/open.ts';
import { findProjectById } from './features/projects/project-store.ts';
import type { Logger } from './platform/logger.ts';
import type { Watchers } from './watchers.ts';

interface ReactionsOptions {
  readonly db: Db;
  readonly journal: Journal;
  readonly operations: Operations;
  readonly watchers: Watchers;
  readonly figures: EventFigures;
  readonly hearTokens: () => Promise<void>;
  readonly log: Logger;
  /** RC9: goes on with what a push that was cut off has left; null: people do that. */
  readonly resumePush: ((syncHistoryId: string) => Promise<void>) | null;
}

export function startReactions(options: ReactionsOptions): Disposable {
  const { journal, operations, watchers, figures, hearTokens, db, log, resumePush } = options;
  const events$ = journal.bus.entries$.pipe(map((entry) => entry.event));

  const subscriptions = [
    react(events$, log, async (event) => figures.hear(event)),
    // The wish to cancel may have been taken by another server than the one that runs the work.
    react(events$, log, async (event) => {
      if (event.type === 'operation:cancelling') operations.hearCancelling(event.data.operation.id);
    }),
    // GU4: a token that another server has ended must end here too.
    react(events$.pipe(filter((event) => event.type.startsWith('token:'))), log, async () => hearTokens()),
    // A project's watch follows its settings.
    react(
      events$.pipe(filter((event) => event.type.startsWith('project:') && event.type !== 'project:status')),
      log,
      async (event) => {
        if (event.projectId === null) return;
        const project = await findProjectById(db, event.projectId);
        if (project === undefined) await watchers.forget(event.projectId);
        else await watchers.follow(project);
      },
    ),
    react(events$, log, async (event) => {
      if (resumePush === null || event.type !== 'operation:failed') return;
      const { kind, errorCode, metadata } = event.data.operation;
      const { syncHistoryId } = metadata;
      const isCutOff = kind === 'push_work_items' && errorCode === 'interrupted';
      if (isCutOff && typeof syncHistoryId === 'string') await resumePush(syncHistoryId);
    }),
    // A lane has become free, perhaps by another server's hand.
    react(events$.pipe(filter((event) => endings.has(event.type))), log, async () => operations.dispatch()),
  ];
  return { [Symbol.dispose]: () => subscriptions.forEach((subscription) => subscription.unsubscribe()) };
}

const endings: ReadonlySet<string> = new Set([
  'operation:completed',
  'operation:failed',
  'operation:cancelled',
]);

/** One reaction after another, in order; one that fails is told and does not end the others. */
function react(
  events$: Observable<SynclineEvent>,
  log: Logger,
  reaction: (event: SynclineEvent) => Promise<void>,
): Subscription {
  const guarded = async (event: SynclineEvent) => {
    try {
      await reaction(event);
    } catch (failure) {
      log.error({ err: failure, event: event.type }, 'A reaction failed');
    }
  };
  return events$.pipe(concatMap((event) => from(guarded(event)))).subscribe();
}
