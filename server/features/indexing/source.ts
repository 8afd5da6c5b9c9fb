/** A project as indexing sees it: where its files are, and what its index was last derived with. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectId } from '../../../shared/ids.ts';
import type { Queryable, Transaction } from '../../db/open.ts';
import type { TreeSettings } from '../../db/tables/projects.ts';
import type { Entry } from './filters.ts';

export interface SourceProject {
  readonly id: ProjectId;
  readonly slug: string;
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly indexVersion: number;
  readonly derivedWith: string | null;
}

export interface IndexFigures {
  readonly indexVersion: number;
  readonly documentCount: number;
  readonly issueCount: number;
}

export interface TreeFacts {
  readonly schemaVersion: string | null;
  readonly profile: string | null;
  readonly treeSettings: TreeSettings;
  readonly derivedWith: string;
}

/** What indexing needs of projects; another feature provides it. */
export interface SourceProjects {
  /** Undefined when the project is gone; throws when it has no folder that may be read. */
  load(queryable: Queryable, id: ProjectId): Promise<SourceProject | undefined>;
  /** Moves the counters and the index version; `issueCount` null leaves it. */
  noteIndexed(
    tx: Transaction,
    id: ProjectId,
    change: { documentsBy: number; issueCount: number | null },
  ): Promise<IndexFigures>;
  /** Undefined when that many were known already. */
  noteIssueCount(tx: Transaction, id: ProjectId, issueCount: number): Promise<IndexFigures | undefined>;
  noteTree(tx: Transaction, id: ProjectId, facts: TreeFacts): Promise<void>;
}

export interface TreeTexts {
  readonly config: string | null;
  readonly version: string | null;
}

const textsAtMost = 256 * 1024;

/** The files in which a tree says something about itself; absent ones are null. */
export async function readTreeTexts(root: string): Promise<TreeTexts> {
  const [config, version] = await Promise.all([
    readText(join(root, '.config.yaml')),
    readText(join(root, '.version')),
  ]);
  return { config, version };
}

async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).slice(0, textsAtMost + 1);
  } catch {
    // Most trees have none; one that cannot be read must not stop the sync.
    return null;
  }
}

/** Another value means that equal bytes may be read differently, so that every file is derived again (DX10). */
export function toDerivedWith(parserVersion: number, entries: readonly Entry[], texts: TreeTexts): string {
  const parts = [
    parserVersion,
    entries.map(({ path, kind }) => `${kind}:${path}`),
    texts.config,
    texts.version,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24);
}
