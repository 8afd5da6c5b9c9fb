/** What one document contributes to plans, read once from its facts; a pure function of them and the project's id. */
import type { FileIssue } from '../../../../shared/issues.ts';
import { findPathSlug, findProgressFolder, toDeclaredSlug } from '../../../../shared/slugs.ts';
import type { DerivedDate, DocumentDates } from '../../../../shared/views/document.ts';
import type { PlanPhase, TaskBatch } from '../../../../shared/views/plan.ts';
import type { DocumentFacts } from '../facts.ts';
import { readBatches } from './batches.ts';
import { findList, findText, findValue, isRecord, toFields, type Fields } from './fields.ts';
import { findPhaseToken, readPhase } from './phases.ts';
import {
  readDocumentPaths,
  readReferences,
  readTypedReferences,
  type Reference,
  type TypedReference,
} from './references.ts';
import { readTasks, type ListedTask } from './tasks.ts';

/** By what a document may find its feature (FT3, FT4). */
export interface AttachmentKeys {
  readonly type: string;
  readonly isQuick: boolean;
  readonly path: string;
  readonly stem: string;
  readonly declared: string | undefined;
  readonly pathSlug: string | undefined;
  readonly progressFolder: string | undefined;
  readonly features: readonly Reference[];
  readonly prds: readonly Reference[];
  readonly plans: readonly Reference[];
}

/** By what a feature may find its kin (FT14). */
export interface RelationKeys {
  readonly parents: readonly Reference[];
  readonly children: readonly Reference[];
  readonly blockers: readonly Reference[];
  readonly typed: readonly TypedReference[];
  readonly family: string | null;
  readonly documentPaths: readonly string[];
}

export interface PlanDocument {
  readonly id: string;
  readonly path: string;
  readonly type: string;
  readonly title: string;
  readonly category: string | null;
  readonly rawStatus: string | null;
  readonly canonicalStatus: string | null;
  readonly dates: DocumentDates;
  readonly keys: AttachmentKeys;
  readonly relations: RelationKeys;
  readonly tasks: readonly ListedTask[];
  /** Of progress documents only. */
  readonly phase: PlanPhase | null;
  readonly batches: readonly TaskBatch[];
  readonly priority: string | null;
  readonly owners: readonly string[];
  readonly tags: readonly string[];
  readonly hasBlockers: boolean;
  readonly readiness: string | null;
  readonly testImpact: string | null;
  readonly started: DerivedDate | null;
  readonly issues: readonly FileIssue[];
}

/** Reads a date as people write it (GD7). */
export type ReadDate = (text: string) => { valueMs: number; precision: 'instant' | 'day' } | 'bad';

interface Reading {
  readonly projectId: string;
  readonly readDate: ReadDate;
}

/** FT4: documents without front matter contribute nothing. */
export function toPlanDocument(facts: DocumentFacts, { projectId, readDate }: Reading): PlanDocument | null {
  if (facts.frontMatter === null) return null;
  const { id, path, type, title, category, rawStatus, canonicalStatus, dates } = facts;
  const fields = toFields(facts.frontMatter);
  return {
    id,
    path,
    type,
    title,
    category,
    rawStatus,
    canonicalStatus,
    dates,
    keys: toAttachmentKeys(facts, fields),
    relations: {
      parents: readReferences(fields, 'parent'),
      children: readReferences(fields, 'child'),
      blockers: readReferences(fields, 'blocker'),
      typed: readTypedReferences(fields),
      family: toDeclaredSlug(findText(fields, 'feature_family', 'lineage_family')) ?? null,
      documentPaths: readDocumentPaths(fields),
    },
    ...readProgress(facts, fields, projectId),
    priority: findText(fields, 'priority', 'risk_level'),
    owners: findList(fields, 'owner', 'owners', 'assigned_to'),
    tags: findList(fields, 'tags'),
    hasBlockers: hasOpenBlockers(findValue(fields, 'blocked_by', 'blockers')),
    readiness: findText(fields, 'execution_readiness', 'readiness')?.toLowerCase() ?? null,
    testImpact: findText(fields, 'test_impact')?.toLowerCase() ?? null,
    started: toStarted(findText(fields, 'started', 'started_at'), readDate),
  };
}

function toAttachmentKeys(facts: DocumentFacts, fields: Fields): AttachmentKeys {
  const { path, type, subtype, docId } = facts;
  return {
    type,
    isQuick: subtype === 'quick_feature',
    path,
    stem: docId.toLowerCase(),
    declared: toDeclaredSlug(findText(fields, 'feature_slug')),
    pathSlug: findPathSlug(facts),
    progressFolder: type === 'progress' ? findProgressFolder(facts) : undefined,
    features: readReferences(fields, 'feature'),
    prds: readReferences(fields, 'prd'),
    plans: readReferences(fields, 'plan'),
  };
}

function readProgress(
  facts: DocumentFacts,
  fields: Fields,
  projectId: string,
): Pick<PlanDocument, 'tasks' | 'phase' | 'batches' | 'issues'> {
  if (facts.type !== 'progress') return { tasks: [], phase: null, batches: [], issues: [] };
  const line = facts.references.tasksLine ?? null;
  const token = findPhaseToken(fields, facts.docId);
  const source = { projectId, path: facts.path, phase: token, line };
  const listed = readTasks(fields.get('tasks'), source);
  const { phase, issues } = readPhase({ ...facts, line }, fields, listed.tasks);
  const batches = readBatches(fields, { path: facts.path, phase: token, tasks: listed.tasks });
  return { tasks: listed.tasks, phase, batches, issues: [...listed.issues, ...issues] };
}

/** A blocker may say of itself that it no longer is one. */
function hasOpenBlockers(value: unknown): boolean {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.some((item) => {
    if (isRecord(item))
      return !/^(?:resolved|closed|done|complete|completed|cleared)$/i.test(String(item['status']));
    return item !== undefined && item !== null && item !== '' && item !== false && item !== 0;
  });
}

function toStarted(text: string | null, readDate: ReadDate): DerivedDate | null {
  const date = text === null ? 'bad' : readDate(text);
  if (date === 'bad') return null;
  const value = new Date(date.valueMs).toISOString();
  return { value, confidence: 'high', source: 'frontmatter', reason: 'declared', precision: date.precision };
}
