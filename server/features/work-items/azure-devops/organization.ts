/** An organisation of Azure DevOps as people look around in it; a push needs less, and has its own port. */
import type { NewAdoProject } from '../../../../shared/api/azure-devops-browse.ts';
import type {
  AdoProcess,
  AdoProject,
  AdoProjectCreation,
  AdoTypeField,
  AdoWorkItemType,
} from '../../../../shared/views/azure-devops.ts';
import type { CallOptions, TargetProject } from '../tracker.ts';
import type { TrackerOptions } from './azure-tracker.ts';
import { createAzureClient } from './client.ts';
import { readProcesses } from './processes.ts';
import { readCreation, startCreation, type StartedCreation } from './project-creation.ts';
import { listAllProjects } from './projects.ts';
import { listTypeFieldsOf, listWorkItemTypes } from './type-catalogue.ts';
import { withoutNulls } from './without-nulls.ts';

/** Every method throws `TrackerFailure`, the reason of an aborted signal, or what the route answers with. */
export interface Organization {
  listProjects(options?: CallOptions): Promise<readonly AdoProject[]>;
  listProcesses(options?: CallOptions): Promise<readonly AdoProcess[]>;
  createProject(project: NewAdoProject, options?: CallOptions): Promise<StartedCreation>;
  readCreation(id: string, options?: CallOptions): Promise<AdoProjectCreation>;
  listTypes(project: TargetProject, options?: CallOptions): Promise<readonly AdoWorkItemType[]>;
  listFields(project: TargetProject, type: string, options?: CallOptions): Promise<readonly AdoTypeField[]>;
}

export function createOrganization(options: TrackerOptions): Organization {
  const client = createAzureClient(options);
  return {
    listProjects: async (how) => (await listAllProjects(client, how)).map((project) => withoutNulls(project)),
    listProcesses: (how) => readProcesses(client, how),
    createProject: (project, how) => startCreation(client, project, how),
    readCreation: (id, how) => readCreation(client, id, how),
    listTypes: (project, how) => listWorkItemTypes(client, project, how),
    listFields: (project, type, how) => listTypeFieldsOf(client, project, type, how),
  };
}
