/** The routes of everything that is derived, with what each needs of the others. */
import type { ProjectId } from '../shared/ids.ts';
import { mountAnalytics } from './features/analytics/analytics-routes.ts';
import { mountLinkAudit } from './features/links/audit/audit-routes.ts';
import { findSessionsOfFeature, listFeatureSessions } from './feature-sessions.ts';
import { mountLinks } from './features/links/links-routes.ts';
import type { RequireProject } from './features/links/require-project.ts';
import { reviewedLinks } from './features/links/reviewed-links.ts';
import { mountLinkReviews } from './features/links/reviews-routes.ts';
import {
  chooseSlug,
  requireProject as findTheProject,
  type ProjectDirectory,
  type ProjectHandle,
} from './features/operations/find-project.ts';
import { mountPlans } from './features/plans/plans-routes.ts';
import { projectNotFound } from './features/projects/project-commands.ts';
import { mountSearch } from './features/search/search-routes.ts';
import type { PriceTable } from './features/sessions/prices.ts';
import { loadSessionFacts } from './features/sessions/session-facts.ts';
import { mountSessions } from './features/sessions/sessions-routes.ts';
import type { HttpKit } from './http/serve-route.ts';
import type { Queryable } from './db/open.ts';
import type { Clock } from './platform/clock.ts';
import { readDocumentTexts } from './searcher.ts';

interface DerivedRoutesOptions {
  readonly clock: Clock;
  readonly prices: PriceTable;
  readonly directory: ProjectDirectory<ProjectHandle, Queryable>;
}

export function mountDerived(kit: HttpKit, { clock, prices, directory }: DerivedRoutesOptions): void {
  const requireProject: RequireProject = async (queryable, inQuery, inBody) => {
    const { id, slug } = await findTheProject(directory, queryable, chooseSlug(inQuery, inBody));
    return { id: id as ProjectId, slug };
  };
  async function findProject(queryable: Queryable, slug: string) {
    const project = await directory.bySlug(queryable, slug);
    if (project === undefined) throw projectNotFound();
    return { id: project.id as ProjectId };
  }

  mountPlans(kit, { findProject, listSessions: listFeatureSessions });
  mountSessions(kit, { findProject, prices, clock, findByFeature: findSessionsOfFeature });
  // A fixed path is no id of a link, so what has one comes first.
  mountLinkAudit(kit, { clock, requireProject });
  mountLinkReviews(kit, { clock, requireProject, links: reviewedLinks });
  mountLinks(kit, { requireProject, findProject, loadSession: findSessionFacts });
  mountSearch(kit, { readTexts: readDocumentTexts });
  mountAnalytics(kit, { findProject });
}

async function findSessionFacts(queryable: Queryable, projectId: string, id: string) {
  for await (const [session] of loadSessionFacts(queryable, projectId, [id])) return session;
  return undefined;
}
