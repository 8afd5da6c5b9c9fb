/** What a search finds (SR2). */
import { z } from 'zod';

export const SearchKind = z.enum(['document', 'session', 'feature', 'task']);
export type SearchKind = z.infer<typeof SearchKind>;

export const SearchHit = z.object({
  /** Of a document its stem, of others their id. */
  doc_id: z.string(),
  type: z.string(),
  title: z.string(),
  project_slug: z.string(),
  project_name: z.string(),
  status: z.string().nullable(),
  /** HTML: escaped text in which only `<mark>` is markup. */
  snippet: z.string(),
  score: z.number().positive(),
  file_path: z.string().nullable(),
  ref_id: z.string().nullable(),
  kind: SearchKind,
});
export type SearchHit = z.infer<typeof SearchHit>;

const counts = z.record(z.string(), z.number().int().positive());

export const SearchFacets = z.object({
  project: counts,
  type: counts,
  /** Hits without a status are counted under `none`. */
  status: counts,
});
export type SearchFacets = z.infer<typeof SearchFacets>;

export const SearchPage = z.object({
  items: z.array(SearchHit),
  /** Exact, whatever the page. */
  total: z.number().int().nonnegative(),
  /** As it was sent. */
  query: z.string(),
  page: z.number().int().positive(),
  per_page: z.number().int().positive(),
  pages: z.number().int().nonnegative(),
  /** Nothing was found as written: each bare word was taken for the beginning of one (SR4). */
  relaxed: z.boolean(),
  facets: SearchFacets.optional(),
});
export type SearchPage = z.infer<typeof SearchPage>;
