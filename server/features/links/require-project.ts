/** A port: which project a request means (OP5). Query and body may both name it; without a name it is the active one. */
import type { ProjectId } from '../../../shared/ids.ts';
import type { Queryable } from '../../db/open.ts';

export interface MeantProject {
  readonly id: ProjectId;
  readonly slug: string;
}

export type RequireProject = (
  queryable: Queryable,
  inQuery: string | undefined,
  inBody?: string,
) => Promise<MeantProject>;
