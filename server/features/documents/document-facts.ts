/** Documents as other features derive from them: everything that was read, but not the text. */
import { sql } from 'drizzle-orm';
import type { DocumentDates } from '../../../shared/views/document.ts';
import { anyOf } from '../../db/any-of.ts';
import type { Queryable } from '../../db/open.ts';
import { isAtHome } from './ownership.ts';
import type { DocumentReferences } from './parse/references.ts';

export interface DocumentFacts {
  readonly id: string;
  readonly path: string;
  /** The path entry below which it was found; `.` is the root. */
  readonly entry: string;
  readonly docId: string;
  readonly type: string;
  readonly subtype: string | null;
  readonly category: string | null;
  readonly refId: string | null;
  readonly subjectId: string | null;
  readonly aliases: readonly string[];
  /** DC4: lies in a folder of its family, and so is preferred as the owner of its id. */
  readonly isAtHome: boolean;
  readonly title: string;
  readonly archived: boolean;
  readonly rawStatus: string | null;
  readonly canonicalStatus: string | null;
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  readonly metadataValues: Readonly<Record<string, readonly string[]>>;
  readonly references: DocumentReferences;
  readonly dates: DocumentDates;
}

const pageSize = 1000;

/** In pages, so that neither memory nor the event loop is held by how many there are; null loads all. */
export async function* loadDocumentFacts(
  queryable: Queryable,
  projectId: string,
  ids: readonly string[] | null,
): AsyncGenerator<DocumentFacts[]> {
  if (ids !== null) {
    for (let from = 0; from < ids.length; from += pageSize) {
      const page = ids.slice(from, from + pageSize);
      yield await loadPage(queryable, sql`project_id = ${projectId} and id = ${anyOf(page)}`);
    }
    return;
  }
  const loadAfter = (path: string) =>
    loadPage(queryable, sql`project_id = ${projectId} and file_path > ${path}`);
  for (let coming = loadAfter(''); ;) {
    const page = await coming;
    const isLast = page.length < pageSize;
    if (!isLast) {
      // Asked for while this page is worked on; a failure is heard where it is awaited.
      coming = loadAfter(page.at(-1)!.path);
      coming.catch(() => undefined);
    }
    if (page.length > 0) yield page;
    if (isLast) return;
  }
}

type Row = Omit<DocumentFacts, 'isAtHome'> & Record<string, unknown>;

async function loadPage(queryable: Queryable, condition: ReturnType<typeof sql>): Promise<DocumentFacts[]> {
  const rows = await queryable.execute<Row>(sql`
    select id, file_path as path, entry, doc_id as "docId", type, subtype, category, ref_id as "refId",
      subject_id as "subjectId", aliases, title, archived, raw_status as "rawStatus",
      canonical_status as "canonicalStatus", front_matter as "frontMatter",
      metadata_values as "metadataValues", text_references as "references", dates
    from documents where ${condition} order by file_path limit ${pageSize}`);
  return rows.map((row) => {
    const place = { type: row.type, file_path: row.path, entry: row.entry };
    return { ...row, isAtHome: isAtHome(place) };
  });
}
