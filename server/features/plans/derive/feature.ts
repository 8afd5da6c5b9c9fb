/** One feature from the documents that belong to it; relations to others are added elsewhere. */
import { toBaseSlug } from '../../../../shared/slugs.ts';
import type { FeatureItem, PlanPhase, TaskBatch } from '../../../../shared/views/plan.ts';
import { toFeatureDates } from './dates.ts';
import type { PlanDocument } from './plan-document.ts';
import { toCoverage, toReadiness } from './readiness.ts';
import { toFeatureStatus, toSuggestedStatus } from './status.ts';

export interface DerivedFeature extends FeatureItem {
  readonly phases: readonly PlanPhase[];
  readonly batches: readonly TaskBatch[];
  readonly documents: readonly { readonly path: string; readonly suggestedStatus: string | null }[];
}

/** `documents` in the order of their paths. */
export function toFeature(id: string, documents: readonly PlanDocument[]): DerivedFeature {
  const phases = documents.flatMap(({ phase }) => (phase === null ? [] : [phase])).sort(comparePhases);
  const batches = documents.flatMap((document) => document.batches);
  const { status, evidence, conflict, conflictPhases } = toFeatureStatus(documents, phases);
  const heads = findHeads(documents);
  return {
    id,
    name: toName(heads[0]?.title ?? id),
    baseSlug: toBaseSlug(id),
    category: firstOf(heads, (document) => document.category),
    priority: firstOf(heads, (document) => document.priority),
    tags: unionOf(heads, (document) => document.tags),
    owners: unionOf(heads, (document) => document.owners),
    status,
    conflict,
    conflictPhases: [...conflictPhases],
    statusEvidence: [...evidence],
    readiness: toReadiness(documents, batches, status),
    coverage: toCoverage(documents),
    totalTasks: sum(phases, (phase) => phase.totalTasks),
    completedTasks: sum(phases, (phase) => phase.completedTasks),
    deferredTasks: sum(phases, (phase) => phase.deferredTasks),
    documentCount: documents.length,
    ...toFeatureDates(documents, status),
    phases,
    batches,
    documents: documents.map((document) => ({
      path: document.path,
      suggestedStatus: toSuggestedStatus(document, status),
    })),
  };
}

/** FT5: plans, then PRDs, then progress, then what else there is. */
function findHeads(documents: readonly PlanDocument[]): PlanDocument[] {
  const rank = ({ type }: PlanDocument) => {
    const at = headTypes.indexOf(type);
    return at === -1 ? headTypes.length : at;
  };
  return [...documents].sort((one, other) => rank(one) - rank(other));
}

const headTypes = ['implementation_plan', 'prd', 'progress'];

const toName = (title: string): string =>
  title.replace(/^\s*(?:implementation plan|prd)\s*:\s*/i, '').trim() || title;

/** By number, then by name; phases of two folders stand side by side. */
function comparePhases(one: PlanPhase, other: PlanPhase): number {
  const [left, right] = [parseFloat(one.phase), parseFloat(other.phase)];
  if (left !== right && !Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  if (Number.isNaN(left) !== Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
  return compareText(one.phase, other.phase) || compareText(one.sourcePath, other.sourcePath);
}

export const compareText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function firstOf<T>(
  documents: readonly PlanDocument[],
  read: (document: PlanDocument) => T | null,
): T | null {
  for (const document of documents) {
    const value = read(document);
    if (value !== null) return value;
  }
  return null;
}

const unionOf = (documents: readonly PlanDocument[], read: (document: PlanDocument) => readonly string[]) => [
  ...new Set(documents.flatMap(read)),
];

const sum = (phases: readonly PlanPhase[], read: (phase: PlanPhase) => number): number =>
  phases.reduce((total, phase) => total + read(phase), 0);
