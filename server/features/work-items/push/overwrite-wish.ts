/** Whether a push may delete, and what: everything that needs no look at the target is decided here (PU30 to PU36). */
import { AppError } from '../../../../shared/failure.ts';

export interface OverwriteWish {
  readonly overwrite?: boolean | undefined;
  readonly scope?: 'owned' | 'project' | undefined;
  readonly confirm?: string | undefined;
  readonly destroy?: boolean | undefined;
}

export interface Overwrite {
  readonly scope: 'owned' | 'project';
  readonly destroy: boolean;
}

/**
 * `projectName` is the name as the target spells it, if it is known, else as it was asked for. `place` is where the
 * request says all this.
 */
export function toOverwrite(
  { overwrite = false, scope, confirm, destroy }: OverwriteWish,
  projectName: string,
  place: 'query' | 'body' = 'query',
): Overwrite | null {
  if (!overwrite) {
    const given = Object.entries({ scope, confirm, destroy }).filter(([, value]) => value !== undefined);
    if (given.length === 0) return null;
    const details = given.map(([name]) => ({
      path: place === 'query' ? `query.${name}` : name,
      message: 'needs overwrite=true',
    }));
    throw new AppError(
      'INVALID_PARAMETER',
      `${details.map(({ path }) => path).join(', ')}: needs overwrite=true`,
      {
        details,
      },
    );
  }
  const wish: Overwrite = { scope: scope ?? 'owned', destroy: destroy ?? false };
  const needsConfirmation = wish.scope === 'project' || wish.destroy;
  if (needsConfirmation && confirm !== projectName) {
    const what = wish.scope === 'project' ? 'every work item of the project' : 'work items for good';
    throw new AppError(
      'CONFIRMATION_REQUIRED',
      `This deletes ${what}: repeat the exact name of the project in "confirm" ("${projectName}").`,
      { details: { confirm: projectName } },
    );
  }
  return wish;
}
