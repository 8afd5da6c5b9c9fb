/** Loads what the rules look at: two queries, whatever the number of documents and rules. */
import { sql } from 'drizzle-orm';
import type { Slug } from '../../../shared/ids.ts';
import type { HealthSettings } from '../../../shared/views/health-check.ts';
import type { Transaction } from '../../db/open.ts';
import type { HealthChoices, TreeSettings } from '../../db/tables/projects.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { findIdKeys, toIdKey, type CheckedDocument } from './checked-document.ts';
import { HealthTree, type CompareOwners } from './health-tree.ts';
import { toHealthSettings } from './suppression.ts';

/** What the health check asks the documents feature, whose vocabulary it does not know. */
export interface DocumentKnowledge {
  readonly compareOwners: CompareOwners;
  /** Answers for one project whether a status ends a document of a type (DC10). */
  readonly createTerminalTest: (
    settings: TreeSettings | null,
  ) => (status: string | null, type: string) => boolean;
}

export interface LoadedTree {
  readonly slug: Slug;
  readonly settings: HealthSettings;
  readonly tree: HealthTree;
}

interface ProjectRow extends Record<string, unknown> {
  readonly id: string;
  readonly slug: Slug;
  readonly health: HealthChoices;
  readonly tree_settings: TreeSettings | null;
}

/** Small enough that the driver reads one in some milliseconds. */
const pageSize = 500;

/** Undefined for a slug that is none. */
export async function loadTree(
  tx: Transaction,
  slug: string,
  knowledge: DocumentKnowledge,
  pacer: Pacer,
): Promise<LoadedTree | undefined> {
  const [project] = await tx.execute<ProjectRow>(
    sql`select id, slug, health, tree_settings from projects where slug = ${slug}`,
  );
  if (project === undefined) return undefined;
  const isTerminal = knowledge.createTerminalTest(project.tree_settings);
  const tree = new HealthTree(knowledge.compareOwners);
  await tx.execute(sql`
    declare checked no scroll cursor for
    select ${columns} from documents d where d.project_id = ${project.id} order by d.file_path`);
  for (let isMore = true; isMore;) {
    const rows = await tx.execute<DocumentRow>(sql.raw(`fetch ${pageSize} from checked`));
    for (const row of rows) {
      tree.add(toChecked(row, isTerminal(row.status, row.type)));
      if (pacer.isDue()) await pacer.rest();
    }
    isMore = rows.length === pageSize;
  }
  return {
    slug: project.slug,
    settings: toHealthSettings(project.health, project.tree_settings?.health),
    tree,
  };
}

interface DocumentRow extends Record<string, unknown> {
  readonly file_path: string;
  readonly entry: string;
  readonly doc_id: string;
  readonly type: string;
  readonly title: string;
  readonly ref_id: string | null;
  readonly subject_id: string | null;
  readonly status: string | null;
  readonly has_owner: boolean;
  readonly has_priority: boolean;
  readonly has_story_points: boolean;
  readonly epic: string | null;
  readonly story: string | null;
  readonly epic_values: string | null;
  readonly story_values: string | null;
  readonly epic_in_text: boolean;
  readonly archived: boolean;
  readonly content_length: number;
  readonly file_date_ms: number | null;
}

/** The text is looked at only where a story has no epic, and by a pattern only where the word stands. */
const columns = sql.raw(String.raw`
  d.file_path, d.entry, d.doc_id, d.type, d.title, d.ref_id, d.subject_id, d.status,
  d.owner is not null as has_owner, d.priority is not null as has_priority,
  d.story_points is not null as has_story_points, d.epic, d.story,
  concat_ws(' ', d.metadata_values ->> 'epic', d.metadata_values ->> 'epics') as epic_values,
  concat_ws(' ', d.metadata_values ->> 'story', d.metadata_values ->> 'stories') as story_values,
  d.type = 'story' and d.epic is null and (strpos(d.body, '**Epic') > 0 or strpos(d.body, '**epic') > 0)
    and d.body ~* '\*\*epic(:\*\*|\*\*:)[ \t]*(?!(none|null|n/a|tbd)\M)[^[:space:][:alnum:]\-—]*[[:alnum:]]' as epic_in_text,
  d.archived, d.content_length, extract(epoch from d.file_date)::double precision * 1000 as file_date_ms`);

function toChecked(row: DocumentRow, isTerminal: boolean): CheckedDocument {
  return {
    path: row.file_path,
    entry: row.entry,
    docId: row.doc_id,
    type: row.type,
    title: row.title,
    refId: row.ref_id,
    subjectId: row.subject_id,
    status: row.status,
    isTerminal,
    hasOwner: row.has_owner,
    hasPriority: row.has_priority,
    hasStoryPoints: row.has_story_points,
    epic: row.epic,
    story: row.story,
    namedEpics: toKeys(row.epic, row.epic_values),
    namedStories: toKeys(row.story, row.story_values),
    mentionsEpic: row.epic_in_text,
    archived: row.archived,
    contentLength: row.content_length,
    fileDateMs: row.file_date_ms,
  };
}

/** Most fields hold one id and nothing else. */
function toKeys(id: string | null, values: string | null): string[] {
  if (id !== null && values === `["${id}"]`) return [toIdKey(id)];
  const named = values === null || values === '' ? [] : findIdKeys(values);
  return id === null ? named : [...new Set([toIdKey(id), ...named])];
}
