/** Filters of the list of features as they stand in the address. */
import { PlanStatus, Readiness } from '../../../shared/views/plan.ts';
import { readText } from './read-text.ts';

export interface FeatureFilters {
  readonly status: PlanStatus | '';
  readonly readiness: Readiness | '';
  /** Part of the id or of the name. */
  readonly q: string;
  /** Where a later page begins; empty for the first. */
  readonly cursor: string;
}

export const featuresPerPage = 100;

export function readFeatureFilters(query: URLSearchParams): FeatureFilters {
  return {
    status: PlanStatus.safeParse(query.get('status')).data ?? '',
    readiness: Readiness.safeParse(query.get('readiness')).data ?? '',
    q: readText(query, 'q'),
    cursor: readText(query, 'cursor'),
  };
}

export function writeFeatureFilters(filters: FeatureFilters): URLSearchParams {
  return new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
}

export const toFeatureQuery = (filters: FeatureFilters) => ({
  ...Object.fromEntries(writeFeatureFilters(filters)),
  limit: String(featuresPerPage),
});

export const hasFeatureFilter = ({ status, readiness, q }: FeatureFilters): boolean =>
  status !== '' || readiness !== '' || q !== '';
