/** Freshness of a project wired to who can prove it: our watch, another server's, or a walk that only looks. */
import { toEventId, type ProjectId } from '../shared/ids.ts';
import type { Journal } from './core/journal.ts';
import type { Database, Queryable } from './db/open.ts';
import { Barriers } from './features/freshness/barriers.ts';
import { openFreshnessLine } from './features/freshness/freshness-line.ts';
import type { FreshnessOptions } from './features/freshness/freshness-routes.ts';
import { unproven, type Verdict } from './features/freshness/verdict.ts';
import { findDifferingFiles } from './features/indexing/compare.ts';
import { projectNotFound } from './features/projects/project-commands.ts';
import { findProjectById, findProjectBySlug } from './features/projects/project-store.ts';
import type { Indexer } from './indexer.ts';
import type { Clock } from './platform/clock.ts';
import type { Disposer } from './platform/disposer.ts';
import type { Logger } from './platform/logger.ts';
import type { Watchers } from './watchers.ts';

interface FreshnessParts {
  readonly database: Database;
  readonly journal: Journal;
  readonly watchers: Watchers;
  readonly indexer: Indexer;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

export async function openFreshness(parts: FreshnessParts, disposer: Disposer): Promise<FreshnessOptions> {
  const { database, journal, watchers, clock, log } = parts;
  const readHead = async () => {
    const { epoch, head } = await journal.position();
    return toEventId(epoch, head);
  };
  const watched = new Barriers({ cross: (id) => watchers.cross(id), readHead, clock });
  const unwatched = new Barriers({ cross: (id) => lookOnly(parts, id), readHead, clock });
  const line = disposer.use(
    await openFreshnessLine({
      client: database.client,
      log,
      answer: (id) => (watchers.watches(id) ? watched.prove(id) : undefined),
    }),
  );

  async function prove(id: ProjectId, waitMs: number): Promise<Verdict> {
    const project = await findProjectById(database.db, id);
    if (project === undefined) throw projectNotFound();
    if (project.lastSyncedAt === null) return unproven('This project was not synced yet.');
    if (watchers.watches(id)) return await watched.prove(id);
    if (!project.watch) return await unwatched.prove(id);
    const verdict = await line.ask(id, waitMs);
    watched.remember(id, verdict);
    return verdict;
  }

  return {
    prove,
    newest: (id) => watched.newest(id) ?? unwatched.newest(id),
    watchStatus: (id) => watchers.status(id),
    async findProject(queryable: Queryable, slug: string) {
      const row = await findProjectBySlug(queryable, slug);
      if (row === undefined) throw projectNotFound();
      return { id: row.id as ProjectId };
    },
  };
}

/** Nobody asked for this project to be followed: what differs is told, and left to a sync. */
async function lookOnly({ indexer, signal }: FreshnessParts, id: ProjectId) {
  const found = await findDifferingFiles(indexer, id, signal);
  if (found === undefined) {
    return { kind: 'blocked', reason: 'The folder of this project is not there.' } as const;
  }
  const { length } = found;
  if (length === 0) return { kind: 'crossed', proof: 'walk' } as const;
  const reason = `This project is not watched, and ${length} ${length === 1 ? 'file differs' : 'files differ'} from the index: sync it.`;
  return { kind: 'blocked', reason } as const;
}
