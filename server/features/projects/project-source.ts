/** Projects as indexing sees them: a folder that may be read, its entries, and counters to move. */
import type { ProjectId } from '../../../shared/ids.ts';
import { OperationFailure } from '../../core/workflow.ts';
import type { Queryable } from '../../db/open.ts';
import { resolveProjectPath, type PathRules } from './project-path.ts';
import { findProjectById } from './project-store.ts';

interface Entry {
  readonly path: string;
  readonly kind: 'docs' | 'progress';
}

export interface ProjectSource {
  readonly id: ProjectId;
  readonly slug: string;
  readonly root: string;
  readonly entries: readonly Entry[];
  readonly indexVersion: number;
  readonly derivedWith: string | null;
}

/** Throws when the project has no folder, or none that is still allowed (PJ6). */
export async function loadProjectSource(
  queryable: Queryable,
  id: ProjectId,
  rules: PathRules,
): Promise<ProjectSource | undefined> {
  const row = await findProjectById(queryable, id);
  if (row === undefined) return undefined;
  if (row.sdlcPath === null) {
    throw new OperationFailure('source_missing', 'Projects on GitHub cannot be synced by this version');
  }
  if (rules.allowedBase !== null) await checkBase(row.sdlcPath, rules);
  const { slug, indexVersion, derivedWith, paths } = row;
  const entries = [...toEntries('docs', paths.docs), ...toEntries('progress', paths.progress)];
  return { id, slug, root: row.sdlcPath, entries, indexVersion, derivedWith };
}

const toEntries = (kind: Entry['kind'], paths: readonly string[]): Entry[] =>
  paths.map((path) => ({ path, kind }));

async function checkBase(path: string, rules: PathRules): Promise<void> {
  const refusal = await resolveProjectPath(path, rules).then(
    () => null,
    (failure: unknown) => failure,
  );
  const message = 'Path is outside the allowed base';
  // A folder that has gone is told by the walk, which says it better (SY8).
  if (refusal instanceof Error && refusal.message === message) {
    throw new OperationFailure('source_outside_base', message);
  }
}
