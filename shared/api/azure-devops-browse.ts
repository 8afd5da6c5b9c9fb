/** Looking around in Azure DevOps before a push, and making a project to push into (BR1, FM3). */
import { z } from 'zod';
import {
  AdoProcess,
  AdoProject,
  AdoProjectCreation,
  AdoTypeField,
  AdoWorkItemType,
  WorkItemCheck,
} from '../views/azure-devops.ts';
import { defineRoute } from './define.ts';
import { AdoProjectName, OpaqueId, succeeds } from './envelope.ts';
import { CleanText } from './params.ts';

/** Of the connection; the active one if it is not named. */
const configId = OpaqueId.or(z.literal('').transform(() => undefined)).optional();
const OfConnection = z.object({ configId });

/** Ids of operations are GUIDs of the service's own making. */
const OperationParams = z.object({ id: z.guid('must be a GUID') });

export const listAdoProjects = defineRoute({
  method: 'GET',
  path: '/api/azure-devops/projects',
  summary: 'All projects of the organisation',
  role: 'operator',
  query: OfConnection,
  answer: succeeds(z.array(AdoProject)),
  status: 200,
});

export const NewAdoProject = z.object({
  name: AdoProjectName.transform((name) => name.trim()).pipe(z.string().min(1, 'must not be blank')),
  description: CleanText.nullish(),
  visibility: z.enum(['private', 'public']).default('private'),
  capabilities: z
    .object({
      processTemplate: z.object({ templateTypeId: z.guid('must be a GUID').optional() }).optional(),
      versioncontrol: z.object({ sourceControlType: z.enum(['Git', 'Tfvc']).optional() }).optional(),
    })
    .optional(),
});
export type NewAdoProject = z.output<typeof NewAdoProject>;

export const createAdoProject = defineRoute({
  method: 'POST',
  path: '/api/azure-devops/projects',
  summary: 'Creates a project; the service takes its time, and the answer says where to ask',
  role: 'operator',
  query: OfConnection,
  body: NewAdoProject,
  answer: succeeds(AdoProjectCreation),
  status: 202,
});

export const readAdoOperation = defineRoute({
  method: 'GET',
  path: '/api/azure-devops/operations/:id',
  summary: 'How far the creation of a project is',
  role: 'operator',
  params: OperationParams,
  query: OfConnection,
  answer: succeeds(AdoProjectCreation),
  status: 200,
});

export const listAdoProcesses = defineRoute({
  method: 'GET',
  path: '/api/azure-devops/processes',
  summary: 'Processes a new project may follow',
  role: 'operator',
  query: OfConnection,
  answer: succeeds(z.array(AdoProcess)),
  status: 200,
});

export const checkWorkItems = defineRoute({
  method: 'GET',
  path: '/api/azure-devops/projects/:project/workitems/check',
  summary: 'How many work items a project has, and how many of them are ours',
  role: 'operator',
  params: z.object({ project: AdoProjectName }),
  query: OfConnection,
  answer: succeeds(WorkItemCheck),
  status: 200,
});

export const listAdoWorkItemTypes = defineRoute({
  method: 'GET',
  path: '/api/field-mapping/work-item-types',
  summary: 'Work item types of a project with their fields',
  role: 'operator',
  query: OfConnection.extend({ projectId: AdoProjectName }),
  answer: succeeds(z.array(AdoWorkItemType)),
  status: 200,
});

export const listAdoFields = defineRoute({
  method: 'GET',
  path: '/api/field-mapping/fields',
  summary:
    'Fields of one work item type, named as the project names it or by level: epic, feature, user_story',
  role: 'operator',
  query: OfConnection.extend({ projectId: AdoProjectName, workItemType: CleanText.min(1).max(255) }),
  answer: succeeds(z.array(AdoTypeField)),
  status: 200,
});
