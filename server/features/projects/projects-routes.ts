/** `/api/v1/projects`: the routes over the commands (PJ2). */
import {
  changeProject,
  createProject,
  listProjects,
  readProject,
  removeProject,
  syncProject,
} from '../../../shared/api/projects.ts';
import type { Operations } from '../../core/operations.ts';
import { serveRead, serveWrite, type HttpKit } from '../../http/serve-route.ts';
import { projectNotFound, type ProjectCommands } from './project-commands.ts';
import { findProjectBySlug, listProjectRows } from './project-store.ts';
import { toProject } from './project-view.ts';
import { laneOf, type SyncStarter } from './sync-starter.ts';

interface ProjectsOptions {
  readonly commands: ProjectCommands;
  readonly operations: Operations;
  readonly starter: SyncStarter;
}

export function mountProjects(kit: HttpKit, { commands, operations, starter }: ProjectsOptions): void {
  serveRead(kit, listProjects, async (_input, { tx }) => (await listProjectRows(tx)).map(toProject));

  serveRead(kit, readProject, async ({ params }, { tx }) => {
    const row = await findProjectBySlug(tx, params.slug);
    if (row === undefined) throw projectNotFound();
    return toProject(row);
  });

  serveWrite(kit, createProject, async ({ body }) => {
    const project = await commands.register(body);
    return { value: project, headers: { Location: `/api/v1/projects/${project.slug}` } };
  });

  serveWrite(kit, changeProject, async ({ params, body }, { actor }) => {
    const { project, hasNewSource } = await commands.change(params.slug, body);
    if (hasNewSource && project.sync_status === 'syncing') await starter.restart(project, actor);
    return { value: project };
  });

  serveWrite(kit, removeProject, async ({ params }) => {
    const stopped = await commands.remove(params.slug, (tx, emit, row) =>
      operations.cancelLane(tx, emit, laneOf(row.id)),
    );
    operations.abandon(stopped);
    return { value: undefined };
  });

  serveWrite(kit, syncProject, async ({ params, query }, { actor, noteOperation }) => {
    const row = await findProjectBySlug(kit.db, params.slug);
    if (row === undefined) throw projectNotFound();
    const { operation } = await starter.trigger(row, { actor, allowEmpty: query.allow_empty === true });
    await noteOperation(operation.id);
    return {
      value: { slug: row.slug, sync_status: 'syncing' as const, message: 'Sync started' as const },
      headers: { Location: `/api/cache/operations/${operation.id}`, 'X-Operation-Id': operation.id },
    };
  });
}
