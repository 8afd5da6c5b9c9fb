/** Live views of features: a page of the list, and one of them with all that hangs on it. */
import type { RouteAnswer } from '../../../shared/api/define.ts';
import type { listFeatures } from '../../../shared/api/plans.ts';
import type { FeatureDetail } from '../../../shared/views/plan.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { toFeatureQuery, writeFeatureFilters } from '../address/feature-filters.ts';
import type { FeatureFilters } from '../address/feature-filters.ts';
import { foldFeature, foldFeatures } from '../folds/reading.ts';

export type FeaturePage = RouteAnswer<typeof listFeatures>;

export const featuresView = (
  caller: Caller,
  slug: string,
  filters: FeatureFilters,
): ViewSpec<FeaturePage> => ({
  key: `features/${slug}?${writeFeatureFilters(filters).toString()}`,
  load: (signal) => caller('listFeatures', { params: { slug }, query: toFeatureQuery(filters) }, { signal }),
  fold: foldFeatures(slug),
});

/** `hasWeak` also names sessions that hardly have to do with it (LK11). */
export const featureView = (
  caller: Caller,
  slug: string,
  id: string,
  hasWeak: boolean,
): ViewSpec<FeatureDetail> => ({
  key: `feature/${slug}/${id}?${hasWeak}`,
  load: (signal) =>
    caller('readFeature', { params: { slug, id }, query: hasWeak ? { weak: 'true' } : {} }, { signal }),
  fold: foldFeature(slug),
});
