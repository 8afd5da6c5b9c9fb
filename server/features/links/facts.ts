/** What links need to know of documents, plans and sessions: ports that the wiring connects. */
import type { FileIssue } from '../../../shared/issues.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { SessionFacts } from './evidence/session-facts.ts';

/** An id, or the path of a relative link as written; `ids` are those in the text of the link. */
export interface TextReference {
  readonly kind: 'id' | 'path';
  readonly value: string;
  readonly line: number;
  readonly ids?: readonly string[];
}

export type FieldReference = TextReference & { readonly key: string };

export interface DocumentFacts {
  readonly id: string;
  readonly path: string;
  readonly entry: string;
  readonly type: string;
  readonly refId: string | null;
  readonly aliases: readonly string[];
  readonly isAtHome: boolean;
  readonly archived: boolean;
  readonly frontMatter: Readonly<Record<string, unknown>> | null;
  readonly references: {
    readonly header: readonly FieldReference[];
    readonly frontMatter?: readonly FieldReference[];
    readonly mentions: readonly (TextReference & { readonly count: number })[];
  };
}

export interface TaskFacts {
  readonly id: string;
  readonly featureId: string | null;
  readonly documentId: string;
  readonly sourcePath: string;
  readonly sessionIds: readonly string[];
  readonly commitHashes: readonly string[];
}

export interface FeatureFacts {
  readonly id: string;
  readonly base: string;
  readonly documentIds: readonly string[];
  readonly tasks: readonly TaskFacts[];
}

/** Features and tasks as they will stand once the operation has committed. */
export interface PlanView {
  features(): Iterable<FeatureFacts>;
  feature(id: string): FeatureFacts | undefined;
  tasks(): Iterable<TaskFacts>;
  tasksOf(documentId: string): readonly TaskFacts[];
  /** New, other ones, or gone. */
  readonly changedFeatureIds: ReadonlySet<string>;
}

export interface Review {
  readonly featureId: string;
  readonly sessionId: string;
  readonly verdict: 'dismissed' | 'pinned' | 'unlinked';
}

type Pages<T> = (
  queryable: Queryable,
  projectId: string,
  ids: readonly string[] | null,
) => AsyncIterable<readonly T[]>;

export interface LinkSources {
  readonly loadDocuments: Pages<DocumentFacts>;
  readonly loadSessions: Pages<SessionFacts>;
  readonly listSessionIds: (queryable: Queryable, projectId: string) => Promise<readonly string[]>;
  /** Would a file at this path be a document of the project, if there was one? */
  readonly openCoverage: (queryable: Queryable, projectId: string) => Promise<(path: string) => boolean>;
}

export interface IssueSink {
  /** All that links find wrong in the project now; what they found before and is not named again has ended. */
  settle(tx: Transaction, context: OperationContext, found: readonly FileIssue[]): Promise<void>;
}
