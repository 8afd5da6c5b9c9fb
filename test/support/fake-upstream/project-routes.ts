/** Projects, their creation, and the processes they may follow (AZ12, FK17). */
import { AzureError, missingProject } from './azure-error.ts';
import { isTrue, listOf, ok, organizationUrl, type AzureContext } from './azure-context.ts';
import type { Reply } from './call.ts';
import { findProcess, processTemplates } from './process-template.ts';
import { pollCreation, startCreation, type ProjectCreation } from './project-creation.ts';
import type { Project } from './project.ts';
import { findProject } from './world.ts';

/** The token is the number of projects before the page. */
export function listProjects(context: AzureContext): Reply {
  const { world, call } = context;
  const projects = [...world.projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const size = Math.min(
    Number(call.query.get('$top') ?? world.switches.projectPageSize),
    world.switches.projectPageSize,
  );
  const start = Number(call.query.get('continuationtoken') ?? call.query.get('$skip') ?? 0);
  const page = projects.slice(start, start + size);
  const next = start + page.length;
  return {
    ...listOf(page.map((project) => toReference(context, project))),
    ...(next < projects.length ? { headers: { 'x-ms-continuationtoken': String(next) } } : {}),
  };
}

export function getProject(context: AzureContext): Reply {
  const name = context.params['project'] ?? '';
  const project = findProject(context.world, name);
  if (project === undefined) throw missingProject(name);
  const team = { id: project.id.replace(/^.{8}/, '7ea30000'), name: `${project.name} Team` };
  return ok({
    ...toReference(context, project),
    ...(isTrue(context, 'includeCapabilities')
      ? {
          capabilities: {
            processTemplate: { templateName: project.process.name, templateTypeId: project.process.typeId },
            versioncontrol: { sourceControlType: 'Git', gitEnabled: 'True', tfvcEnabled: 'False' },
          },
        }
      : {}),
    _links: { self: { href: toReference(context, project).url } },
    defaultTeam: {
      ...team,
      url: `${organizationUrl(context)}/_apis/projects/${project.id}/teams/${team.id}`,
    },
  });
}

interface NewProject {
  readonly name?: string;
  readonly description?: string;
  readonly visibility?: 'private' | 'public';
  readonly capabilities?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export function postProject(context: AzureContext): Reply {
  const body = context.json as NewProject;
  const processId = body.capabilities?.['processTemplate']?.['templateTypeId'];
  const process = processId === undefined ? undefined : findProcess(processId);
  if (typeof body.name !== 'string' || body.name.trim() === '')
    throw badProject('TF200025: The name is empty.');
  if (process === undefined) throw badProject('TF200033: The process template does not exist.');
  if (body.capabilities?.['versioncontrol']?.['sourceControlType'] === undefined) {
    throw badProject('VS800069: The source control type is missing.');
  }
  if (findProject(context.world, body.name) !== undefined) {
    throw new AzureError(
      409,
      'ProjectAlreadyExistsException',
      `TF200019: The following project already exists: ${body.name}.`,
    );
  }
  const creation = startCreation(context.world, {
    name: body.name,
    process: process.typeId,
    description: body.description ?? '',
    visibility: body.visibility ?? 'private',
  });
  return { status: 202, body: toOperation(context, creation) };
}

export function getOperation(context: AzureContext): Reply {
  const creation = context.world.creations.get(context.params['id'] ?? '');
  if (creation === undefined)
    throw new AzureError(404, 'OperationNotFoundException', 'The operation does not exist.');
  const operation = toOperation(context, pollCreation(context.world, creation));
  const detail = creation.status === 'failed' ? { resultMessage: 'The project could not be created.' } : {};
  return ok({ ...operation, ...detail, _links: { self: { href: operation.url } } });
}

export const listProcesses = (): Reply =>
  listOf(
    processTemplates.map(
      ({ typeId, name, description, parentProcessTypeId, isDefault, customizationType }) => ({
        typeId,
        name,
        referenceName: null,
        description,
        parentProcessTypeId,
        isEnabled: true,
        isDefault,
        customizationType,
      }),
    ),
  );

const badProject = (message: string) => new AzureError(400, 'ProjectException', message);

function toOperation(context: AzureContext, { id, status }: ProjectCreation) {
  return { id, status, url: `${organizationUrl(context)}/_apis/operations/${id}` };
}

function toReference(context: AzureContext, { id, name, description, visibility, createdMs }: Project) {
  return {
    id,
    name,
    description,
    url: `${organizationUrl(context)}/_apis/projects/${id}`,
    state: 'wellFormed',
    revision: 1,
    visibility,
    lastUpdateTime: new Date(createdMs).toISOString(),
  };
}
