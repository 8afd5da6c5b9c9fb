/** The documents that own ids, in whatever spelling they are asked for (DC16). */
import type { ResolvedIds } from '../../../shared/views/document.ts';
import type { Queryable } from '../../db/open.ts';
import { toCanonicalIds } from './id-spelling.ts';
import { findOwners } from './ownership.ts';

/** Keyed by the ids as sent; the document that a reference means comes first. */
export async function resolveSpellings(
  queryable: Queryable,
  projectId: string,
  spellings: readonly string[],
): Promise<ResolvedIds> {
  const candidates = new Map(spellings.map((spelling) => [spelling, toCanonicalIds(spelling)]));
  const owners = await findOwners(queryable, projectId, [...candidates.values()].flat());
  const toOwners = (ids: readonly string[]) =>
    ids
      .flatMap((id) => owners.get(id) ?? [])
      .map(({ doc_id, type, title, file_path }) => ({ doc_id, type, title, file_path }));
  return Object.fromEntries(Array.from(candidates, ([spelling, ids]) => [spelling, toOwners(ids)]));
}
