/** A project's row as clients see it (PJ1). */
import { toTimestamp, type OperationId, type ProjectId, type Slug } from '../../../shared/ids.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { projects } from '../../db/tables/projects.ts';

export type ProjectRow = typeof projects.$inferSelect;

export function toProject(row: ProjectRow): Project {
  return {
    slug: row.slug as Slug,
    name: row.name,
    sdlc_path: row.sdlcPath,
    source_type: row.sourceType,
    repo_url: row.repoUrl,
    repo_branch: row.repoBranch,
    repo_path: row.repoPath,
    masked_token: row.maskedToken,
    connection_id: row.connectionId,
    sync_status: row.syncStatus,
    sync_error: row.syncError,
    schema_version: row.schemaVersion,
    profile: row.profile,
    last_synced_at: row.lastSyncedAt === null ? null : toTimestamp(row.lastSyncedAt),
    auto_sync: row.autoSync,
    last_synced_commit_sha: row.lastSyncedCommitSha,
    document_count: row.documentCount,
    created_at: toTimestamp(row.createdAt),
    id: row.id as ProjectId,
    updated_at: toTimestamp(row.updatedAt),
    watch: row.watch,
    active: row.active,
    paths: row.paths,
    last_operation_id: row.lastOperationId === null ? null : (row.lastOperationId as OperationId),
    issue_count: row.issueCount,
    sync_counts: row.syncCounts,
  };
}

/** Enough of a token to recognise it by (PJ9). */
export function maskToken(token: string): string {
  return token.length <= 4 ? '****' : `****${token.slice(-4)}`;
}
