/** Views that cannot be folded from events alone: which events mean that they must be read again. */
import type { EventType } from '../../../shared/events/index.ts';
import type { Fold } from './fold.ts';
import { slugOf } from './fold.ts';

const watchEvents: readonly EventType[] = ['watch:ready', 'watch:degraded', 'watch:recovered'];
const terminalEvents: readonly EventType[] = [
  'operation:completed',
  'operation:failed',
  'operation:cancelled',
];
const projectEvents: readonly EventType[] = ['project:registered', 'project:changed', 'project:removed'];

const linkEvents: readonly EventType[] = ['links:changed', 'link:reviewed'];

const rereadOn =
  <V>(types: readonly EventType[], slug?: string): Fold<V> =>
  (value, event) =>
    types.includes(event.type) && (slug === undefined || slugOf(event) === slug) ? 'reload' : value;

/** Server health: watchers and projects make it; the figures of running work come from elsewhere. */
export const foldHealth = <V>(): Fold<V> => rereadOn<V>([...watchEvents, ...projectEvents]);

/** Watcher, git, rows and issues of one project. */
export const foldStatus = <V>(slug: string): Fold<V> =>
  rereadOn<V>([...watchEvents, ...terminalEvents, 'watch:batch', 'reconcile:completed'], slug);

/** A proof of one moment: what ended since is worth a newer one. */
export const foldFreshness = <V>(slug: string): Fold<V> =>
  rereadOn<V>([...watchEvents, ...terminalEvents], slug);

/** Open issues of one project: found and closed as files are indexed. */
export const foldProjectIssues = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['documents:changed', ...terminalEvents], slug);

/** Relations and resolved ids of one project. */
export const foldReferences = <V>(slug: string): Fold<V> => rereadOn<V>(['documents:changed'], slug);

/** Counted documents, of one project or of all: they move with each batch, and `last_synced_at` with the status. */
export const foldStatistics = <V>(slug?: string): Fold<V> =>
  rereadOn<V>(['documents:changed', 'project:status', ...projectEvents], slug);

/** Findings follow the documents; what is silenced follows the settings of the project. */
export const foldHealthCheck = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['documents:changed', 'project:status', 'project:changed'], slug);

/** Features as a list, and one of them with all that hangs on it; titles of documents and sessions are in it. */
export const foldFeatures = <V>(slug: string): Fold<V> => rereadOn<V>(['features:changed'], slug);
export const foldFeature = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['features:changed', 'documents:changed', 'sessions:changed', ...linkEvents], slug);

/** Sessions may be narrowed by a feature, and what is linked decides which are its own. */
export const foldSessions = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['sessions:changed', ...linkEvents], slug);

/** One session: its own log, or the log of one of its subagents, was read on. */
export const foldSession =
  <V>(slug: string, id: string): Fold<V> =>
  (value, event) => {
    if (event.type !== 'sessions:changed' || slugOf(event) !== slug) return value;
    const { added, updated, removed } = event.data;
    const isMeant = ({ id: changed }: { id: string }) => changed === id || changed.startsWith(`${id}:`);
    return [...added, ...updated, ...removed].some(isMeant) ? 'reload' : value;
  };

/** Links, the audit of them, and what people said. */
export const foldLinks = <V>(slug: string): Fold<V> => rereadOn<V>(linkEvents, slug);

/** What leads nowhere can change while no link does, so the end of an operation counts too. */
export const foldUnresolved = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['links:changed', ...terminalEvents], slug);

export const foldOperationIssues =
  <V>(operationId: string): Fold<V> =>
  (value, event) =>
    event.operationId === operationId &&
    (event.type === 'operation:issue' || terminalEvents.includes(event.type))
      ? 'reload'
      : value;

/** The comparison with the run before is made once the operation has ended. */
export const foldComparison =
  <V>(operationId: string): Fold<V> =>
  (value, event) =>
    event.operationId === operationId && terminalEvents.includes(event.type) ? 'reload' : value;
