/** `/api/links`: what is linked to what and why, links that people make, and references that lead nowhere (AU1). */
import { z } from 'zod';
import {
  DocumentEdges,
  EntityLinks,
  ExplainedLink,
  LinkEntityType,
  LinkOrigin,
  LinkTree,
  UnresolvedReference,
} from '../views/link.ts';
import { defineRoute } from './define.ts';
import { toPage } from './operations.ts';
import { CleanText, decimal, filter } from './params.ts';

const inProject = { project: CleanText.optional() };
const EntityParams = z.object({ type: LinkEntityType, id: CleanText });
const LinkParams = z.object({ linkId: CleanText });

const emptyIsNone = <T extends z.ZodType>(schema: T) =>
  z.preprocess((text) => (text === '' ? undefined : text), schema.optional());

const Share = z
  .string()
  .regex(/^(\d+(\.\d*)?|\.\d+)$/, 'must be a number from 0 to 1')
  .transform(Number)
  .refine((value) => value >= 0 && value <= 1, 'must be from 0 to 1');

export const listLinks = defineRoute({
  method: 'GET',
  path: '/api/links/:type/:id',
  summary: 'Links of one entity, in both directions',
  role: 'viewer',
  params: EntityParams,
  query: z.object({
    ...inProject,
    link_type: filter(),
    origin: emptyIsNone(LinkOrigin),
    min_confidence: emptyIsNone(Share),
  }),
  answer: EntityLinks,
  status: 200,
});

export const readLinkTree = defineRoute({
  method: 'GET',
  path: '/api/links/:type/:id/tree',
  summary: 'Children, parents and everything else that one entity is linked to',
  role: 'viewer',
  params: EntityParams,
  query: z.object(inProject),
  answer: LinkTree,
  status: 200,
});

export const readLink = defineRoute({
  method: 'GET',
  path: '/api/links/:linkId',
  summary: 'One link, and how it came about',
  role: 'viewer',
  params: LinkParams,
  query: z.object(inProject),
  answer: ExplainedLink,
  status: 200,
});

const Name = CleanText.refine((text) => text.trim() !== '', 'must not be blank');

export const LinkRequest = z.object({
  ...inProject,
  sourceType: LinkEntityType,
  sourceId: Name.max(4096),
  targetType: LinkEntityType,
  targetId: Name.max(4096),
  linkType: Name.max(100).default('related'),
  confidence: z.number().min(0).max(1).default(1),
  metadata: z.record(z.string(), z.unknown()).default({}),
});
export type LinkRequest = z.output<typeof LinkRequest>;

export const createLink = defineRoute({
  method: 'POST',
  path: '/api/links',
  summary: 'Link two entities by hand',
  role: 'operator',
  query: z.object(inProject),
  body: LinkRequest,
  answer: z.object({ status: z.literal('ok'), id: z.string() }),
  status: 201,
  isIdempotent: true,
});

export const removeLink = defineRoute({
  method: 'DELETE',
  path: '/api/links/:linkId',
  summary: 'Take a link back that was made by hand',
  role: 'operator',
  params: LinkParams,
  query: z.object(inProject),
  answer: null,
  status: 204,
});

export const listUnresolved = defineRoute({
  method: 'GET',
  path: '/api/links/unresolved',
  summary: 'References that lead nowhere',
  role: 'viewer',
  query: z.object({ ...inProject, limit: decimal(1, 200).default(20), cursor: filter() }),
  answer: toPage(UnresolvedReference),
  status: 200,
});

export const readEdges = defineRoute({
  method: 'GET',
  path: '/api/v1/projects/:slug/edges',
  summary: 'Edges between one document and others, by type',
  role: 'viewer',
  params: z.object({ slug: CleanText }),
  query: z.object({ path: Name }),
  answer: DocumentEdges,
  status: 200,
});
