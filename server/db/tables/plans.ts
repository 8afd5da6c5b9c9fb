/** Features, phases and tasks as derived from documents. Written by features/plans/plan-store. */
import {
  boolean,
  customType,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
} from 'drizzle-orm/pg-core';
import type { FeatureDates, FeatureItem, FeatureRelation, TaskBatch } from '../../../shared/views/plan.ts';
import { projects } from './projects.ts';

/** Text that sorts by code point whatever the database's locale. */
const textC = customType<{ data: string }>({ dataType: () => 'text collate "C"' });

const ofProject = () =>
  text('project_id')
    .notNull()
    .references(() => projects.id, { onDelete: 'cascade' });

/** What of a feature is shown but never asked for. */
export interface FeatureFactsColumn
  extends
    FeatureDates,
    Pick<
      FeatureItem,
      | 'priority'
      | 'tags'
      | 'owners'
      | 'conflictPhases'
      | 'statusEvidence'
      | 'totalTasks'
      | 'completedTasks'
      | 'deferredTasks'
    > {
  readonly batches: readonly TaskBatch[];
  readonly relations: readonly FeatureRelation[];
  readonly documents: readonly { readonly path: string; readonly suggestedStatus: string | null }[];
}

export const features = pgTable(
  'features',
  {
    projectId: ofProject(),
    id: textC().notNull(),
    name: text().notNull(),
    baseSlug: text('base_slug').notNull(),
    category: text(),
    status: text().notNull(),
    conflict: boolean().notNull(),
    readiness: text().notNull(),
    coverage: doublePrecision().notNull(),
    documentCount: integer('document_count').notNull(),
    facts: jsonb().$type<FeatureFactsColumn>().notNull(),
    /** Of all of the above: tells whether a row is another one. */
    digest: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.id] })],
);

export const featurePhases = pgTable(
  'feature_phases',
  {
    projectId: ofProject(),
    featureId: textC('feature_id').notNull(),
    phase: textC().notNull(),
    sourcePath: textC('source_path').notNull(),
    /** Among the phases of the feature. */
    position: integer().notNull(),
    title: text().notNull(),
    status: text().notNull(),
    totalTasks: integer('total_tasks').notNull(),
    completedTasks: integer('completed_tasks').notNull(),
    deferredTasks: integer('deferred_tasks').notNull(),
    progress: integer(),
    digest: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.featureId, table.phase, table.sourcePath] })],
);

export const tasks = pgTable(
  'tasks',
  {
    projectId: ofProject(),
    id: text().notNull(),
    rawId: text('raw_id').notNull(),
    title: text().notNull(),
    description: text(),
    status: text().notNull(),
    rawStatus: text('raw_status'),
    assignedTo: jsonb('assigned_to').$type<readonly string[]>().notNull(),
    model: text(),
    priority: text(),
    effort: text(),
    storyPoints: doublePrecision('story_points'),
    dependencies: jsonb().$type<readonly string[]>().notNull(),
    sessionIds: jsonb('session_ids').$type<readonly string[]>().notNull(),
    commitHashes: jsonb('commit_hashes').$type<readonly string[]>().notNull(),
    sourcePath: textC('source_path').notNull(),
    /** Among the tasks of the source. */
    position: integer().notNull(),
    line: integer(),
    phase: text(),
    featureId: textC('feature_id'),
    digest: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    index('tasks_order').on(table.projectId, table.sourcePath, table.position),
    index('tasks_feature').on(table.projectId, table.featureId),
  ],
);

/** Which version of the sources the rows above belong to. */
export const planState = pgTable('plan_state', {
  projectId: ofProject().primaryKey(),
  derivedFrom: text('derived_from').notNull(),
});
