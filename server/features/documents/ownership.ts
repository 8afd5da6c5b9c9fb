/** Which document a reference means when several files own its id (DC4). */
import { sql } from 'drizzle-orm';
import type { Queryable } from '../../db/open.ts';
import { isOneOf, parentRef } from './document-query.ts';
import { toLookup } from './parse/keys.ts';
import { toPathParts } from './parse/path-parts.ts';
import { builtInVocabulary } from './parse/vocabulary.ts';

export interface OwnerRow extends Record<string, unknown> {
  readonly id: string;
  readonly ref_id: string;
  readonly doc_id: string;
  readonly type: string;
  readonly title: string;
  readonly status: string | null;
  readonly file_path: string;
  readonly entry: string;
  readonly archived: boolean;
  readonly epic: string | null;
  readonly parent_ref: string | null;
}

/** By canonical id, the preferred owner first. Ids that nobody owns are absent. */
export async function findOwners(
  queryable: Queryable,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, OwnerRow[]>> {
  const owners = new Map<string, OwnerRow[]>();
  if (ids.length === 0) return owners;
  const rows = await queryable.execute<OwnerRow>(sql`
    select id, ref_id, doc_id, type, title, status, file_path, entry, archived, epic, ${parentRef('documents')} as parent_ref
    from documents where project_id = ${projectId} and ${isOneOf(sql`ref_id`, ids)}
    order by file_path`);
  for (const row of rows) {
    const rivals = owners.get(row.ref_id);
    if (rivals === undefined) owners.set(row.ref_id, [row]);
    else rivals.push(row);
  }
  for (const rivals of owners.values()) rivals.sort(compareOwners);
  return owners;
}

type Rival = Pick<OwnerRow, 'type' | 'file_path' | 'entry' | 'archived'>;

/** In its family's folder, then not archived, then by path; rivals come sorted by path already. */
export function compareOwners(one: Rival, other: Rival): number {
  return Number(isAtHome(other)) - Number(isAtHome(one)) || Number(one.archived) - Number(other.archived);
}

export function isAtHome({ type, file_path, entry }: Omit<Rival, 'archived'>): boolean {
  const { folders } = toPathParts(file_path, entry);
  return folders.some((folder) => builtInVocabulary.folders.get(toLookup(folder)) === type);
}
