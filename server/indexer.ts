/** Indexing wired to the features it works for: documents to read and keep, projects to move. */
import type { Db } from './db/open.ts';
import { builtInVocabulary, extendVocabulary } from './features/documents/parse/vocabulary.ts';
import {
  parseDocument,
  parserVersion,
  type ParsedDocument,
} from './features/documents/parse/parse-document.ts';
import { emptyConfig, parseProjectConfig } from './features/documents/parse/project-config.ts';
import { findDocumentIds } from './features/documents/find-ids.ts';
import { toTreeSettings } from './features/documents/tree-settings.ts';
import {
  loadIndexed,
  removeDocuments,
  updateDates,
  upsertDocuments,
} from './features/documents/document-store.ts';
import type { OpenDerivation } from './features/indexing/derivation.ts';
import type { DocumentIndex, DocumentReader } from './features/indexing/document-index.ts';
import { GitReader } from './features/indexing/git-reader.ts';
import { IndexMemory } from './features/indexing/index-memory.ts';
import type { SourceProjects } from './features/indexing/source.ts';
import type { IndexingTools } from './features/indexing/tools.ts';
import type { PathRules } from './features/projects/project-path.ts';
import { loadProjectSource } from './features/projects/project-source.ts';
import { noteIndexed, noteIssueCount, updateProject } from './features/projects/project-store.ts';
import type { Clock } from './platform/clock.ts';
import type { Git } from './platform/git.ts';

export type Indexer = IndexingTools;

interface IndexerParts {
  readonly db: Db;
  readonly clock: Clock;
  readonly git: Git;
  readonly projects: SourceProjects;
  readonly limits: IndexingTools['limits'];
  readonly openDerivation: OpenDerivation;
}

export function createIndexer({ db, clock, git, projects, limits, openDerivation }: IndexerParts): Indexer {
  return {
    db,
    clock,
    limits,
    openDerivation,
    git: new GitReader({ git, db }),
    memory: new IndexMemory(),
    // The reader and the store agree on what a document is; indexing only carries it from one to the other.
    index: createDocumentIndex() as unknown as DocumentIndex,
    projects,
  };
}

export function createSourceProjects(pathRules: PathRules): SourceProjects {
  return {
    load: (queryable, id) => loadProjectSource(queryable, id, pathRules),
    noteIndexed,
    noteIssueCount,
    async noteTree(tx, id, facts) {
      await updateProject(tx, id, facts);
    },
  };
}

type Readable = ParsedDocument & { readonly declaredIn: 'frontmatter' | 'header' };

function createDocumentIndex(): DocumentIndex<Readable> {
  return {
    parserVersion,
    createReader,
    upsert: (tx, projectId, documents) =>
      upsertDocuments(
        tx,
        projectId,
        documents.map(({ document, ...file }) => ({ ...document, ...file, parserVersion })),
      ),
    remove: removeDocuments,
    updateDates,
    findIds: findDocumentIds,
    async loadDated(queryable, projectId) {
      const rows = await loadIndexed(queryable, projectId);
      return rows.map((row) => ({
        ...row,
        path: row.filePath,
        declaredDates: { ...undeclared, ...row.declaredDates },
      }));
    },
  };
}

const undeclared = { created: null, updated: null, completed: null, started: null };

function createReader(configText: string | null, versionText: string | null): DocumentReader<Readable> {
  const config = parseProjectConfig(configText ?? '');
  const version = versionText === null ? emptyConfig() : parseProjectConfig(versionText, '.version').config;
  const vocabulary = configText === null ? builtInVocabulary : extendVocabulary(config.config);
  return {
    schemaVersion: config.config.schemaVersion ?? version.schemaVersion,
    profile: config.config.profile ?? version.profile,
    treeSettings: toTreeSettings(config.config, vocabulary),
    issues: config.issues,
    read(place) {
      const reading = parseDocument(place, vocabulary);
      if (reading.outcome === 'failed') return reading;
      const { document } = reading;
      const declaredIn = document.frontMatter === null ? ('header' as const) : ('frontmatter' as const);
      return { outcome: 'document', document: { ...document, declaredIn } };
    },
  };
}
