/** A project as `/api/v1` shows it (PJ1). */
import { z } from 'zod';
import { OperationId, ProjectId, Slug, Timestamp } from '../ids.ts';

export const SyncStatus = z.enum(['never_synced', 'syncing', 'synced', 'error']);
export type SyncStatus = z.infer<typeof SyncStatus>;

export const SyncCounts = z.object({
  added: z.number().int(),
  updated: z.number().int(),
  removed: z.number().int(),
  unchanged: z.number().int(),
  failed: z.number().int(),
});
export type SyncCounts = z.infer<typeof SyncCounts>;

/** Folders by what is kept in them: docs and progress relative to the project, sessions absolute. */
export const ProjectPaths = z.object({
  docs: z.array(z.string()),
  progress: z.array(z.string()),
  sessions: z.array(z.string()),
});
export type ProjectPaths = z.infer<typeof ProjectPaths>;

export const Project = z.object({
  slug: Slug,
  name: z.string(),
  sdlc_path: z.string().nullable(),
  source_type: z.enum(['local', 'github']),
  repo_url: z.string().nullable(),
  repo_branch: z.string(),
  repo_path: z.string(),
  masked_token: z.string().nullable(),
  connection_id: z.number().int().nullable(),
  sync_status: SyncStatus,
  sync_error: z.string().nullable(),
  schema_version: z.string().nullable(),
  profile: z.string().nullable(),
  last_synced_at: Timestamp.nullable(),
  auto_sync: z.boolean(),
  last_synced_commit_sha: z.string().nullable(),
  document_count: z.number().int(),
  created_at: Timestamp,
  id: ProjectId,
  updated_at: Timestamp,
  watch: z.boolean(),
  active: z.boolean(),
  paths: ProjectPaths,
  last_operation_id: OperationId.nullable(),
  issue_count: z.number().int(),
  sync_counts: SyncCounts.nullable(),
});
export type Project = z.infer<typeof Project>;
