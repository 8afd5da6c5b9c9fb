/** A query that is nothing but an id jumps to what owns it (SR7). */
import type { SearchHit } from '../../../shared/views/search.ts';

/** `us-0001`, `US1` and `US0001` are one id; a word, a phrase or two ids are none. */
export function toQueriedId(q: string): string | null {
  const text = q.trim().toUpperCase();
  const numbered = new RegExp(`^(${prefixes})-?0*(\\d+)$`).exec(text);
  if (numbered !== null) return `${numbered[1]}${numbered[2]?.padStart(4, '0')}`;
  return new RegExp(`^(?:${prefixes})-(?=[A-Z]*\\d)[0-9A-HJKMNP-TV-Z]{8,}$`).test(text) ? text : null;
}

/** The one project in which the id has an owner; undefined when there is none, or a choice. */
export function findOwningProject(id: string, hits: readonly SearchHit[]): string | undefined {
  const owners = hits.filter(({ ref_id: ref }) => ref !== null && toQueriedId(ref) === id);
  const slugs = new Set(owners.map((hit) => hit.project_slug));
  return slugs.size === 1 ? owners[0]?.project_slug : undefined;
}

const prefixes = 'RETRO|RFC|TSP|EP|US|PL|TS|BG|CR|WF|RV|IS|SC|HO';
