/** Documents as lists, pages and relations show them (DC12 to DC16). */
import { z } from 'zod';
import { DocumentId, Timestamp } from '../ids.ts';
import { IssueRecord } from '../operations.ts';

const headline = z.object({
  doc_id: z.string(),
  type: z.string(),
  title: z.string(),
  status: z.string().nullable(),
});

export const DocumentItem = headline.extend({
  owner: z.string().nullable(),
  priority: z.string().nullable(),
  story_points: z.number().int().nullable(),
  epic: z.string().nullable(),
  story: z.string().nullable(),
  updated_at: Timestamp,
  file_path: z.string(),
  ref_id: z.string().nullable(),
  file_date: Timestamp.nullable(),
  archived: z.boolean(),
  /** Another file of this project has the same type and stem. */
  duplicate: z.boolean(),
});
export type DocumentItem = z.infer<typeof DocumentItem>;

export const DocumentPage = z.object({
  items: z.array(DocumentItem),
  total: z.number().int(),
  page: z.number().int(),
  per_page: z.number().int(),
  pages: z.number().int(),
});
export type DocumentPage = z.infer<typeof DocumentPage>;

/** A date and how far it can be trusted (GD7). */
export const DerivedDate = z.object({
  value: Timestamp,
  confidence: z.enum(['high', 'medium', 'low']),
  source: z.string(),
  reason: z.string(),
  precision: z.enum(['instant', 'day']),
});
export type DerivedDate = z.infer<typeof DerivedDate>;

export const DocumentDates = z.object({
  created: DerivedDate.nullable(),
  updated: DerivedDate.nullable(),
  completed: DerivedDate.nullable(),
  last_activity: DerivedDate.nullable(),
});
export type DocumentDates = z.infer<typeof DocumentDates>;

export const DocumentDetail = headline.extend({
  owner: z.string().nullable(),
  priority: z.string().nullable(),
  story_points: z.number().int().nullable(),
  epic: z.string().nullable(),
  story: z.string().nullable(),
  metadata: z.record(z.string(), z.string()).nullable(),
  content: z.string(),
  file_path: z.string(),
  file_hash: z.string(),
  synced_at: Timestamp,
  id: DocumentId,
  ref_id: z.string().nullable(),
  aliases: z.array(z.string()),
  depends_on: z.array(z.string()),
  metadata_values: z.record(z.string(), z.array(z.string())),
  file_date: Timestamp.nullable(),
  dates: DocumentDates,
  size_bytes: z.number().int(),
  archived: z.boolean(),
  duplicates: z.array(z.string()),
  issues: z.array(IssueRecord),
  raw: z.string().optional(),
});
export type DocumentDetail = z.infer<typeof DocumentDetail>;

export const RelatedItem = headline.extend({ file_path: z.string() });
export type RelatedItem = z.infer<typeof RelatedItem>;

export const RelatedDocuments = z.object({
  doc_id: z.string(),
  type: z.string(),
  title: z.string(),
  parents: z.array(RelatedItem),
  children: z.array(RelatedItem),
  depends_on: z.array(RelatedItem),
  dependents: z.array(RelatedItem),
});
export type RelatedDocuments = z.infer<typeof RelatedDocuments>;

export const TreeNode = RelatedItem.extend({ child_count: z.number().int() });
export type TreeNode = z.infer<typeof TreeNode>;

export const ResolvedIds = z.record(z.string(), z.array(RelatedItem.omit({ status: true })));
export type ResolvedIds = z.infer<typeof ResolvedIds>;
