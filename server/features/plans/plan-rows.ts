/** Derived plans as rows of their tables, each with a digest that tells whether it is another row than the stored one. */
import { hash } from 'node:crypto';
import type { PlanDocument } from './derive/plan-document.ts';
import type { PlanFeature } from './plan-model.ts';
import type { features, featurePhases, tasks } from '../../db/tables/plans.ts';
import { toStorableJson } from '../../core/storable-json.ts';

type Row<T extends { $inferInsert: unknown }> = Omit<T['$inferInsert'], 'projectId'>;
export type FeatureRow = Row<typeof features>;
export type PhaseRow = Row<typeof featurePhases>;
export type TaskRow = Row<typeof tasks>;

export function toFeatureRow(feature: PlanFeature): FeatureRow {
  const { id, name, baseSlug, category, status, conflict, readiness, coverage, documentCount } = feature;
  const { priority, tags, owners, conflictPhases, statusEvidence, documents, batches, relations } = feature;
  const { totalTasks, completedTasks, deferredTasks } = feature;
  const { plannedAt, startedAt, completedAt, updatedAt, lastActivityAt } = feature;
  return seal({
    id,
    name,
    baseSlug,
    category,
    status,
    conflict,
    readiness,
    coverage,
    documentCount,
    facts: {
      priority,
      tags,
      owners,
      conflictPhases,
      statusEvidence,
      documents,
      batches,
      relations,
      totalTasks,
      completedTasks,
      deferredTasks,
      plannedAt,
      startedAt,
      completedAt,
      updatedAt,
      lastActivityAt,
    },
  });
}

export const toPhaseRows = ({ id, phases }: PlanFeature): PhaseRow[] =>
  phases.map((phase, position) => seal({ ...phase, featureId: id, position }));

export const toTaskRows = ({ tasks, path }: PlanDocument, featureId: string | null): TaskRow[] =>
  tasks.map((task) => seal({ ...task, sourcePath: path, featureId }));

export const keyOfPhase = ({
  featureId,
  phase,
  sourcePath,
}: Pick<PhaseRow, 'featureId' | 'phase' | 'sourcePath'>): string => `${featureId}\0${phase}\0${sourcePath}`;

/** Rows are many: the digest joins the object that was made for it. */
function seal<T extends object>(row: T): T & { digest: string } {
  return Object.assign(row, { digest: hash('sha1', toStorableJson(row), 'base64url') });
}
