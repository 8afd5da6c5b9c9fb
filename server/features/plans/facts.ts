/** What plans need to know of a document, and what they tell of features and tasks: ports that the wiring connects. */
import type { DocumentDates } from '../../../shared/views/document.ts';

export interface DocumentFacts {
  readonly id: string;
  /** Relative to the project, with `/`. */
  readonly path: string;
  /** The entry below which it was found; `.` is the root. */
  readonly entry: string;
  readonly docId: string;
  readonly type: string;
  readonly subtype: string | null;
  readonly category: string | null;
  readonly title: string;
  readonly rawStatus: string | null;
  readonly canonicalStatus: string | null;
  /** Plain JSON; null when there is none. */
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  readonly references: { readonly tasksLine?: number };
  readonly dates: DocumentDates;
}

export interface FeatureFacts {
  readonly id: string;
  readonly base: string;
  readonly name: string;
  readonly documentIds: readonly string[];
  readonly tasks: readonly TaskFacts[];
}

export interface TaskFacts {
  readonly id: string;
  readonly featureId: string | null;
  readonly documentId: string;
  readonly sourcePath: string;
  readonly sessionIds: readonly string[];
  readonly commitHashes: readonly string[];
  readonly title: string;
}

/** Features and tasks as they will stand once the operation has committed. */
export interface PlanView {
  features(): Iterable<FeatureFacts>;
  feature(id: string): FeatureFacts | undefined;
  tasks(): Iterable<TaskFacts>;
  /** Features that are new, other ones or gone; all of them when everything was derived anew. */
  readonly changedFeatureIds: ReadonlySet<string>;
  readonly changedTaskIds: ReadonlySet<string>;
}
