/** `/api/azure-devops` before a push: what there is in the organisation, and a project to push into (BR1, FM3). */
import {
  checkWorkItems,
  createAdoProject,
  listAdoFields,
  listAdoProcesses,
  listAdoProjects,
  listAdoWorkItemTypes,
  readAdoOperation,
} from '../../../../shared/api/azure-devops-browse.ts';
import type { RecordAct } from '../../../core/audit-act.ts';
import { serveOutside } from '../../../http/serve-outside.ts';
import { serveWrite, type HttpKit } from '../../../http/serve-route.ts';
import { toAppError } from '../../../http/upstream-errors.ts';
import { UpstreamFailure } from '../../../platform/upstream/upstream.ts';
import { TrackerFailure, type CallOptions, type OpenTarget, type TargetProject } from '../tracker.ts';
import type { Organization } from './organization.ts';
import { toWorkItemCheck } from './work-item-check.ts';

export interface BrowsedTarget extends Pick<OpenTarget, 'connectionId' | 'tracker'> {
  readonly organization: Organization;
}

export interface AzureDevopsBrowseOptions {
  /** The named connection, or the active one. Throws what the route answers with. */
  readonly findOrganization: (connectionId: string | null) => Promise<BrowsedTarget>;
  /** Ids of work items that Syncline has pushed into a project. */
  readonly findOwned: (target: {
    readonly organization: string;
    readonly projectId: TargetProject['id'];
  }) => Promise<ReadonlySet<number>>;
  /** Told of credentials that the service rejects (AZ19). */
  readonly markRejected: (connectionId: string, reason: string) => Promise<void>;
  readonly record: RecordAct;
}

export function mountAzureDevopsBrowse(kit: HttpKit, options: AzureDevopsBrowseOptions): void {
  const { findOwned, record } = options;

  serveOutside(kit, listAdoProjects, service, async ({ query }, { signal }) =>
    ask(options, query, signal, async ({ organization }, how) =>
      listed(await organization.listProjects(how)),
    ),
  );

  serveOutside(kit, listAdoProcesses, service, async ({ query }, { signal }) =>
    ask(options, query, signal, async ({ organization }, how) =>
      listed(await organization.listProcesses(how)),
    ),
  );

  serveWrite(kit, createAdoProject, async ({ query, body }, { origin, signal }) =>
    ask(options, query, signal, async ({ connectionId, tracker, organization }, how) => {
      const { creation, processTypeId } = await organization.createProject(body, how);
      record({
        action: 'project_created',
        entity: 'azure_devops_project',
        entityId: body.name,
        details: {
          project_name: body.name,
          organization: tracker.organization,
          visibility: body.visibility,
          process_type_id: processTypeId,
          operation_id: creation.id,
          connection_id: connectionId,
        },
        origin,
      });
      const place = `/api/azure-devops/operations/${creation.id}?configId=${encodeURIComponent(connectionId)}`;
      return { value: { success: true as const, data: creation }, headers: { Location: place } };
    }),
  );

  serveOutside(kit, readAdoOperation, service, async ({ params, query }, { signal }) =>
    ask(options, query, signal, async ({ organization }, how) => ({
      success: true as const,
      data: await organization.readCreation(params.id, how),
    })),
  );

  serveOutside(kit, checkWorkItems, service, async ({ params, query }, { signal }) =>
    ask(options, query, signal, async ({ tracker }, how) => {
      const project = await tracker.findProject(params.project, how);
      const owned = await findOwned({ organization: tracker.organization, projectId: project.id });
      return { success: true as const, data: await toWorkItemCheck(tracker.listIds(project, how), owned) };
    }),
  );

  serveOutside(kit, listAdoWorkItemTypes, service, async ({ query }, { signal }) =>
    ask(options, query, signal, async ({ tracker, organization }, how) => {
      const project = await tracker.findProject(query.projectId, how);
      return listed(await organization.listTypes(project, how));
    }),
  );

  serveOutside(kit, listAdoFields, service, async ({ query }, { signal }) =>
    ask(options, query, signal, async ({ tracker, organization }, how) => {
      const project = await tracker.findProject(query.projectId, how);
      return listed(await organization.listFields(project, query.workItemType, how));
    }),
  );
}

const service = 'Azure DevOps';

/** What somebody waits for in front of a page (PU6). */
const retryBudgetMs = 20_000;

async function ask<T>(
  { findOrganization, markRejected }: AzureDevopsBrowseOptions,
  { configId }: { readonly configId?: string | undefined },
  signal: AbortSignal,
  work: (target: BrowsedTarget, how: CallOptions) => Promise<T>,
): Promise<T> {
  const target = await findOrganization(configId ?? null);
  try {
    return await work(target, { signal, retryBudgetMs });
  } catch (error) {
    if (!(error instanceof TrackerFailure)) throw error;
    if (error.kind === 'auth') await markRejected(target.connectionId, error.message);
    // Only the failure beneath knows when the service lets us in again.
    const isTimed = error.kind === 'throttled' && error.cause instanceof UpstreamFailure;
    throw toAppError(isTimed ? (error.cause as UpstreamFailure) : error, service);
  }
}

const listed = <T>(data: readonly T[]) => ({ success: true as const, data: [...data], count: data.length });
