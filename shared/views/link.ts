/** Links between features, documents, tasks and sessions, and why they stand (AU1, LK24). */
import { z } from 'zod';
import { Timestamp } from '../ids.ts';

export const LinkEntityType = z.enum(['feature', 'document', 'task', 'session']);
export type LinkEntityType = z.infer<typeof LinkEntityType>;

/** Found by evidence, declared by a typed header edge, or made by a person (LK1). */
export const LinkOrigin = z.enum(['auto', 'declared', 'manual']);
export type LinkOrigin = z.infer<typeof LinkOrigin>;

export const Link = z.object({
  id: z.string(),
  sourceType: z.string(),
  sourceId: z.string(),
  targetType: z.string(),
  targetId: z.string(),
  linkType: z.string(),
  origin: LinkOrigin,
  confidence: z.number(),
  depth: z.number().int(),
  sortOrder: z.number().int(),
  createdAt: Timestamp,
  metadata: z.record(z.string(), z.unknown()),
  /** A manual link whose end has vanished. */
  broken: z.boolean(),
});
export type Link = z.infer<typeof Link>;

/** LK24: `base` and the adjustments, clamped and rounded, are the confidence. */
export const LinkExplanation = z.object({
  strategy: z.string(),
  rule: z.string(),
  signals: z.array(z.unknown()),
  base: z.number(),
  adjustments: z.array(z.object({ reason: z.string(), delta: z.number() })),
  share: z.number().nullable(),
  candidates: z.array(z.unknown()),
  confidence: z.number(),
  review: z.unknown(),
  declaredBy: z.array(z.unknown()),
});
export type LinkExplanation = z.infer<typeof LinkExplanation>;

export const ExplainedLink = Link.extend({ explanation: LinkExplanation });
export type ExplainedLink = z.infer<typeof ExplainedLink>;

export const EntityLinks = z.object({
  entityType: LinkEntityType,
  entityId: z.string(),
  linkType: z.string().nullable(),
  count: z.number().int(),
  items: z.array(Link),
});
export type EntityLinks = z.infer<typeof EntityLinks>;

export const LinkTree = z.object({
  entityType: LinkEntityType,
  entityId: z.string(),
  children: z.array(Link),
  parents: z.array(Link),
  related: z.array(Link),
});
export type LinkTree = z.infer<typeof LinkTree>;

export const UnresolvedReason = z.enum(['no_match', 'ambiguous', 'outside']);
export type UnresolvedReason = z.infer<typeof UnresolvedReason>;

/** Something a document names that leads nowhere (LK5). */
export const UnresolvedReference = z.object({
  documentPath: z.string(),
  key: z.string(),
  value: z.string(),
  reason: UnresolvedReason,
  candidates: z.array(z.string()),
});
export type UnresolvedReference = z.infer<typeof UnresolvedReference>;

/** One document edge, seen from the document that was asked for (DR1). */
export const DocumentEdge = z.object({
  linkId: z.string(),
  linkType: z.string(),
  origin: LinkOrigin,
  confidence: z.number(),
  document: z.object({
    id: z.string(),
    path: z.string(),
    docId: z.string(),
    type: z.string(),
    title: z.string(),
  }),
  metadata: z.record(z.string(), z.unknown()),
});
export type DocumentEdge = z.infer<typeof DocumentEdge>;

const byLinkType = z.record(z.string(), z.array(DocumentEdge));

export const DocumentEdges = z.object({ path: z.string(), out: byLinkType, in: byLinkType });
export type DocumentEdges = z.infer<typeof DocumentEdges>;
