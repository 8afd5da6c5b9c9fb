/** `GET /api/v1/search`: read, find, and show why each hit is one. */
import { search } from '../../../shared/api/search.ts';
import type { SearchHit } from '../../../shared/views/search.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import { serveRead, type HttpKit } from '../../http/serve-route.ts';
import { createPacer, type Pacer } from '../../platform/pacer.ts';
import { find, noFacets, type FindOptions, type Found, type FoundEntry, type SearchFilters } from './find.ts';
import { findPassage } from './passage.ts';
import { parseQuery, relaxQuery, type Phrase, type SearchQuery } from './query.ts';
import { toOpening, toSnippet } from './snippet.ts';

export interface SearchOptions {
  /** The texts of documents without their headers, by id. */
  readonly readTexts: (queryable: Queryable, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

const nothing: Found = { total: 0, facets: noFacets, items: [] };

export function mountSearch(kit: HttpKit, { readTexts }: SearchOptions): void {
  serveRead(kit, search, async ({ query: input }, { tx, signal }) => {
    const { q, page, per_page, facets, kinds = ['document'], ...filters } = input;
    const options = { limit: per_page, offset: (page - 1) * per_page, hasFacets: facets === '1' };
    const { query, found, relaxed } = await findOrRelax(tx, parseQuery(q), { ...filters, kinds }, options);
    return {
      items: await toHits(tx, found.items, query, readTexts, createPacer(signal)),
      total: found.total,
      query: q,
      page,
      per_page,
      pages: Math.ceil(found.total / per_page),
      relaxed,
      ...(facets === '1' && { facets: found.facets }),
    };
  });
}

/** SR4: nothing found as written means that the words may be the beginnings of others. */
async function findOrRelax(
  tx: Transaction,
  query: SearchQuery,
  filters: SearchFilters,
  options: FindOptions,
): Promise<{ query: SearchQuery; found: Found; relaxed: boolean }> {
  if (query.wanted.length === 0) return { query, found: nothing, relaxed: false };
  const found = await find(tx, query, filters, options);
  const relaxed = found.total > 0 ? null : relaxQuery(query);
  if (relaxed === null) return { query, found, relaxed: false };
  return { query: relaxed, found: await find(tx, relaxed, filters, options), relaxed: true };
}

async function toHits(
  tx: Transaction,
  items: readonly FoundEntry[],
  { wanted }: SearchQuery,
  readTexts: SearchOptions['readTexts'],
  pacer: Pacer,
): Promise<SearchHit[]> {
  const documents = items.filter(({ kind }) => kind === 'document').map(({ entityId }) => entityId);
  const texts = await readTexts(tx, documents);
  const hits: SearchHit[] = [];
  for (const item of items) {
    const text = (item.text ?? texts.get(item.entityId) ?? '').trim();
    hits.push(toHit(item, await toBestSnippet(item, text, wanted, pacer)));
  }
  return hits;
}

/** Of the text; else the title, else the fact in which it was found. */
async function toBestSnippet(
  { title, facts }: FoundEntry,
  text: string,
  phrases: readonly Phrase[],
  pacer: Pacer,
): Promise<string> {
  const passage = await findPassage(text, phrases, pacer);
  if (passage !== null) return passage;
  const others = [title, ...facts.split('\n')];
  for (const other of others) {
    const snippet = toSnippet(other, phrases);
    if (snippet !== null) return snippet;
  }
  return toOpening(title);
}

const toHit = (item: FoundEntry, snippet: string): SearchHit => ({
  doc_id: item.docId,
  type: item.type,
  title: item.title,
  project_slug: item.projectSlug,
  project_name: item.projectName,
  status: item.status,
  snippet,
  score: item.score,
  file_path: item.filePath,
  ref_id: item.refId,
  kind: item.kind,
});
