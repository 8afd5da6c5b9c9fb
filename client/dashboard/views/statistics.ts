/** Live views of counted documents and of their health. */
import type { HealthCheck } from '../../../shared/views/health-check.ts';
import type { ProjectStatistics, Statistics } from '../../../shared/views/statistics.ts';
import type { Caller } from '../../sdk/caller.ts';
import type { ViewSpec } from '../../sdk/store.ts';
import { toHealthQuery, writeHealthFilters } from '../address/health-filters.ts';
import type { HealthFilters } from '../address/health-filters.ts';
import { foldHealthCheck, foldStatistics } from '../folds/reading.ts';

export const statisticsView = (caller: Caller): ViewSpec<Statistics> => ({
  key: 'statistics',
  load: (signal) => caller('readStatistics', {}, { signal }),
  fold: foldStatistics(),
});

export const projectStatisticsView = (caller: Caller, slug: string): ViewSpec<ProjectStatistics> => ({
  key: `statistics/${slug}`,
  load: (signal) => caller('readProjectStatistics', { params: { slug } }, { signal }),
  fold: foldStatistics(slug),
});

export const healthCheckView = (
  caller: Caller,
  slug: string,
  filters: HealthFilters,
): ViewSpec<HealthCheck> => ({
  key: `health-check/${slug}?${writeHealthFilters(filters).toString()}`,
  load: (signal) => caller('checkHealth', { params: { slug }, query: toHealthQuery(filters) }, { signal }),
  fold: foldHealthCheck(slug),
});
