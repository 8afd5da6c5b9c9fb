/** A page of hits: ranks and totals are the server's to tell, so whatever may be among them has it read again. */
import type { EventType } from '../../../shared/events/index.ts';
import type { SearchKind, SearchPage } from '../../../shared/views/search.ts';
import { slugOf } from './fold.ts';
import type { Fold } from './fold.ts';

interface Searched {
  /** Empty for all projects. */
  readonly project: string;
  readonly kinds: readonly SearchKind[];
}

const eventOf: Readonly<Record<SearchKind, EventType>> = {
  document: 'documents:changed',
  session: 'sessions:changed',
  feature: 'features:changed',
  task: 'features:changed',
};

/** Names of projects stand in the hits, and with a project its hits go. */
const projectEvents: readonly EventType[] = ['project:changed', 'project:removed'];

export function foldSearch({ project, kinds }: Searched): Fold<SearchPage> {
  const types = new Set([...projectEvents, ...kinds.map((kind) => eventOf[kind])]);
  return (page, event) =>
    types.has(event.type) && (project === '' || slugOf(event) === project) ? 'reload' : page;
}
