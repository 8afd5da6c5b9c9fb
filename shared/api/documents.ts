/** `/api/v1/projects/{slug}/documents` and its neighbours (DC12 to DC16, EX1). */
import { z } from 'zod';
import {
  DocumentDetail,
  DocumentItem,
  DocumentPage,
  RelatedDocuments,
  ResolvedIds,
  TreeNode,
} from '../views/document.ts';
import { defineRoute } from './define.ts';
import { CleanText, decimal, filter } from './params.ts';
import { SlugParams } from './projects.ts';

export const DocumentSort = z.enum([
  'title',
  'type',
  'status',
  'updated_at',
  'doc_id',
  'file_path',
  'file_date',
]);
export type DocumentSort = z.infer<typeof DocumentSort>;

const DocumentFilters = z.object({
  type: filter(),
  /** `none` stands for documents without a status. */
  status: filter(),
  epic: filter(),
  owner: filter(),
  sort: DocumentSort.default('updated_at'),
  order: z.enum(['asc', 'desc']).default('desc'),
});
export type DocumentFilters = z.output<typeof DocumentFilters>;

/** DC12: over 100 is silently 100, of any length, unlike every other number of this family. */
const PageSize = z
  .string()
  .regex(/^\d+$/, 'must be a whole number of at least 1')
  .transform(Number)
  .refine((size) => size >= 1, 'must be at least 1')
  .transform((size) => Math.min(size, 100));

export const listDocuments = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/documents',
  summary: 'Documents of a project, filtered, sorted and paged',
  role: 'viewer',
  params: SlugParams,
  query: DocumentFilters.extend({
    page: decimal(1, 1_000_000).default(1),
    per_page: PageSize.default(50),
  }),
  answer: DocumentPage,
  status: 200,
});

/** Answers with a file: `format=csv` has a header row of the same keys. */
export const exportDocuments = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/documents/export',
  summary: 'All documents of a project that a filter selects, as a CSV or JSON file',
  role: 'viewer',
  params: SlugParams,
  query: DocumentFilters.extend({ format: z.enum(['csv', 'json']) }),
  answer: z.array(DocumentItem),
  alsoAs: ['text/csv'],
  status: 200,
});

const DocumentParams = SlugParams.extend({ type: CleanText, docId: CleanText });

export const readDocument = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/documents/:type/:docId',
  summary: 'One document with its text and metadata',
  role: 'viewer',
  params: DocumentParams,
  query: z.object({ path: filter(), raw: z.enum(['0', '1']).optional() }),
  answer: DocumentDetail,
  status: 200,
});

export const readRelated = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/documents/:type/:docId/related',
  summary: 'Parents, children, prerequisites and dependents of a document',
  role: 'viewer',
  params: DocumentParams,
  query: z.object({ path: filter() }),
  answer: RelatedDocuments,
  status: 200,
});

export const readTree = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/tree',
  summary: 'One branch of the tree of epics, stories and what hangs below them',
  role: 'viewer',
  params: SlugParams,
  query: z.object({ parent: filter() }),
  answer: z.object({ nodes: z.array(TreeNode) }),
  status: 200,
});

export const resolveIds = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/resolve',
  summary: 'The documents that own the given ids',
  role: 'viewer',
  params: SlugParams,
  query: z.object({
    ids: CleanText.transform((text) => text.split(',').filter((id) => id !== '')).pipe(
      z.array(z.string()).min(1, 'must name 1 to 100 ids').max(100, 'must name 1 to 100 ids'),
    ),
  }),
  answer: ResolvedIds,
  status: 200,
});
