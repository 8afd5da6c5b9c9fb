/** A last look at what was in doubt: a late answer or a late index may show a second work item (RC6). */
import { removeDuplicates } from './duplicates.ts';
import { toPresentRow, type Stage } from './stage.ts';

export async function finalize(stage: Stage): Promise<void> {
  const { context, prepared, placed, recorder } = stage;
  let looked = 0;
  for (const [sourceId, planned] of stage.doubted) {
    context.signal.throwIfAborted();
    const id = placed.get(sourceId);
    const known = id === undefined ? undefined : await read(stage, id);
    if (known !== undefined) {
      const kept = await removeDuplicates(stage, planned, known);
      if (kept.id !== known.id) {
        prepared.world.existing.set(kept.id, kept);
        await recorder.remember([toPresentRow(stage, planned, kept)]);
      }
    }
    looked += 1;
    context.progress(looked, {}, stage.doubted.size);
  }
}

async function read({ prepared }: Stage, id: number) {
  const { tracker, calls } = prepared.access;
  return (await tracker.readItems([id], calls)).get(id);
}
