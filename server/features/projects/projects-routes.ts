/** `/api/v1/projects`: the routes over the commands (PJ2). */
import {
  changeProject,
  createProject,
  listProjects,
  readProject,
  removeProject,
  syncProject,
} from '../../../shared/api/projects.ts';
import type { AuditAction } from '../../../shared/audit.ts';
import type { RecordAct, RequestOrigin } from '../../core/audit-act.ts';
import type { Operations } from '../../core/operations.ts';
import type { Json } from '../../core/workflow.ts';
import { serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { startOnce } from '../../http/start-once.ts';
import { projectNotFound, type ProjectCommands } from './project-commands.ts';
import { findProjectBySlug, listProjectRows } from './project-store.ts';
import { toProject } from './project-view.ts';
import { laneOf, type SyncStarter } from './sync-starter.ts';

type ProjectAct = Extract<AuditAction, `project_${string}`>;

interface ProjectsOptions {
  readonly commands: ProjectCommands;
  readonly operations: Operations;
  readonly starter: SyncStarter;
  readonly recordAct: RecordAct;
}

export function mountProjects(
  kit: HttpKit,
  { commands, operations, starter, recordAct }: ProjectsOptions,
): void {
  serveRead(kit, listProjects, async (_input, { tx }) => (await listProjectRows(tx)).map(toProject));

  serveRead(kit, readProject, async ({ params }, { tx }) => {
    const row = await findProjectBySlug(tx, params.slug);
    if (row === undefined) throw projectNotFound();
    return toProject(row);
  });

  const record = (action: ProjectAct, slug: string, details: Json, origin: RequestOrigin) =>
    recordAct({ action, entity: 'project', entityId: slug, details: { slug, ...details }, origin });

  serveWrite(kit, createProject, async ({ body }, { origin }) => {
    const project = await commands.register(body);
    record('project_created', project.slug, { name: project.name }, origin);
    return { value: project, headers: { Location: `/api/v1/projects/${project.slug}` } };
  });

  serveWrite(kit, changeProject, async ({ params, body }, { actor, origin }) => {
    const { project, hasNewSource } = await commands.change(params.slug, body);
    // Names of fields alone: among the values may be a token.
    record('project_updated', project.slug, { changed: Object.keys(body).toSorted() }, origin);
    if (hasNewSource && project.sync_status === 'syncing') await starter.restart(project, actor);
    return { value: project };
  });

  serveWrite(kit, removeProject, async ({ params }, { origin }) => {
    const stopped = await commands.remove(params.slug, (tx, emit, row) =>
      operations.cancelLane(tx, emit, laneOf(row.id)),
    );
    operations.abandon(stopped);
    record('project_deleted', params.slug, {}, origin);
    return { value: undefined };
  });

  serveWrite(kit, syncProject, async ({ params, query }, { actor, keyed }) => {
    const row = await findProjectBySlug(kit.db, params.slug);
    if (row === undefined) throw projectNotFound();
    const { operation } = await startOnce({ operations, db: kit.db }, keyed, (admit) =>
      starter.trigger(row, { actor, allowEmpty: query.allow_empty === true, admit }),
    );
    return {
      value: { slug: row.slug, sync_status: 'syncing' as const, message: 'Sync started' as const },
      headers: { Location: `/api/cache/operations/${operation.id}`, 'X-Operation-Id': operation.id },
    };
  });
}
