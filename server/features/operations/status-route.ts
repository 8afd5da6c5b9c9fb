/** `GET /api/cache/status`: one project at a glance (ST1, ST2). */
import { and, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import { join } from 'node:path';
import { readStatus } from '../../../shared/api/operations.ts';
import { ProjectId, toTimestamp } from '../../../shared/ids.ts';
import type { ProjectPaths } from '../../../shared/views/project.ts';
import type { CacheStatus, WatcherFlag, WatchStatus } from '../../../shared/views/status.ts';
import type { Queryable } from '../../db/open.ts';
import { gitHistories, issues } from '../../db/tables/indexing.ts';
import { operations } from '../../db/tables/operations.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import type { Clock } from '../../platform/clock.ts';
import { chooseSlug, requireProject, type ProjectDirectory, type ProjectHandle } from './find-project.ts';
import { toRecords } from './operation-queries.ts';

export interface StatusProject extends ProjectHandle {
  readonly sdlcPath: string | null;
  readonly paths: ProjectPaths;
  readonly documentCount: number;
}

interface StatusOptions {
  readonly clock: Clock;
  readonly projects: ProjectDirectory<StatusProject, Queryable>;
  readonly watchStatus: (projectId: string | null) => WatchStatus;
  /** Links and the rows of everything that is derived, which other features know. */
  readonly readDerived: (
    queryable: Queryable,
    projectId: string | null,
  ) => Promise<Pick<CacheStatus, 'links'> & { readonly rows: Omit<CacheStatus['rows'], 'documents'> }>;
  readonly liveUpdates: () => CacheStatus['liveUpdates'];
  readonly isStopping: () => boolean;
}

const activeShown = 50;
const recentShown = 5;

export function mountStatus(kit: HttpKit, options: StatusOptions): void {
  serveRead(kit, readStatus, async ({ query }, { tx }) => {
    const slug = chooseSlug(query.project);
    const project =
      slug === null ? await options.projects.active(tx) : await requireProject(options.projects, tx, slug);
    const watch = options.watchStatus(project?.id ?? null);
    const id = project?.id ?? null;
    // Asked at once: while a sync keeps the event loop busy, each answer waits for its turn.
    const [derived, operationFigures, git, openIssues, databaseBytes] = await Promise.all([
      options.readDerived(tx, id),
      readOperations(tx, id, options.clock),
      readGit(tx, id),
      countIssues(tx, id),
      readSize(tx),
    ]);
    return {
      status: 'active' as const,
      sync_engine: options.isStopping() ? ('unavailable' as const) : ('ready' as const),
      watcher: toWatcherFlag(watch),
      projectId: project === undefined ? null : ProjectId.parse(project.id),
      projectSlug: project?.slug ?? null,
      projectName: project?.name ?? null,
      activePaths: toActivePaths(project),
      operations: operationFigures,
      links: derived.links,
      git,
      watch,
      openIssues,
      rows: { documents: project?.documentCount ?? 0, ...derived.rows },
      databaseBytes,
      liveUpdates: options.liveUpdates(),
      liveFanout,
    };
  });
}

export function toWatcherFlag({ state, running }: Pick<WatchStatus, 'state' | 'running'>): WatcherFlag {
  if (state === 'polling' || state === 'retrying' || state === 'halted') return 'degraded';
  return running ? 'running' : 'stopped';
}

/** One Postgres carries the events to every server; there is no broker beside it. */
const liveFanout: CacheStatus['liveFanout'] = {
  enabled: false,
  mode: 'disabled',
  running: false,
  connected: false,
  listener: null,
  publisher: null,
  errorCount: 0,
  recentErrors: [],
};

async function readOperations(
  tx: Queryable,
  projectId: string | null,
  clock: Clock,
): Promise<CacheStatus['operations']> {
  const ofProject = projectId === null ? sql`false` : eq(operations.projectId, projectId);
  const isActive = inArray(operations.status, ['queued', 'running']);
  const rows = (where: ReturnType<typeof and>, limit: number) =>
    tx.select().from(operations).where(where).orderBy(desc(operations.id)).limit(limit);
  const [active, recent, [tracked]] = await Promise.all([
    rows(and(ofProject, isActive), activeShown),
    rows(ofProject, recentShown),
    tx.select({ count: count() }).from(operations).where(ofProject),
  ]);
  const options = { withPhases: true, now: clock.now() };
  const [activeOperations, recentOperations] = await Promise.all([
    toRecords(tx, active, options),
    toRecords(tx, recent, options),
  ]);
  return {
    activeOperationCount: active.length,
    activeOperations,
    queuedOperationCount: active.filter((row) => row.status === 'queued').length,
    recentOperations,
    trackedOperationCount: tracked?.count ?? 0,
  };
}

async function readGit(tx: Queryable, projectId: string | null): Promise<CacheStatus['git']> {
  const [row] =
    projectId === null
      ? []
      : await tx
          .select({
            state: gitHistories.state,
            reason: gitHistories.reason,
            head: gitHistories.head,
            shallow: gitHistories.shallow,
            indexedPaths: gitHistories.indexedPaths,
            dirtyPaths: gitHistories.dirtyPaths,
            checkedAt: gitHistories.checkedAt,
          })
          .from(gitHistories)
          .where(eq(gitHistories.projectId, projectId));
  if (row === undefined) return notChecked;
  return { ...row, checkedAt: toTimestamp(row.checkedAt) };
}

const notChecked: CacheStatus['git'] = {
  state: 'not_checked',
  reason: 'No sync has looked at this project yet',
  head: null,
  shallow: false,
  indexedPaths: 0,
  dirtyPaths: 0,
  checkedAt: null,
};

async function countIssues(tx: Queryable, projectId: string | null): Promise<CacheStatus['openIssues']> {
  const rows = await tx
    .select({ severity: issues.severity, count: count() })
    .from(issues)
    .where(and(eq(issues.projectId, projectId ?? ''), isNull(issues.resolvedAt)))
    .groupBy(issues.severity);
  const of = (severity: string) => rows.find((row) => row.severity === severity)?.count ?? 0;
  return { error: of('error'), warning: of('warning'), notice: of('notice') };
}

async function readSize(tx: Queryable): Promise<number> {
  const [row] = await tx.execute<{ size: string }>(
    sql`select pg_database_size(current_database())::text as size`,
  );
  return Number(row?.size ?? 0);
}

function toActivePaths(project: StatusProject | undefined): CacheStatus['activePaths'] {
  const toAbsolute = (entry: string) => join(project?.sdlcPath ?? '', entry);
  const docsDirs = (project?.paths.docs ?? []).map(toAbsolute);
  const progressDirs = (project?.paths.progress ?? []).map(toAbsolute);
  const sessionsDirs = project?.paths.sessions ?? [];
  return {
    sessionsDir: sessionsDirs[0] ?? null,
    docsDir: docsDirs[0] ?? null,
    progressDir: progressDirs[0] ?? null,
    docsDirs,
    progressDirs,
    sessionsDirs,
  };
}
