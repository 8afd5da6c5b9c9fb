/** How far a feature is, from today's files only, and which of them say so (FT11, FT12). */
import type { PlanPhase, PlanStatus, StatusEvidence } from '../../../../shared/views/plan.ts';
import { isCompletionEquivalent, isTerminal, toFurthest, toPlanStatus } from './canonical.ts';
import type { PlanDocument } from './plan-document.ts';

export interface FeatureStatus {
  readonly status: PlanStatus;
  readonly evidence: readonly StatusEvidence[];
  readonly conflict: boolean;
  /** Phases that are open although a source says done. */
  readonly conflictPhases: readonly string[];
}

export function toFeatureStatus(
  documents: readonly PlanDocument[],
  phases: readonly PlanPhase[],
): FeatureStatus {
  const heads = documents.filter(({ type }) => type === 'prd' || type === 'implementation_plan');
  const candidates = heads.filter((document) => document.canonicalStatus !== 'archived').map(toStatus);
  const together = toPhasesStatus(phases);
  const furthest = toFurthest(together === null ? candidates : [...candidates, together]);
  const phasePlans = documents.filter(({ type }) => type === 'phase_plan');
  const isComplete =
    heads.some((document) => isCompletionEquivalent(document.canonicalStatus)) ||
    (phasePlans.length > 0 &&
      phasePlans.every((document) => isCompletionEquivalent(document.canonicalStatus)));
  const status = isComplete && !isTerminal(furthest) ? 'done' : furthest;

  const open = phases.filter((phase) => !isTerminal(phase.status));
  const saysDone = status === 'done' || heads.some((document) => toStatus(document) === 'done');
  const conflict = saysDone && open.length > 0;
  return {
    status,
    evidence: findEvidence(status, documents, together === status ? phases : []),
    conflict,
    conflictPhases: conflict ? [...new Set(open.map((phase) => phase.phase))] : [],
  };
}

const toStatus = (document: PlanDocument): PlanStatus => toPlanStatus(document.canonicalStatus);

/** Null without phases: what does not exist is no candidate. */
function toPhasesStatus(phases: readonly PlanPhase[]): PlanStatus | null {
  if (phases.length === 0) return null;
  const statuses = phases.map((phase) => phase.status);
  if (statuses.every(isTerminal)) return statuses.includes('done') ? 'done' : 'deferred';
  if (statuses.some((status) => status === 'in-progress' || isTerminal(status))) return 'in-progress';
  return statuses.includes('review') ? 'review' : 'backlog';
}

/** The documents that say what was decided: heads and phase plans of that status, and phases that decided together. */
function findEvidence(
  status: PlanStatus,
  documents: readonly PlanDocument[],
  deciding: readonly PlanPhase[],
): StatusEvidence[] {
  const paths = new Set(deciding.map((phase) => phase.sourcePath));
  return documents
    .filter((document) => {
      const { type, path, rawStatus, canonicalStatus } = document;
      if (type === 'progress') return paths.has(path);
      if (!saying.has(type) || rawStatus === null || canonicalStatus === 'archived') return false;
      return toStatus(document) === status;
    })
    .map(({ path, rawStatus, canonicalStatus }) => ({ path, rawStatus, canonicalStatus }));
}

const saying: ReadonlySet<string> = new Set(['prd', 'implementation_plan', 'phase_plan']);

/** FT12: shown beside the document, never written into it. */
export function toSuggestedStatus(
  { type, canonicalStatus }: PlanDocument,
  feature: PlanStatus,
): string | null {
  const isOpen = canonicalStatus !== null && openStatuses.has(canonicalStatus);
  return feature === 'done' && isOpen && (saying.has(type) || type === 'progress')
    ? 'inferred_complete'
    : null;
}

const openStatuses: ReadonlySet<string> = new Set(['pending', 'in_progress', 'review', 'blocked', 'unknown']);
