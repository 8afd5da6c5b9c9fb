/** Live views of sessions: a page of the list, one of them, a page of its transcript, and what it is linked to. */
import type { EntityLinks } from '../../../shared/views/link.ts';
import type { SessionDetail, SessionPage, SessionRecordPage } from '../../../shared/views/session.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { toSessionQuery, writeSessionFilters } from '../address/session-filters.ts';
import type { SessionListFilters } from '../address/session-filters.ts';
import { foldLinks, foldSession, foldSessions } from '../folds/reading.ts';

export const sessionsView = (
  caller: Caller,
  slug: string,
  filters: SessionListFilters,
): ViewSpec<SessionPage> => ({
  key: `sessions/${slug}?${writeSessionFilters(filters).toString()}`,
  load: (signal) => caller('listSessions', { params: { slug }, query: toSessionQuery(filters) }, { signal }),
  fold: foldSessions(slug),
});

export const sessionView = (caller: Caller, slug: string, id: string): ViewSpec<SessionDetail> => ({
  key: `session/${slug}/${id}`,
  load: (signal) => caller('readSession', { params: { slug, id } }, { signal }),
  fold: foldSession(slug, id),
});

const recordsPerPage = '50';

/** `cursor` names the record before the page; empty for the first. */
export const recordsView = (
  caller: Caller,
  slug: string,
  id: string,
  cursor: string,
): ViewSpec<SessionRecordPage> => ({
  key: `records/${slug}/${id}?${cursor}`,
  load: (signal) => {
    const query = { limit: recordsPerPage, ...(cursor !== '' && { cursor }) };
    return caller('listSessionRecords', { params: { slug, id }, query }, { signal });
  },
  fold: foldSession(slug, id),
});

export const sessionLinksView = (caller: Caller, slug: string, id: string): ViewSpec<EntityLinks> => ({
  key: `links/${slug}/session/${id}`,
  load: (signal) =>
    caller('listLinks', { params: { type: 'session', id }, query: { project: slug } }, { signal }),
  fold: foldLinks(slug),
});
