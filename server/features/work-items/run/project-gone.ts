/** Tells an item that is missing from a project that is: the latter concerns all items (PU22). */
import { TrackerFailure } from '../tracker.ts';
import { PushFailure } from './push-failure.ts';
import type { Stage } from './stage.ts';

export async function findProjectLoss({ prepared, context }: Stage): Promise<PushFailure | null> {
  if (context.signal.aborted) return null;
  const { tracker, project, calls } = prepared.access;
  try {
    await tracker.findProject(project.id, calls);
    return null;
  } catch (failure) {
    if (!(failure instanceof TrackerFailure) || failure.kind !== 'not-found') return null;
    return new PushFailure(
      'UPSTREAM_NOT_FOUND',
      `The project "${project.name}" is gone, or the connection may no longer see it.`,
      { cause: failure },
    );
  }
}
