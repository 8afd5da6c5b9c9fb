/** What the page of links shows, as it stands in the address: tab, floors, filters, page, and the link that is explained. */
import { z } from 'zod';
import { defaultFloors } from '../../../shared/api/link-audit.ts';
import { Severity } from '../../../shared/views/link-audit.ts';
import { readText } from './read-text.ts';

export const LinkTab = z.enum(['suspects', 'reviews', 'unresolved']);
export type LinkTab = z.infer<typeof LinkTab>;

export interface LinkFilters {
  readonly tab: LinkTab;
  readonly feature: string;
  readonly severity: Severity | '';
  /** From this confidence on a session counts as primary for a feature. */
  readonly primaryFloor: number;
  /** From this number of features on a session is linked to too many. */
  readonly fanoutFloor: number;
  readonly hasReviewed: boolean;
  readonly offset: number;
  /** Page of the reviews or of the unresolved references. */
  readonly cursor: string;
  /** The link that is explained; empty for none. */
  readonly link: string;
}

export const suspectsPerPage = 50;
const linesPerPage = 100;
const mostFanout = 1000;
const mostOffset = 1_000_000;

export function readLinkFilters(query: URLSearchParams): LinkFilters {
  const offset = toWhole(query.get('offset'), 0, mostOffset) ?? 0;
  return {
    tab: LinkTab.safeParse(query.get('tab')).data ?? 'suspects',
    feature: readText(query, 'feature'),
    severity: Severity.safeParse(query.get('severity')).data ?? '',
    primaryFloor: toShare(query.get('primary')) ?? defaultFloors.primary,
    fanoutFloor: toWhole(query.get('fanout'), 1, mostFanout) ?? defaultFloors.fanout,
    hasReviewed: query.get('reviewed') === 'true',
    offset,
    cursor: readText(query, 'cursor'),
    link: readText(query, 'link'),
  };
}

export function writeLinkFilters(filters: LinkFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (filters.tab !== 'suspects') query.set('tab', filters.tab);
  if (filters.feature !== '') query.set('feature', filters.feature);
  if (filters.severity !== '') query.set('severity', filters.severity);
  if (filters.primaryFloor !== defaultFloors.primary) query.set('primary', String(filters.primaryFloor));
  if (filters.fanoutFloor !== defaultFloors.fanout) query.set('fanout', String(filters.fanoutFloor));
  if (filters.hasReviewed) query.set('reviewed', 'true');
  if (filters.offset !== 0) query.set('offset', String(filters.offset));
  if (filters.cursor !== '') query.set('cursor', filters.cursor);
  if (filters.link !== '') query.set('link', filters.link);
  return query;
}

export const toAuditQuery = (slug: string, filters: LinkFilters) => ({
  project: slug,
  primary_floor: String(filters.primaryFloor),
  fanout_floor: String(filters.fanoutFloor),
  limit: String(suspectsPerPage),
  offset: String(filters.offset),
  ...(filters.feature !== '' && { feature_id: filters.feature }),
  ...(filters.severity !== '' && { severity: filters.severity }),
  ...(filters.hasReviewed && { include_reviewed: 'true' as const }),
});

export const toLinePageQuery = (slug: string, cursor: string) => ({
  project: slug,
  limit: String(linesPerPage),
  ...(cursor !== '' && { cursor }),
});

/** The same page, whichever link is explained beside it. */
export const withoutLink = (filters: LinkFilters): LinkFilters => ({ ...filters, link: '' });

export const hasLinkFilter = ({ feature, severity }: LinkFilters): boolean =>
  feature !== '' || severity !== '';

/** A share in plain decimals, on the grid of hundredths that the server and the control agree on. */
export function toShare(text: string | null): number | undefined {
  if (text === null || !/^(\d+(\.\d*)?|\.\d+)$/.test(text)) return undefined;
  const share = Math.round(Number(text) * 100) / 100;
  return share <= 1 ? share : undefined;
}

export function toWhole(text: string | null, min: number, max: number): number | undefined {
  if (text === null || !/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= min && value <= max ? value : undefined;
}
