/** Search wired to what is searched: where each kind of thing has its names, its facts and its text. */
import { sql, type SQL } from 'drizzle-orm';
import { anyOf } from './db/any-of.ts';
import type { Db, Queryable } from './db/open.ts';
import { toContent } from './features/documents/parse/parse-document.ts';
import type { SessionRecord } from './features/sessions/read/reading.ts';
import { SearchIndex, type Outline, type SearchSource } from './features/search/search-index.ts';

export function createSearchIndex(db: Db): SearchIndex {
  const sources = {
    document: documentSource,
    session: sessionSource,
    feature: featureSource,
    task: taskSource,
  };
  return new SearchIndex({ db, sources });
}

const pageSize = 1000;

/** Rows whose columns are named like an outline's, page after page by id. */
function outlinesOf(select: SQL): SearchSource['outlines'] {
  return async function* outlines(queryable, projectId, ids) {
    if (ids !== null) {
      for (let from = 0; from < ids.length; from += pageSize) {
        const page = ids.slice(from, from + pageSize);
        yield await readPage(
          queryable,
          sql`${select} where project_id = ${projectId} and id = ${anyOf(page)}`,
        );
      }
      return;
    }
    for (let after = ''; ;) {
      const page = await readPage(
        queryable,
        sql`${select} where project_id = ${projectId} and id collate "C" > ${after} order by id collate "C" limit ${pageSize}`,
      );
      yield page;
      if (page.length < pageSize) return;
      after = page.at(-1)!.entityId;
    }
  };
}

async function readPage(queryable: Queryable, statement: SQL): Promise<Outline[]> {
  return [...(await queryable.execute<Outline & Record<string, unknown>>(statement))];
}

async function readTexts(queryable: Queryable, statement: SQL): Promise<Map<string, string>> {
  const rows = await queryable.execute<{ id: string; text: string }>(statement);
  return new Map(rows.map(({ id, text }) => [id, text]));
}

/** The text without its header, whose values are facts already. */
export async function readDocumentTexts(
  queryable: Queryable,
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const bodies = await readTexts(
    queryable,
    sql`select id, body as text from documents where id = ${anyOf(ids)}`,
  );
  return new Map(Array.from(bodies, ([id, body]) => [id, toContent(body)]));
}

const documentSource: SearchSource = {
  outlines: outlinesOf(sql`
    select id as "entityId", doc_id as "docId", type, title, status, owner, epic, file_path as "filePath",
      ref_id as "refId", subject_id as "subjectId", aliases, metadata_values as facts, file_hash as "textHash"
    from documents`),
  texts: (queryable, _projectId, ids) => readDocumentTexts(queryable, ids),
};

/** So much of the beginning of a transcript is looked through for prompts: what is appended to a long one costs nothing. */
const chunksWithPrompts = 20;

const sessionSource: SearchSource = {
  outlines: outlinesOf(sql`
    select id as "entityId", id as "docId", 'session' as type, title, null as status, null as owner, null as epic,
      null as "filePath", null as "refId", null as "subjectId", array[]::text[] as aliases,
      jsonb_build_object('agent', jsonb_build_array(agent), 'model', to_jsonb(models), 'branch', to_jsonb(branches))
        as facts,
      coalesce((
        select max(last_index) from (
          select last_index from session_records where project_id = sessions.project_id and session_id = sessions.id
          order by first_index limit ${chunksWithPrompts}
        ) as first_chunks
      ), -1)::text as "textHash"
    from sessions`),
  async texts(queryable, projectId, ids) {
    const texts = new Map<string, string>();
    for (const id of ids) texts.set(id, await readPrompts(queryable, projectId, id));
    return texts;
  },
};

/** What people wrote, in order. */
async function readPrompts(queryable: Queryable, projectId: string, sessionId: string): Promise<string> {
  const chunks = await queryable.execute<{ body: string }>(sql`
    select body from session_records where project_id = ${projectId} and session_id = ${sessionId}
    order by first_index limit ${chunksWithPrompts}`);
  const prompts: string[] = [];
  for (const { body } of chunks) {
    for (const { role, type, blocks } of JSON.parse(body) as SessionRecord[]) {
      if (role !== 'user' || type === 'tool_result') continue;
      for (const { kind, text } of blocks) if (kind === 'text') prompts.push(text);
    }
  }
  return prompts.join('\n\n');
}

const featureSource: SearchSource = {
  outlines: outlinesOf(sql`
    select id as "entityId", id as "docId", 'feature' as type, name as title, status, null as owner, null as epic,
      null as "filePath", null as "refId", null as "subjectId", array[]::text[] as aliases,
      jsonb_build_object('category', case when category is null then '[]'::jsonb else jsonb_build_array(category) end,
        'tags', coalesce(facts -> 'tags', '[]')) as facts, digest as "textHash"
    from features`),
  texts: async (queryable, projectId, ids) =>
    await readTexts(
      queryable,
      sql`select id, name as text from features where project_id = ${projectId} and id = ${anyOf(ids)}`,
    ),
};

const taskSource: SearchSource = {
  outlines: outlinesOf(sql`
    select id as "entityId", raw_id as "docId", 'task' as type, title, status, null as owner, null as epic,
      source_path as "filePath", null as "refId", null as "subjectId", array[]::text[] as aliases,
      jsonb_build_object('feature', case when feature_id is null then '[]'::jsonb else jsonb_build_array(feature_id) end)
        as facts, digest as "textHash"
    from tasks`),
  texts: async (queryable, projectId, ids) =>
    await readTexts(
      queryable,
      sql`
      select id, title || coalesce(e'\n' || description, '') as text
      from tasks where project_id = ${projectId} and id = ${anyOf(ids)}`,
    ),
};
