/** `/api/v1/search` (SR). */
import { z } from 'zod';
import { SearchKind, SearchPage } from '../views/search.ts';
import { defineRoute } from './define.ts';
import { anyOf, CleanText, decimal, filter } from './params.ts';

export const search = defineRoute({
  method: 'GET',
  path: '/api/v1/search',
  summary: 'Words, "phrases", begin*, -not and ids, in documents, sessions, features and tasks',
  role: 'viewer',
  query: z.object({
    q: CleanText.pipe(z.string().min(1, 'must not be empty').max(500)),
    project: filter(),
    type: filter(),
    /** `none` stands for what has no status. */
    status: filter(),
    owner: filter(),
    epic: filter(),
    kinds: anyOf(SearchKind),
    page: decimal(1, 1_000_000).default(1),
    per_page: decimal(1, 50).default(20),
    facets: z.enum(['0', '1']).default('0'),
  }),
  answer: SearchPage,
  status: 200,
});
