/** What indexing needs of documents: how one is read, and how it is kept. Another feature provides it. */
import type { DocumentDates } from '../../../shared/views/document.ts';
import type { DocumentRef } from '../../../shared/events/document.ts';
import type { ProjectId } from '../../../shared/ids.ts';
import type { FileIssue } from '../../../shared/issues.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { TreeSettings } from '../../db/tables/projects.ts';
import type { DeclaredDates } from './dates.ts';

/** What indexing itself looks at; the rest of a reading passes through. */
export interface ReadDocument {
  readonly declaredDates: DeclaredDates;
  readonly declaredIn: 'frontmatter' | 'header';
  readonly canonicalStatus: string | null;
  readonly issues: readonly FileIssue[];
}

export type Reading<D extends ReadDocument> =
  | { readonly outcome: 'document'; readonly document: D }
  | { readonly outcome: 'failed'; readonly issues: readonly FileIssue[] };

export interface DocumentPlace {
  readonly filePath: string;
  readonly entry: string;
  readonly entryKind: 'docs' | 'progress';
  readonly bytes: Uint8Array;
}

/** One document with what only its file can tell. */
export interface IndexableDocument<D extends ReadDocument> {
  readonly filePath: string;
  readonly entry: string;
  readonly document: D;
  readonly fileHash: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
  readonly movedFrom: string | null;
}

export interface DatedDocument extends DocumentRef {
  readonly fileHash: string;
  readonly declaredDates: DeclaredDates;
  readonly declaredIn: 'frontmatter' | 'header';
  readonly canonicalStatus: string | null;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
}

export interface DateChange {
  readonly filePath: string;
  readonly dates: DocumentDates;
  readonly fileDate: Date | null;
}

export interface DocumentChanges {
  readonly added: readonly DocumentRef[];
  readonly updated: readonly (DocumentRef & { readonly movedFrom: string | null })[];
}

export interface DocumentIndex<D extends ReadDocument = ReadDocument> {
  readonly parserVersion: number;
  /** How a project's own settings file changes the reading; equal texts give equal readers. */
  createReader(configText: string | null, versionText: string | null): DocumentReader<D>;
  upsert(
    tx: Transaction,
    projectId: ProjectId,
    documents: readonly IndexableDocument<D>[],
  ): Promise<DocumentChanges>;
  remove(tx: Transaction, projectId: ProjectId, paths: readonly string[]): Promise<readonly DocumentRef[]>;
  updateDates(tx: Transaction, projectId: ProjectId, changes: readonly DateChange[]): Promise<number>;
  findIds(queryable: Queryable, projectId: ProjectId, paths: readonly string[]): Promise<readonly string[]>;
  loadDated(queryable: Queryable, projectId: ProjectId): Promise<readonly DatedDocument[]>;
}

export interface DocumentReader<D extends ReadDocument = ReadDocument> {
  readonly schemaVersion: string | null;
  readonly profile: string | null;
  readonly treeSettings: TreeSettings;
  /** Issues of the settings file itself. */
  readonly issues: readonly FileIssue[];
  read(place: DocumentPlace): Reading<D>;
}
