/** Every route there is, by name. */
import * as access from './access.ts';
import * as analytics from './analytics.ts';
import * as documents from './documents.ts';
import * as events from './events.ts';
import * as freshness from './freshness.ts';
import * as health from './health.ts';
import * as healthCheck from './health-check.ts';
import * as linkAudit from './link-audit.ts';
import * as links from './links.ts';
import * as operations from './operations.ts';
import * as plans from './plans.ts';
import * as projects from './projects.ts';
import * as searches from './search.ts';
import * as sessions from './sessions.ts';
import * as statistics from './statistics.ts';
import * as system from './system.ts';
import * as pushes from './pushes.ts';
import * as history from './history.ts';
import * as fieldMappings from './field-mappings.ts';
import * as connections from './connections.ts';
import * as ardoqBrowse from './ardoq-browse.ts';
import * as adoBrowse from './azure-devops-browse.ts';

export const routes = {
  createProject: projects.createProject,
  listProjects: projects.listProjects,
  readProject: projects.readProject,
  changeProject: projects.changeProject,
  removeProject: projects.removeProject,
  syncProject: projects.syncProject,
  readFreshness: freshness.readFreshness,
  listDocuments: documents.listDocuments,
  exportDocuments: documents.exportDocuments,
  readDocument: documents.readDocument,
  readRelated: documents.readRelated,
  readTree: documents.readTree,
  resolveIds: documents.resolveIds,
  readProjectStatistics: statistics.readProjectStatistics,
  readStatistics: statistics.readStatistics,
  checkHealth: healthCheck.checkHealth,
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
  listFeatures: plans.listFeatures,
  readFeature: plans.readFeature,
  listTasks: plans.listTasks,
  listSessions: sessions.listSessions,
  readSession: sessions.readSession,
  listSessionRecords: sessions.listSessionRecords,
  auditLinks: linkAudit.auditLinks,
  auditCachedLinks: linkAudit.auditCachedLinks,
  reviewLink: linkAudit.reviewLink,
  listLinkReviews: linkAudit.listLinkReviews,
  removeLinkReview: linkAudit.removeLinkReview,
  listUnresolved: links.listUnresolved,
  listLinks: links.listLinks,
  readLinkTree: links.readLinkTree,
  readLink: links.readLink,
  createLink: links.createLink,
  removeLink: links.removeLink,
  readEdges: links.readEdges,
  search: searches.search,
  pushWorkItems: pushes.pushWorkItems,
  planWorkItems: pushes.planWorkItems,
  readPlan: pushes.readPlan,
  pushDocuments: pushes.pushDocuments,
  cancelPush: pushes.cancelPush,
  retryPush: pushes.retryPush,
  readPushEvents: pushes.readPushEvents,
  listSyncHistory: history.listSyncHistory,
  readSyncStats: history.readSyncStats,
  readHistoryDiagnostics: history.readHistoryDiagnostics,
  readSyncRecord: history.readSyncRecord,
  listSyncItems: history.listSyncItems,
  listAuditLogs: history.listAuditLogs,
  readAuditStats: history.readAuditStats,
  verifyAuditLogs: history.verifyAuditLogs,
  listFieldMappingTemplates: fieldMappings.listFieldMappingTemplates,
  listFieldMappingConfigs: fieldMappings.listFieldMappingConfigs,
  createFieldMappingConfig: fieldMappings.createFieldMappingConfig,
  getFieldMappingConfig: fieldMappings.getFieldMappingConfig,
  changeFieldMappingConfig: fieldMappings.changeFieldMappingConfig,
  removeFieldMappingConfig: fieldMappings.removeFieldMappingConfig,
  listArdoqWorkspaces: ardoqBrowse.listArdoqWorkspaces,
  readArdoqWorkspace: ardoqBrowse.readArdoqWorkspace,
  readArdoqContext: ardoqBrowse.readArdoqContext,
  listArdoqComponents: ardoqBrowse.listArdoqComponents,
  listArdoqDomains: ardoqBrowse.listArdoqDomains,
  listArdoqInitiatives: ardoqBrowse.listArdoqInitiatives,
  readArdoqHierarchy: ardoqBrowse.readArdoqHierarchy,
  diagnoseArdoqMapping: ardoqBrowse.diagnoseArdoqMapping,
  listAdoProjects: adoBrowse.listAdoProjects,
  createAdoProject: adoBrowse.createAdoProject,
  readAdoOperation: adoBrowse.readAdoOperation,
  listAdoProcesses: adoBrowse.listAdoProcesses,
  checkWorkItems: adoBrowse.checkWorkItems,
  listAdoWorkItemTypes: adoBrowse.listAdoWorkItemTypes,
  listAdoFields: adoBrowse.listAdoFields,
  createArdoqConnection: connections.ardoqConnections.create,
  listArdoqConnections: connections.ardoqConnections.list,
  readActiveArdoqConnection: connections.ardoqConnections.readActive,
  readArdoqConnection: connections.ardoqConnections.read,
  changeArdoqConnection: connections.ardoqConnections.change,
  removeArdoqConnection: connections.ardoqConnections.remove,
  activateArdoqConnection: connections.ardoqConnections.activate,
  testArdoqConnection: connections.ardoqConnections.test,
  testOlderArdoqConnection: connections.ardoqConnections.testOlder,
  createAzureDevOpsConnection: connections.azureDevOpsConnections.create,
  listAzureDevOpsConnections: connections.azureDevOpsConnections.list,
  readActiveAzureDevOpsConnection: connections.azureDevOpsConnections.readActive,
  readAzureDevOpsConnection: connections.azureDevOpsConnections.read,
  changeAzureDevOpsConnection: connections.azureDevOpsConnections.change,
  removeAzureDevOpsConnection: connections.azureDevOpsConnections.remove,
  activateAzureDevOpsConnection: connections.azureDevOpsConnections.activate,
  testAzureDevOpsConnection: connections.azureDevOpsConnections.test,
  testOlderAzureDevOpsConnection: connections.azureDevOpsConnections.testOlder,
  listAnalytics: analytics.listAnalytics,
  pollEvents: events.pollEvents,
  pollOperationEvents: events.pollOperationEvents,
  listTokens: access.listTokens,
  createToken: access.createToken,
  revokeToken: access.revokeToken,
  signIn: access.signIn,
  readIdentity: access.readIdentity,
  signOut: access.signOut,
  createTicket: access.createTicket,
  readBackup: system.readBackup,
  verifyDatabase: system.verifyDatabase,
  readHealth: health.readHealth,
  readSystemHealth: health.readSystemHealth,
  readLiveness: health.readLiveness,
  readReadiness: health.readReadiness,
} as const;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
