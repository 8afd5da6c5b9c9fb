/** `/items/…`: where the marker of a work item leads, back to what it was made from (RC3). */
import { desc, eq } from 'drizzle-orm';
import { AppError } from '../shared/failure.ts';
import type { Db } from './db/open.ts';
import { pushResults } from './db/tables/work-items.ts';
import { findProjectById } from './features/projects/project-store.ts';
import { parseMarkerPath } from './features/work-items/plan/marker.ts';
import type { HttpKit } from './http/serve-route.ts';

export function mountItemLinks({ app, db }: HttpKit): void {
  app.get('/items/*', async (c) => {
    const { pathname } = new URL(c.req.url);
    const identity = parseMarkerPath(pathname);
    const place = identity === undefined ? null : await findPage(db, identity);
    if (place === null)
      throw new AppError('NOT_FOUND', `Nothing that was pushed is known as ${pathname.slice(0, 200)}`);
    return c.redirect(place, 302);
  });
}

interface Identity {
  readonly system: string;
  readonly scope: string;
  readonly sourceId: string;
}

/** A document by its id; anything else has no page here but the push that it was last part of. */
async function findPage(db: Db, { system, scope, sourceId }: Identity): Promise<string | null> {
  if (system === 'documents') {
    const project = await findProjectById(db, scope);
    const refId = sourceId.slice(`${scope}:`.length);
    if (project === undefined || refId === '') return null;
    return `/projects/${encodeURIComponent(project.slug)}/go/${encodeURIComponent(refId)}`;
  }
  const [row] = await db
    .select({ id: pushResults.syncHistoryId })
    .from(pushResults)
    .where(eq(pushResults.sourceId, sourceId))
    .orderBy(desc(pushResults.syncHistoryId))
    .limit(1);
  return row === undefined ? null : `/pushes/${row.id}`;
}
