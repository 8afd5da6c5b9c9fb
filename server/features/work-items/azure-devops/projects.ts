/** Projects of the organisation: one by name or GUID, or all of them (AZ12). */
import type { CallOptions, TargetProject } from '../tracker.ts';
import { listProjects, readProject } from './calls.ts';
import type { AzureClient } from './client.ts';
import { toUnreadable } from './failures.ts';
import { WireProject, WireProjects, type WireProjectReference } from './wire-project.ts';

export async function findProject(
  client: AzureClient,
  nameOrId: string,
  options?: CallOptions,
): Promise<TargetProject> {
  const { id, name, capabilities } = await client.read(readProject(nameOrId), WireProject, options);
  const process = capabilities?.['processTemplate'];
  return {
    id,
    name,
    processName: process?.['templateName'] ?? null,
    processTypeId: process?.['templateTypeId'] ?? null,
  };
}

/** Every page, as long as the service announces one more. */
export async function listAllProjects(
  client: AzureClient,
  options?: CallOptions,
): Promise<readonly WireProjectReference[]> {
  const projects: WireProjectReference[] = [];
  const followed = new Set<string>();
  for (let token: string | null = null; ;) {
    const call = listProjects({ token });
    const answer = await client.send(call, options);
    const parsed = WireProjects.safeParse(answer.body);
    if (!parsed.success) throw toUnreadable(call, answer, parsed.error);
    projects.push(...parsed.data.value);
    token = answer.headers.get('x-ms-continuationtoken');
    if (token === null || token === '') return projects;
    if (followed.has(token)) throw toUnreadable(call, answer, `continuation token ${token} came twice`);
    followed.add(token);
  }
}
