/** Every route there is, by name. */
import * as documents from './documents.ts';
import * as events from './events.ts';
import * as health from './health.ts';
import * as operations from './operations.ts';
import * as projects from './projects.ts';

export const routes = {
  createProject: projects.createProject,
  listProjects: projects.listProjects,
  readProject: projects.readProject,
  changeProject: projects.changeProject,
  removeProject: projects.removeProject,
  syncProject: projects.syncProject,
  listDocuments: documents.listDocuments,
  readDocument: documents.readDocument,
  readRelated: documents.readRelated,
  readTree: documents.readTree,
  resolveIds: documents.resolveIds,
  readStatus: operations.readStatus,
  triggerSync: operations.triggerSync,
  triggerRescan: operations.triggerRescan,
  triggerRebuildLinks: operations.triggerRebuildLinks,
  triggerSyncPaths: operations.triggerSyncPaths,
  listOperations: operations.listOperations,
  readOperation: operations.readOperation,
  cancelOperation: operations.cancelOperation,
  retryOperation: operations.retryOperation,
  listOperationIssues: operations.listOperationIssues,
  listProjectIssues: operations.listProjectIssues,
  compareOperation: operations.compareOperation,
  pollEvents: events.pollEvents,
  pollOperationEvents: events.pollOperationEvents,
  readHealth: health.readHealth,
  readSystemHealth: health.readSystemHealth,
  readLiveness: health.readLiveness,
  readReadiness: health.readReadiness,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
