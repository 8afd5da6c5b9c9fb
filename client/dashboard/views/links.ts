/** Live views of links: what looks wrong, one link explained, what people said, and references that lead nowhere. */
import type { RouteAnswer } from '../../../shared/api/define.ts';
import type { listLinkReviews } from '../../../shared/api/link-audit.ts';
import type { listUnresolved } from '../../../shared/api/links.ts';
import type { LinkAudit } from '../../../shared/views/link-audit.ts';
import type { ExplainedLink } from '../../../shared/views/link.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { toAuditQuery, toLinePageQuery, withoutLink, writeLinkFilters } from '../address/link-filters.ts';
import type { LinkFilters } from '../address/link-filters.ts';
import { foldLinks, foldUnresolved } from '../folds/reading.ts';

export const auditView = (caller: Caller, slug: string, filters: LinkFilters): ViewSpec<LinkAudit> => ({
  key: `audit/${slug}?${writeLinkFilters(withoutLink(filters)).toString()}`,
  load: (signal) => caller('auditLinks', { query: toAuditQuery(slug, filters) }, { signal }),
  fold: foldLinks(slug),
});

export const linkView = (caller: Caller, slug: string, linkId: string): ViewSpec<ExplainedLink> => ({
  key: `link/${slug}/${linkId}`,
  load: (signal) => caller('readLink', { params: { linkId }, query: { project: slug } }, { signal }),
  fold: foldLinks(slug),
});

export type ReviewPage = RouteAnswer<typeof listLinkReviews>;

export const reviewsView = (caller: Caller, slug: string, cursor: string): ViewSpec<ReviewPage> => ({
  key: `reviews/${slug}?${cursor}`,
  load: (signal) => caller('listLinkReviews', { query: toLinePageQuery(slug, cursor) }, { signal }),
  fold: foldLinks(slug),
});

export type UnresolvedPage = RouteAnswer<typeof listUnresolved>;

export const unresolvedView = (caller: Caller, slug: string, cursor: string): ViewSpec<UnresolvedPage> => ({
  key: `unresolved/${slug}?${cursor}`,
  load: (signal) => caller('listUnresolved', { query: toLinePageQuery(slug, cursor) }, { signal }),
  fold: foldUnresolved(slug),
});
