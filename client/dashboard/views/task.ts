/** The task of a source, by the id it has there. */
import type { PlanTask } from '../../../shared/views/plan.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { foldFeatures } from '../folds/reading.ts';

export interface TaskAddress {
  readonly rawId: string;
  /** Path of the document that lists it. */
  readonly source: string;
}

/** Null when the source has no such task. */
export const taskView = (
  caller: Caller,
  slug: string,
  { rawId, source }: TaskAddress,
): ViewSpec<PlanTask | null> => ({
  key: `task/${slug}/${rawId}?${source}`,
  async load(signal) {
    const readPage = (cursor: string) =>
      caller('listTasks', { params: { slug }, query: { source, cursor, limit: '500' } }, { signal });
    let { value: page, head } = await readPage('');
    for (;;) {
      const task = page.items.find((item) => item.rawId === rawId);
      // What changed after the first page was read is news.
      if (task !== undefined || page.next_cursor === null) return { value: task ?? null, head };
      page = (await readPage(page.next_cursor)).value;
    }
  },
  fold: foldFeatures(slug),
});
