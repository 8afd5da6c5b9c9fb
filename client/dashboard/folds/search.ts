/** A page of hits: ranks and totals are the server's to tell, so it is read again once search holds what has changed. */
import type { EventType } from '../../../shared/events/index.ts';
import type { SearchPage } from '../../../shared/views/search.ts';
import { slugOf } from './fold.ts';
import type { Fold } from './fold.ts';

/**
 * SY11: search follows documents, sessions and features until the end of the operation, whose event is the first that
 * finds it complete; `documents:changed` would come too early and is not followed by another.
 */
const events: ReadonlySet<EventType> = new Set<EventType>([
  'operation:completed',
  'operation:failed',
  'operation:cancelled',
  // Names of projects stand in the hits, and with a project its hits go.
  'project:changed',
  'project:removed',
]);

/** Without a slug all projects are searched. */
export const foldSearch =
  (slug: string): Fold<SearchPage> =>
  (page, event) =>
    events.has(event.type) && (slug === '' || slugOf(event) === slug) ? 'reload' : page;
