/** `/api/ardoq/workspaces`: what there is to push, read from Ardoq while the reader waits (BR1). */
import {
  diagnoseArdoqMapping,
  listArdoqComponents,
  listArdoqDomains,
  listArdoqInitiatives,
  listArdoqWorkspaces,
  readArdoqContext,
  readArdoqHierarchy,
  readArdoqWorkspace,
} from '../../../../shared/api/ardoq-browse.ts';
import { AppError } from '../../../../shared/failure.ts';
import type { ArdoqNode, LeftOut } from '../../../../shared/views/ardoq.ts';
import { serveOutside, type OutsideContext } from '../../../http/serve-outside.ts';
import type { HttpKit } from '../../../http/serve-route.ts';
import { interactiveBudgetMs, UpstreamFailure } from '../../../platform/upstream/upstream.ts';
import type { ArdoqClient, ArdoqReadOptions } from './ardoq-client.ts';
import type { ArdoqComponent, ReadComponents } from './component.ts';
import { diagnoseMapping, type TestMapping } from './diagnosis.ts';
import { toHierarchy, type Hierarchy } from './hierarchy.ts';

export interface FoundArdoq {
  readonly connectionId: string;
  /** The same one for the same credentials: its cache and its limits are shared (BR3, AR6). */
  readonly client: ArdoqClient;
}

/** The named connection, or the active one. Throws what the route answers with. */
export type FindArdoq = (connectionId: string | null) => Promise<FoundArdoq>;

export interface ArdoqBrowseOptions {
  readonly findArdoq: FindArdoq;
  /** Told of credentials that Ardoq rejects (AZ19). */
  readonly markRejected: (connectionId: string, reason: string) => Promise<void>;
  readonly testMapping: TestMapping;
}

export function mountArdoqBrowse(kit: HttpKit, options: ArdoqBrowseOptions): void {
  serveOutside(kit, listArdoqWorkspaces, service, async ({ query }, context) => {
    const { values, meta } = await ask(options, query, context, async (ardoq, how) =>
      ardoq.listWorkspaces(how),
    );
    return { success: true as const, data: { values: [...values], _meta: { ...meta } } };
  });

  serveOutside(kit, readArdoqWorkspace, service, async ({ params, query }, context) => ({
    success: true as const,
    data: await ask(options, query, context, async (ardoq, how) =>
      ardoq.readWorkspace(params.workspaceId, how),
    ),
  }));

  serveOutside(kit, readArdoqContext, service, async ({ params, query }, context) => ({
    success: true as const,
    data: await ask(options, query, context, async (ardoq, how) =>
      ardoq.readContext(params.workspaceId, how),
    ),
  }));

  const readWorkspace = async (
    { params, query }: InWorkspace,
    context: OutsideContext,
  ): Promise<ReadComponents> =>
    await ask(options, query, context, async (ardoq, how) =>
      ardoq.readComponents(params.workspaceId, { ...how, refresh: query.refresh === true }),
    );

  serveOutside(kit, listArdoqComponents, service, async (input, context) => {
    const { values } = await readWorkspace(input, context);
    return { success: true as const, data: [...values], count: values.length };
  });

  serveOutside(kit, listArdoqDomains, service, async (input, context) => {
    const { hierarchy, odd } = await readHierarchy(readWorkspace(input, context));
    const data = hierarchy.roots.map(toHead);
    return { success: true as const, data, count: data.length, ...toWarnings(hierarchy, odd, ['Domain']) };
  });

  serveOutside(kit, listArdoqInitiatives, service, async (input, context) => {
    const { domainId } = input.params;
    const { hierarchy, odd } = await readHierarchy(readWorkspace(input, context));
    requireOfType(hierarchy, domainId, 'Domain');
    const below = hierarchy.childrenOf.get(domainId) ?? [];
    const data = below.map((component) => ({ ...toHead(component), parent: domainId }));
    return {
      success: true as const,
      data,
      count: data.length,
      ...toWarnings(hierarchy, odd, ['Initiative']),
    };
  });

  serveOutside(kit, readArdoqHierarchy, service, async (input, context) => {
    const { hierarchy, odd } = await readHierarchy(readWorkspace(input, context));
    const initiative = requireOfType(hierarchy, input.params.initiativeId, 'Initiative');
    const warnings = toWarnings(hierarchy, odd, ['Epic', 'Feature', 'User Story']);
    return { success: true as const, data: toNode(initiative, hierarchy), ...warnings };
  });

  serveOutside(kit, diagnoseArdoqMapping, service, async (input, context) => {
    const { components } = await readWorkspace(input, context);
    const { componentType, limit } = input.query;
    const { workspaceId } = input.params;
    const { testMapping } = options;
    const data = diagnoseMapping(components, { workspaceId, componentType, limit, testMapping });
    return { success: true as const, data };
  });
}

const service = 'Ardoq';

interface InWorkspace {
  readonly params: { readonly workspaceId: string };
  readonly query: { readonly configId?: string | undefined; readonly refresh?: boolean | undefined };
}

/** Of the connection that the query names; rejected credentials are remembered with it. */
async function ask<T>(
  { findArdoq, markRejected }: ArdoqBrowseOptions,
  { configId }: { readonly configId?: string | undefined },
  { signal }: OutsideContext,
  read: (client: ArdoqClient, how: ArdoqReadOptions) => Promise<T>,
): Promise<T> {
  const { connectionId, client } = await findArdoq(configId ?? null);
  try {
    return await read(client, { retryBudgetMs: interactiveBudgetMs, signal });
  } catch (error) {
    if (error instanceof UpstreamFailure && error.kind === 'auth')
      await markRejected(connectionId, error.message);
    throw error;
  }
}

async function readHierarchy(
  reading: Promise<ReadComponents>,
): Promise<{ readonly hierarchy: Hierarchy; readonly odd: readonly LeftOut[] }> {
  const { components, odd } = await reading;
  return { hierarchy: toHierarchy(components), odd };
}

function requireOfType({ byId }: Hierarchy, id: string, type: string): ArdoqComponent {
  const component = byId.get(id);
  if (component?.type === type) return component;
  throw new AppError('NOT_FOUND', `${type} "${id}" is not in this workspace.`);
}

const toHead = ({ _id, name, type }: ArdoqComponent) => ({ id: _id, name: name ?? '', type });

/** Four levels at most: types forbid more. */
function toNode(component: ArdoqComponent, hierarchy: Hierarchy): ArdoqNode {
  const below = hierarchy.childrenOf.get(component._id) ?? [];
  return { ...component, children: below.map((child) => toNode(child, hierarchy)) };
}

/** Of the types that the answer is about. */
function toWarnings(
  { leftOut }: Hierarchy,
  odd: readonly LeftOut[],
  types: readonly string[],
): { warnings?: LeftOut[] } {
  const warnings = [...leftOut.filter(({ type }) => types.includes(type)), ...odd];
  return warnings.length === 0 ? {} : { warnings };
}
