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

const rereadOn =
  <V>(types: readonly EventType[], slug?: string): Fold<V> =>
  (value, event) =>
    types.includes(event.type) && (slug === undefined || slugOf(event) === slug) ? 'reload' : value;

/** Server health: watchers and projects make it; the figures of running work come from elsewhere. */
export const foldHealth = <V>(): Fold<V> => rereadOn<V>([...watchEvents, ...projectEvents]);

/** Watcher, git, rows and issues of one project. */
export const foldStatus = <V>(slug: string): Fold<V> =>
  rereadOn<V>([...watchEvents, ...terminalEvents, 'watch:batch', 'reconcile:completed'], slug);

/** Open issues of one project: found and closed as files are indexed. */
export const foldProjectIssues = <V>(slug: string): Fold<V> =>
  rereadOn<V>(['documents:changed', ...terminalEvents], slug);

/** Relations and resolved ids of one project. */
export const foldReferences = <V>(slug: string): Fold<V> => rereadOn<V>(['documents:changed'], slug);

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
