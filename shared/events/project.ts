/** Projects come, change, go, and move through the four sync states (PJ14). */
import { z } from 'zod';
import { Project, SyncStatus } from '../views/project.ts';
import { defineEvent } from './define.ts';

export const ProjectRegistered = defineEvent('project:registered', z.object({ project: Project }));
export const ProjectChanged = defineEvent('project:changed', z.object({ project: Project }));
export const ProjectRemoved = defineEvent('project:removed', z.object({ slug: z.string() }));

/** One change of `sync_status`; the whole card travels along so that no client has to ask. */
export const ProjectStatus = defineEvent(
  'project:status',
  z.object({ from: SyncStatus, to: SyncStatus, project: Project }),
);
