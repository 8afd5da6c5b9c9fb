/** Projects and how their last sync went. Written by features/projects/project-store. */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import type { HealthRule } from '../../../shared/views/health-check.ts';
import type { ProjectPaths, SyncCounts, SyncStatus } from '../../../shared/views/project.ts';

const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'date' });

/** What somebody has chosen for the health check; what is absent is left to others. */
export interface HealthChoices {
  readonly suppress?: readonly HealthRule[];
  readonly stale_days?: number;
}

/** What the tree's `.config.yaml` says that is asked for between syncs. */
export interface TreeSettings {
  /** Words that end a document, by type (DC10). */
  readonly terminal: Readonly<Record<string, readonly string[]>>;
  readonly health: HealthChoices;
}

export const projects = pgTable(
  'projects',
  {
    id: text().primaryKey(),
    slug: text().notNull(),
    name: text().notNull(),
    sourceType: text('source_type').$type<'local' | 'github'>().notNull(),
    sdlcPath: text('sdlc_path'),
    repoUrl: text('repo_url'),
    repoBranch: text('repo_branch').notNull(),
    repoPath: text('repo_path').notNull(),
    maskedToken: text('masked_token'),
    tokenCipher: text('token_cipher'),
    connectionId: integer('connection_id'),
    autoSync: boolean('auto_sync').notNull(),
    watch: boolean().notNull(),
    active: boolean().notNull(),
    /** Lists the person set; the others are detected. */
    explicitPaths: jsonb('explicit_paths').$type<Partial<ProjectPaths>>().notNull(),
    paths: jsonb().$type<ProjectPaths>().notNull(),
    health: jsonb().$type<HealthChoices>().notNull(),
    schemaVersion: text('schema_version'),
    profile: text(),
    /** Null before the first sync: the built-in tables are meant. */
    treeSettings: jsonb('tree_settings').$type<TreeSettings>(),
    /** What the last complete derivation was made with: reader version, paths, vocabulary (DX10). */
    derivedWith: text('derived_with'),
    /** Goes up with every commit that changes this project's index: tells a memory cache that it is old. */
    indexVersion: bigint('index_version', { mode: 'number' }).notNull().default(0),
    syncStatus: text('sync_status').$type<SyncStatus>().notNull(),
    syncError: text('sync_error'),
    syncCounts: jsonb('sync_counts').$type<SyncCounts>(),
    lastOperationId: text('last_operation_id'),
    lastSyncedAt: time('last_synced_at'),
    lastSyncedCommitSha: text('last_synced_commit_sha'),
    documentCount: integer('document_count').notNull().default(0),
    issueCount: integer('issue_count').notNull().default(0),
    leaseToken: text('lease_token'),
    leaseOwner: text('lease_owner'),
    leaseExpiresAt: time('lease_expires_at'),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
  },
  (table) => [
    uniqueIndex('projects_slug').on(table.slug),
    uniqueIndex('projects_one_active')
      .on(table.active)
      .where(sql`${table.active}`),
    index('projects_created').on(table.createdAt, table.id),
  ],
);
