/** Looking around in Ardoq before a push: workspaces, their hierarchy, and what a mapping finds in them (BR1, BR2). */
import { z } from 'zod';
import {
  ArdoqDomain,
  ArdoqInitiative,
  ArdoqNode,
  ArdoqObject,
  ArdoqWorkspaces,
  LeftOut,
  MappingDiagnosis,
} from '../views/ardoq.ts';
import { defineRoute } from './define.ts';
import { booleanFlag, OpaqueId, pageQuery, succeeds, textFilter } from './envelope.ts';

/** Of the connection; the active one if it is not named. */
const OfConnection = z.object({ configId: OpaqueId.or(z.literal('').transform(() => undefined)).optional() });

/** `refresh=true` reads a workspace anew that was read less than a minute ago (BR3). */
const OfWorkspace = OfConnection.extend({ refresh: booleanFlag() });

const inWorkspace = z.object({ workspaceId: OpaqueId });

const succeedsWithWarnings = <T extends z.ZodType>(data: T) =>
  succeeds(data).extend({ warnings: z.array(LeftOut).optional() });

export const listArdoqWorkspaces = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces',
  summary: 'All workspaces of the organisation, the pages of the service joined',
  role: 'operator',
  query: OfConnection,
  answer: succeeds(ArdoqWorkspaces),
  status: 200,
});

export const readArdoqWorkspace = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId',
  summary: 'One workspace as Ardoq sends it',
  role: 'operator',
  params: inWorkspace,
  query: OfConnection,
  answer: succeeds(ArdoqObject),
  status: 200,
});

export const readArdoqContext = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/context',
  summary: 'Types of components and references of a workspace, as Ardoq sends them',
  role: 'operator',
  params: inWorkspace,
  query: OfConnection,
  answer: succeeds(ArdoqObject),
  status: 200,
});

export const listArdoqComponents = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/components',
  summary: 'All components of a workspace, flat',
  role: 'operator',
  params: inWorkspace,
  query: OfWorkspace,
  answer: succeeds(z.array(z.unknown())),
  status: 200,
});

export const listArdoqDomains = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/domains',
  summary: 'Domains of a workspace; those with a wrong parent are among the warnings',
  role: 'operator',
  params: inWorkspace,
  query: OfWorkspace,
  answer: succeedsWithWarnings(z.array(ArdoqDomain)),
  status: 200,
});

export const listArdoqInitiatives = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/domains/:domainId/initiatives',
  summary: 'Initiatives of a domain; those without a right parent are among the warnings',
  role: 'operator',
  params: inWorkspace.extend({ domainId: OpaqueId }),
  query: OfWorkspace,
  answer: succeedsWithWarnings(z.array(ArdoqInitiative)),
  status: 200,
});

export const readArdoqHierarchy = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/initiatives/:initiativeId/hierarchy',
  summary: 'An initiative with its epics, features and stories nested below it',
  role: 'operator',
  params: inWorkspace.extend({ initiativeId: OpaqueId }),
  query: OfWorkspace,
  answer: succeedsWithWarnings(ArdoqNode),
  status: 200,
});

export const diagnoseArdoqMapping = defineRoute({
  method: 'GET',
  path: '/api/ardoq/workspaces/:workspaceId/field-mapping-diagnostics',
  summary: 'What components hold, and what each rule of the mapping finds in them',
  role: 'operator',
  params: inWorkspace,
  query: OfWorkspace.extend({ componentType: textFilter(), limit: pageQuery({ limit: 5, cap: 100 }).limit }),
  answer: succeeds(MappingDiagnosis),
  status: 200,
});
