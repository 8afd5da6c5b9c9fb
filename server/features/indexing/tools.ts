/** What every run of indexing works with. */
import type { Db } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { OpenDerivation } from './derivation.ts';
import type { DocumentIndex } from './document-index.ts';
import type { GitReader } from './git-reader.ts';
import type { IndexMemory } from './index-memory.ts';
import type { SourceProjects } from './source.ts';

export interface IndexingTools {
  readonly db: Db;
  readonly clock: Clock;
  readonly index: DocumentIndex;
  readonly projects: SourceProjects;
  readonly git: GitReader;
  readonly memory: IndexMemory;
  readonly openDerivation: OpenDerivation;
  readonly limits: { readonly maxDocumentBytes: number; readonly followSymlinks: boolean };
}
