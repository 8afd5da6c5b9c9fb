/** One call to Azure DevOps, past the gate: what its handler needs. */
import { badArgument, missingItem, missingProject } from './azure-error.ts';
import type { Call, Reply } from './call.ts';
import type { Project } from './project.ts';
import type { WorkItem } from './work-item.ts';
import type { World } from './world.ts';

export interface AzureContext {
  readonly world: World;
  readonly call: Call;
  /** Of the path, where it names one. */
  readonly project: Project | null;
  /** What stands in the path where the route has a colon. */
  readonly params: Readonly<Record<string, string>>;
  /** The parsed body; undefined without one. */
  readonly json: unknown;
}

export type AzureHandler = (context: AzureContext) => Reply;

export const ok = (body: unknown): Reply => ({ status: 200, body });

export const listOf = (value: readonly unknown[]): Reply => ok({ count: value.length, value });

export function requireProject({ project }: AzureContext): Project {
  if (project === null) throw missingProject('');
  return project;
}

/** Of a project that exists, and of the one in the path where it names one. */
export function isWithin(
  { world, project }: Pick<AzureContext, 'world' | 'project'>,
  { projectId }: WorkItem,
): boolean {
  return world.projects.has(projectId) && (project === null || project.id === projectId);
}

/** Alive, and within reach of the path. */
export function findItem(context: AzureContext, id: number): WorkItem | undefined {
  const item = context.world.items.findLive(id);
  return item !== undefined && isWithin(context, item) ? item : undefined;
}

export function requireItem(context: AzureContext, id: number): WorkItem {
  const item = findItem(context, id);
  if (item === undefined) throw missingItem(id);
  return item;
}

export function isTrue({ call }: AzureContext, name: string): boolean {
  return call.query.get(name.toLowerCase())?.toLowerCase() === 'true';
}

export function readIds(text: string): number[] {
  const ids = text.split(',').map((part) => Number(part.trim()));
  if (ids.some((id) => !Number.isInteger(id))) throw badArgument(`"${text}" is no list of ids.`);
  return ids;
}

/** The organisation's address as this caller writes it. */
export const organizationUrl = ({ call, world }: Pick<AzureContext, 'call' | 'world'>): string =>
  `${call.origin}/${world.settings.organization}`;
