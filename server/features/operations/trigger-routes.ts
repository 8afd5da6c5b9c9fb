/** `POST /api/cache/sync`, `rescan`, `rebuild-links` and `sync-paths`: what each asks of the lane (OP24 to OP27). */
import {
  triggerRebuildLinks,
  triggerRescan,
  triggerSync,
  triggerSyncPaths,
  type ChangedPath,
  type IgnoredPath,
  type PathPlan,
} from '../../../shared/api/operations.ts';
import type { Actor } from '../../../shared/operations.ts';
import type { Operations, Started } from '../../core/operations.ts';
import type { Admit } from '../../core/workflow.ts';
import type { Queryable } from '../../db/open.ts';
import { serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { startOnce } from '../../http/start-once.ts';
import { chooseSlug, requireProject, type ProjectDirectory, type ProjectHandle } from './find-project.ts';
import { toBackground, toForeground } from './foreground.ts';

export interface SyncAsk {
  readonly trigger: string;
  readonly actor: Actor;
  readonly force: boolean;
  readonly rebuildLinks: boolean;
  readonly captureAnalytics: boolean;
  readonly allowEmpty: boolean;
  /** Joins the transaction that makes the operation durable. */
  readonly admit: Admit;
}

export interface RebuildAsk {
  readonly trigger: string;
  readonly actor: Actor;
  readonly captureAnalytics: boolean;
  readonly admit: Admit;
}

export interface PathsAsk {
  readonly trigger: string;
  readonly actor: Actor;
  readonly allowEmpty: boolean;
  readonly paths: readonly ChangedPath[];
  readonly admit: Admit;
}

/** What the triggers need of the features that do the work. */
export interface TriggerOptions<P extends ProjectHandle> {
  readonly operations: Operations;
  readonly projects: ProjectDirectory<P, Queryable>;
  readonly startSync: (project: P, ask: SyncAsk) => Promise<Started>;
  readonly startRebuild: (project: P, ask: RebuildAsk) => Promise<Started>;
  /** Throws when a path lies outside the project. */
  readonly startPaths: (project: P, ask: PathsAsk) => Promise<Started & { ignored: IgnoredPath[] }>;
  readonly planPaths: (project: P, paths: readonly ChangedPath[]) => Promise<PathPlan['plan']>;
  readonly foregroundWaitMs: number;
  /** Aborts when the server is told to stop. */
  readonly stopping: AbortSignal;
}

export function mountTriggers<P extends ProjectHandle>(kit: HttpKit, options: TriggerOptions<P>): void {
  const { operations, projects } = options;
  const start = { operations, db: kit.db };
  const wait = { waitMs: options.foregroundWaitMs, stopping: options.stopping };

  serveWrite(kit, triggerSync, async ({ query, body }, { actor, keyed }) => {
    const { background, project: named, ...ask } = body;
    const project = await requireProject(projects, kit.db, chooseSlug(query.project, named));
    const started = await startOnce(start, keyed, (admit) =>
      options.startSync(project, { ...ask, actor, admit }),
    );
    const message = 'Sync triggered in background';
    return background
      ? toBackground(started, message)
      : await toForeground(operations, started, { ...wait, message });
  });

  serveWrite(kit, triggerRescan, async ({ query, body }, { actor, keyed }) => {
    const project = await requireProject(projects, kit.db, chooseSlug(query.project, body.project));
    const whole = { force: true, rebuildLinks: true, captureAnalytics: true, allowEmpty: false };
    const started = await startOnce(start, keyed, (admit) =>
      options.startSync(project, { ...whole, trigger: 'api', actor, admit }),
    );
    return toBackground(started, 'Sync triggered in background');
  });

  serveWrite(kit, triggerRebuildLinks, async ({ query, body }, { actor, keyed }) => {
    const { background, project: named, ...ask } = body;
    const project = await requireProject(projects, kit.db, chooseSlug(query.project, named));
    const started = await startOnce(start, keyed, (admit) =>
      options.startRebuild(project, { ...ask, actor, admit }),
    );
    const message = 'Link rebuild triggered in background';
    return background
      ? toBackground(started, message)
      : await toForeground(operations, started, { ...wait, message });
  });

  serveWrite(kit, triggerSyncPaths, async ({ query, body }, { actor, keyed }) => {
    const { background, project: named, paths, dryRun, trigger, allowEmpty } = body;
    const project = await requireProject(projects, kit.db, chooseSlug(query.project, named));
    if (dryRun) {
      const plan = await options.planPaths(project, paths);
      return { status: 200, value: { status: 'ok' as const, mode: 'dry-run' as const, plan } };
    }
    let ignored: IgnoredPath[] = [];
    const started = await startOnce(start, keyed, async (admit) => {
      const begun = await options.startPaths(project, { paths, trigger, allowEmpty, actor, admit });
      ignored = begun.ignored;
      return begun;
    });
    const message = 'Changed-path sync triggered in background';
    const reply = background
      ? toBackground(started, message)
      : await toForeground(operations, started, { ...wait, message });
    return { ...reply, value: { ...reply.value, ignored } };
  });
}
