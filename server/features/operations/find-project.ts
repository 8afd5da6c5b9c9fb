/** Which project a request of the `/api/cache` family means (OP5). */
import { AppError } from '../../../shared/failure.ts';

export interface ProjectHandle {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

export interface ProjectDirectory<P extends ProjectHandle, Q> {
  bySlug(queryable: Q, slug: string): Promise<P | undefined>;
  active(queryable: Q): Promise<P | undefined>;
}

/** Query and body may both name one; without a name the active project is meant. */
export function chooseSlug(inQuery: string | undefined, inBody?: string): string | null {
  const named = [inQuery, inBody].filter((slug) => slug !== undefined && slug !== '');
  if (new Set(named).size > 1) {
    const reason = 'differs from the project in the query';
    throw new AppError('VALIDATION_ERROR', `project: ${reason}`, { details: [{ path: 'project', reason }] });
  }
  return named[0] ?? null;
}

export async function requireProject<P extends ProjectHandle, Q>(
  directory: ProjectDirectory<P, Q>,
  queryable: Q,
  slug: string | null,
): Promise<P> {
  const project = slug === null ? await directory.active(queryable) : await directory.bySlug(queryable, slug);
  if (project !== undefined) return project;
  throw new AppError('NOT_FOUND', slug === null ? 'No active project' : 'Project not found');
}
