/** Pushing a tree of work items: by request, from Ardoq, from documents; planned first if one likes (PU10, PL1, PU40). */
import { z } from 'zod';
import { Slug } from '../ids.ts';
import { PlanView, PushCancelling, PushStarted } from '../views/push.ts';
import { SourceType } from '../work-items.ts';
import { defineRoute } from './define.ts';
import { AdoProjectName, booleanFlag, enumFilter, OpaqueId, RowId, succeeds } from './envelope.ts';
import { CleanText } from './params.ts';

const inProject = z.object({ project: AdoProjectName });
const ofPush = z.object({ id: RowId });

const optionalId = OpaqueId.or(z.literal('').transform(() => undefined)).optional();
const optionalText = CleanText.transform((text) => (text === '' ? undefined : text)).optional();

const overwriting = {
  overwrite: booleanFlag(),
  scope: enumFilter(['owned', 'project']),
  confirm: optionalText,
  destroy: booleanFlag(),
};

const PushQuery = z.object({ configId: optionalId, sourceConfigId: optionalId, ...overwriting });
export type PushQuery = z.output<typeof PushQuery>;

const LiveSource = z.object({
  kind: z.literal('ardoq'),
  workspaceId: CleanText.min(1).max(255),
  initiativeId: CleanText.min(1).max(255).optional(),
});

/** Nodes are checked by hand: each breach is told with its path, and any further key is kept (PU11). */
export const PushRequest = z.object({
  epics: z.array(z.unknown()).optional(),
  source: LiveSource.optional(),
  planId: OpaqueId.optional(),
  fieldMappingConfigId: OpaqueId.nullish(),
  processTemplateTemplateName: CleanText.nullish(),
  sourceSystem: SourceType.extract(['ardoq', 'request']).default('ardoq'),
  useBatch: z.boolean().optional(),
});
export type PushRequest = z.output<typeof PushRequest>;

export const pushWorkItems = defineRoute({
  method: 'POST',
  path: '/api/azure-devops/projects/:project/workitems',
  summary: 'Push a tree of epics, features and user stories; answers with the stream of its events, or 202',
  role: 'operator',
  params: inProject,
  query: PushQuery,
  body: PushRequest,
  answer: succeeds(PushStarted),
  alsoAs: ['text/event-stream'],
  status: 202,
  isIdempotent: true,
  hasLargeBody: true,
});

export const planWorkItems = defineRoute({
  method: 'POST',
  path: '/api/azure-devops/projects/:project/workitems/plan',
  summary: 'What a push would do to each item, and why; nothing is written',
  role: 'operator',
  params: inProject,
  query: PushQuery.extend({ validateOnly: booleanFlag() }),
  body: PushRequest.omit({ planId: true }),
  answer: succeeds(PlanView),
  status: 200,
  hasLargeBody: true,
});

export const readPlan = defineRoute({
  method: 'GET',
  path: '/api/azure-devops/projects/:project/workitems/plan/:planId',
  summary: 'A plan again, as long as it lives',
  role: 'viewer',
  params: z.object({ project: AdoProjectName, planId: OpaqueId }),
  answer: succeeds(PlanView),
  status: 200,
});

export const cancelPush = defineRoute({
  method: 'POST',
  path: '/api/sync-history/:id/cancel',
  summary: 'Stop a push; the call that is on its way is finished',
  role: 'operator',
  params: ofPush,
  answer: succeeds(PushCancelling),
  status: 202,
});

export const RetryRequest = z.object({ only: z.enum(['failed', 'unfinished']).default('failed') });

export const retryPush = defineRoute({
  method: 'POST',
  path: '/api/sync-history/:id/retry',
  summary: 'Push again what failed, or what was never reached',
  role: 'operator',
  params: ofPush,
  body: RetryRequest,
  answer: succeeds(PushStarted),
  alsoAs: ['text/event-stream'],
  status: 202,
  isIdempotent: true,
});

export const readPushEvents = defineRoute({
  method: 'GET',
  path: '/api/sync-history/:id/events',
  summary: 'The events of one push from any cursor, as a stream or as a page',
  role: 'viewer',
  params: ofPush,
  answer: succeeds(z.unknown()),
  alsoAs: ['text/event-stream'],
  status: 200,
});

/** PU42. */
export const DocumentFilter = z.object({
  ids: z.array(CleanText.max(200)).max(20_000).optional(),
  epicIds: z.array(CleanText.max(200)).max(20_000).optional(),
  types: z.array(z.enum(['epic', 'feature', 'user_story'])).optional(),
  statuses: z.array(CleanText.max(200)).max(200).optional(),
  includeClosed: z.boolean().default(true),
});
export type DocumentFilter = z.output<typeof DocumentFilter>;

export const PushDocumentsRequest = z.object({
  connectionId: OpaqueId.optional(),
  adoProject: AdoProjectName,
  dryRun: z.boolean().default(false),
  filter: DocumentFilter.optional(),
  overwrite: z.boolean().optional(),
  scope: z.enum(['owned', 'project']).optional(),
  confirm: CleanText.optional(),
  destroy: z.boolean().optional(),
  fieldMappingConfigId: OpaqueId.optional(),
  planId: OpaqueId.optional(),
});
export type PushDocumentsRequest = z.output<typeof PushDocumentsRequest>;

export const pushDocuments = defineRoute({
  method: 'POST',
  path: '/api/v1/projects/:slug/push',
  summary: 'Push the epics, features and stories of a project’s documents; with `dryRun` only plan',
  role: 'operator',
  params: z.object({ slug: Slug }),
  body: PushDocumentsRequest,
  answer: succeeds(z.union([PlanView, PushStarted])),
  alsoAs: ['text/event-stream'],
  status: 202,
  isIdempotent: true,
  hasLargeBody: true,
});
