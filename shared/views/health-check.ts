/** What the health check of a project's documents finds, and how it rates them (HC1 to HC4). */
import { z } from 'zod';
import { Slug, Timestamp } from '../ids.ts';

export const HealthRule = z.enum([
  'MISSING_PRD',
  'MISSING_TRD',
  'MISSING_PLAN',
  'MISSING_TEST_SPEC',
  'EPIC_NO_STORIES',
  'STORY_NO_EPIC',
  'PLAN_NO_STORY',
  'TEST_SPEC_NO_STORY',
  'ORPHAN_REFERENCE',
  'STATUS_MISMATCH',
  'STALE_ARTEFACT_STATUS',
  'UNTRIAGED_INBOX',
  'MISSING_STATUS',
  'MISSING_OWNER',
  'MISSING_PRIORITY',
  'MISSING_STORY_POINTS',
  'DUPLICATE_DOC_ID',
  'EMPTY_CONTENT',
  'STALE_DOCUMENT',
]);
export type HealthRule = z.infer<typeof HealthRule>;

/** The gravest first, as findings are ordered. */
export const HealthSeverity = z.enum(['critical', 'high', 'medium', 'low']);
export type HealthSeverity = z.infer<typeof HealthSeverity>;

export const HealthCategory = z.enum(['completeness', 'consistency', 'quality', 'integrity']);
export type HealthCategory = z.infer<typeof HealthCategory>;

export const AffectedDocument = z.object({
  doc_id: z.string(),
  doc_type: z.string(),
  title: z.string(),
  file_path: z.string(),
});
export type AffectedDocument = z.infer<typeof AffectedDocument>;

export const HealthFinding = z.object({
  rule_id: HealthRule,
  severity: HealthSeverity,
  category: HealthCategory,
  message: z.string(),
  affected_documents: z.array(AffectedDocument),
  suggested_fix: z.string(),
});
export type HealthFinding = z.infer<typeof HealthFinding>;

/** By the project's own choice, or because the tree's schema has no such field (HC4). */
export const Suppression = z.enum(['project', 'unused']);
export type Suppression = z.infer<typeof Suppression>;

export const RuleResult = z.object({
  rule_id: HealthRule,
  severity: HealthSeverity,
  checked: z.number().int(),
  affected: z.number().int(),
  /** Affected of checked, 0 to 1. */
  rate: z.number(),
  suppressed: Suppression.nullable(),
});
export type RuleResult = z.infer<typeof RuleResult>;

export const HealthSettings = z.object({
  suppress: z.array(HealthRule),
  stale_days: z.number().int(),
});
export type HealthSettings = z.infer<typeof HealthSettings>;

const count = z.number().int();

export const HealthCheck = z.object({
  project_slug: Slug,
  checked_at: Timestamp,
  total_documents: count,
  findings: z.array(HealthFinding),
  summary: z.object({ critical: count, high: count, medium: count, low: count }),
  score: count,
  rules: z.array(RuleResult),
  settings: HealthSettings,
  /** How many findings pass the filters, `limit` aside. */
  matching: count,
});
export type HealthCheck = z.infer<typeof HealthCheck>;
