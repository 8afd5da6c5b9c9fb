/** The last gate before a patch is sent: one field named twice makes the service refuse all of it (VS403691). */
import { TrackerFailure, type PatchOperation } from '../tracker.ts';

export function requireDistinctFields(patch: readonly PatchOperation[]): void {
  const seen = new Set<string>();
  for (const { path } of patch) {
    const field = /^\/fields\/(.+)$/.exec(path)?.[1]?.toLowerCase();
    if (field === undefined) continue;
    if (seen.has(field)) {
      throw new TrackerFailure(
        `A change names the field ${path.slice('/fields/'.length)} twice; nothing was sent.`,
        {
          kind: 'rejected',
          isAmbiguous: false,
        },
      );
    }
    seen.add(field);
  }
}
