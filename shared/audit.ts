/** Acts that are remembered for good, and what they were done to (AL1, AL2). */
import { z } from 'zod';

export const AuditAction = z.enum([
  'sync_started',
  'sync_completed',
  'sync_failed',
  'sync_cancelled',
  'config_created',
  'config_updated',
  'config_deleted',
  'config_activated',
  'connection_tested',
  'push_planned',
  'push_retried',
  'project_created',
  'project_updated',
  'project_deleted',
  'operation_cancelled',
  'token_created',
  'token_revoked',
]);
export type AuditAction = z.infer<typeof AuditAction>;

export const AuditEntity = z.enum([
  'sync',
  'configuration',
  'project',
  'azure_devops_project',
  'operation',
  'plan',
  'token',
]);
export type AuditEntity = z.infer<typeof AuditEntity>;
