/** A new project of Azure DevOps: asked for, then watched until the service has made it (AZ12, BR1). */
import type { NewAdoProject } from '../../../../shared/api/azure-devops-browse.ts';
import type { AdoProjectCreation } from '../../../../shared/views/azure-devops.ts';
import type { CallOptions } from '../tracker.ts';
import { createProject, readOperation } from './calls.ts';
import type { AzureClient } from './client.ts';
import { chooseProcess, readProcesses } from './processes.ts';
import { WireOperation } from './wire-project.ts';
import { withoutNulls } from './without-nulls.ts';

export interface StartedCreation {
  readonly creation: AdoProjectCreation;
  readonly processTypeId: string;
}

export async function startCreation(
  client: AzureClient,
  { name, description, visibility, capabilities }: NewAdoProject,
  options?: CallOptions,
): Promise<StartedCreation> {
  const processTypeId =
    capabilities?.processTemplate?.templateTypeId ??
    chooseProcess(await readProcesses(client, options)).typeId;
  const body = {
    name,
    ...withoutNulls({ description }),
    visibility,
    capabilities: {
      versioncontrol: { sourceControlType: capabilities?.versioncontrol?.sourceControlType ?? 'Git' },
      processTemplate: { templateTypeId: processTypeId },
    },
  };
  const operation = await client.read(createProject(body), WireOperation, options);
  return { creation: withoutNulls(operation), processTypeId };
}

export async function readCreation(
  client: AzureClient,
  id: string,
  options?: CallOptions,
): Promise<AdoProjectCreation> {
  return withoutNulls(await client.read(readOperation(id), WireOperation, options));
}
