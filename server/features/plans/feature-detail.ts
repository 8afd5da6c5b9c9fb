/** One feature with everything that hangs on it (DR1). */
import { sql } from 'drizzle-orm';
import { AppError } from '../../../shared/failure.ts';
import type { DocumentDates } from '../../../shared/views/document.ts';
import type {
  FeatureDetail,
  FeatureDocument,
  FeatureSession,
  TimelineEvent,
} from '../../../shared/views/plan.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { FeatureFactsColumn } from '../../db/tables/plans.ts';
import { findFeature, listPhases, listTasksOf, toFeatureItem } from './plan-queries.ts';

/** Sessions are linked elsewhere; `withWeak` also names those that only read something of it. */
export type ListFeatureSessions = (
  tx: Transaction,
  projectId: string,
  featureId: string,
  options: { withWeak: boolean },
) => Promise<readonly FeatureSession[]>;

export async function readFeatureDetail(
  tx: Transaction,
  projectId: string,
  id: string,
  sessions: readonly FeatureSession[],
): Promise<FeatureDetail> {
  const row = await findFeature(tx, projectId, id);
  if (row === undefined) throw new AppError('NOT_FOUND', 'Feature not found');
  const documents = await listDocuments(tx, projectId, row.facts.documents);
  return {
    ...toFeatureItem(row),
    phases: await listPhases(tx, projectId, id),
    tasks: await listTasksOf(tx, projectId, id),
    batches: [...row.facts.batches],
    documents: documents.map(toFeatureDocument),
    sessions: [...sessions],
    relations: [...row.facts.relations],
    timeline: documents.flatMap(toTimeline).sort(compareEvents),
  };
}

interface StoredDocument extends Record<string, unknown> {
  readonly path: string;
  readonly type: string;
  readonly doc_id: string;
  readonly title: string;
  readonly raw_status: string | null;
  readonly canonical_status: string | null;
  readonly dates: DocumentDates;
  readonly suggested: string | null;
}

async function listDocuments(
  queryable: Queryable,
  projectId: string,
  documents: FeatureFactsColumn['documents'],
): Promise<StoredDocument[]> {
  const rows = await queryable.execute<StoredDocument>(sql`
    select d.file_path as path, d.type, d.doc_id, d.title, d.raw_status, d.canonical_status, d.dates,
      of_feature."suggestedStatus" as suggested
    from json_to_recordset(${JSON.stringify(documents)}::json) as of_feature (path text, "suggestedStatus" text)
    join documents d on d.project_id = ${projectId} and d.file_path = of_feature.path
    order by d.file_path`);
  return [...rows];
}

const toFeatureDocument = (row: StoredDocument): FeatureDocument => ({
  path: row.path,
  type: row.type,
  docId: row.doc_id,
  title: row.title,
  status: row.raw_status,
  canonicalStatus: row.canonical_status,
  suggestedStatus: row.suggested,
});

/** GD9 */
function toTimeline({ path, dates }: StoredDocument): TimelineEvent[] {
  const events = [
    ['doc-created', dates.created],
    ['doc-updated', dates.updated],
    ['doc-completed', dates.completed],
  ] as const;
  return events.flatMap(([kind, at]) => (at === null ? [] : [{ kind, path, at }]));
}

const compareEvents = (one: TimelineEvent, other: TimelineEvent): number =>
  one.at.value < other.at.value ? -1 : one.at.value > other.at.value ? 1 : 0;
