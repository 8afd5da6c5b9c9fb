/** One reason for one link, as one document, feature or session gives it. */
import type { Entity } from '../link.ts';

/** LK2: how sure each strategy is; evidence says so itself, and a person need not be. */
export const confidenceOf = {
  feature_task: 1,
  progress_source_task: 1,
  task_frontmatter: 1,
  explicit_session_ref: 1,
  header_edge: 1,
  explicit_frontmatter_ref: 0.98,
  task_session_ref: 0.96,
  session_evidence: 0.95,
  document_ref_path: 0.9,
  path_feature_hint: 0.74,
  mentioned_feature_ref: 0.7,
  referenced_document_inheritance: 0.64,
  body_mention: 0.6,
} as const;

export type Strategy = keyof typeof confidenceOf;

/** Of two equally sure strategies the one named first above stands. */
export const rankOf: Readonly<Record<Strategy, number>> = Object.fromEntries(
  Object.keys(confidenceOf).map((strategy, rank) => [strategy, rank]),
) as Record<Strategy, number>;

/** What the rules call each of them, for an explanation (LK24). */
export const ruleOf: Readonly<Record<Strategy, string>> = {
  feature_task: 'LK2: task of the feature',
  progress_source_task: 'LK2: the task is listed in the document',
  task_frontmatter: 'LK2: a task names the session',
  explicit_session_ref: 'LK2: the document names the session',
  header_edge: 'LK15: a key of the header names the document',
  explicit_frontmatter_ref: 'LK2: an ownership key names the feature',
  task_session_ref: 'LK2: a task of the document names the session',
  session_evidence: 'LK8 to LK12: what the session did',
  document_ref_path: 'LK2: the front matter names the path of the document',
  path_feature_hint: 'LK2: the place of the document names the feature',
  mentioned_feature_ref: 'LK2: a related or file key names the feature',
  referenced_document_inheritance: 'LK2: documents it references belong to the feature',
  body_mention: 'LK16: the text mentions the document',
};

export interface Claim {
  readonly source: Entity;
  readonly target: Entity;
  readonly linkType: string;
  readonly strategy: Strategy;
  readonly confidence: number;
  readonly sortOrder: number;
  readonly detail: Detail | null;
}

/** What goes into the metadata of the link beside its strategy. */
export type Detail = Readonly<Record<string, unknown>>;

/** Where an edge is declared (LK15); `by` is the document, which side of the edge it stands on decides `oneSided`. */
export interface Declaration {
  readonly by: Entity;
  readonly file: string;
  readonly key: string;
  readonly line: number;
}
