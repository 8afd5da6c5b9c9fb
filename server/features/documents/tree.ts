/** One branch of the tree of epics, stories and what hangs below them; every document stands in it once (DC16). */
import { sql, type SQL } from 'drizzle-orm';
import { AppError } from '../../../shared/failure.ts';
import type { TreeNode } from '../../../shared/views/document.ts';
import type { Queryable } from '../../db/open.ts';
import { findCycleTops } from './cycles.ts';
import { byTypeAndId, isOneOf, parentRef } from './document-query.ts';
import { findOwners } from './ownership.ts';

interface NodeRow extends Record<string, unknown>, Omit<TreeNode, 'child_count'> {
  readonly id: string;
  readonly ref_id: string | null;
}

export async function readBranch(
  queryable: Queryable,
  projectId: string,
  parentPath: string | undefined,
): Promise<{ nodes: TreeNode[] }> {
  const cut = await findCuts(queryable, projectId);
  const rows =
    parentPath === undefined
      ? await listTop(queryable, projectId, cut)
      : await listBelow(queryable, projectId, parentPath, cut);
  const counts = await countChildren(queryable, projectId, rows, cut);
  const nodes = rows.map(({ doc_id, type, title, status, file_path, id }) => ({
    doc_id,
    type,
    title,
    status,
    file_path,
    child_count: counts.get(id) ?? 0,
  }));
  return { nodes };
}

/** Documents at the top although they name a parent, because they hang below themselves; by id, with that parent. */
type Cuts = ReadonlyMap<string, string>;

async function findCuts(queryable: Queryable, projectId: string): Promise<Cuts> {
  // Only what is a parent and has one that has one too can be part of a cycle: hardly ever anything.
  const suspects = await queryable.execute<{ ref_id: string }>(sql`
    with edges as (
      select d.ref_id, ${parentRef('d')} as parent_ref from documents d
      where d.project_id = ${projectId} and (d.story is not null or d.epic is not null)
    )
    select distinct ref_id from edges
    where parent_ref in (select ref_id from edges where parent_ref is not null)
      and ref_id in (select parent_ref from edges)`);
  const owners = await findOwners(
    queryable,
    projectId,
    suspects.map((row) => row.ref_id),
  );
  const parentOf = new Map<string, string>();
  const idOf = new Map<string, string>();
  for (const [ref, [owner]] of owners) {
    if (owner === undefined || owner.parent_ref === null) continue;
    parentOf.set(ref, owner.parent_ref);
    idOf.set(ref, owner.id);
  }
  return new Map(
    Array.from(findCycleTops(parentOf), (ref) => [idOf.get(ref) ?? '', parentOf.get(ref) ?? '']),
  );
}

async function listTop(queryable: Queryable, projectId: string, cut: Cuts): Promise<NodeRow[]> {
  return await listNodes(
    queryable,
    projectId,
    sql`(
      ${parentRef('d')} is null or ${isOneOf(sql`d.id`, [...cut.keys()])} or not exists (
        select from documents owner where owner.project_id = d.project_id and owner.ref_id = ${parentRef('d')}
      )
    )`,
  );
}

/** Of several files that own an id only the preferred one has children. */
async function listBelow(
  queryable: Queryable,
  projectId: string,
  parentPath: string,
  cut: Cuts,
): Promise<NodeRow[]> {
  const [parent] = await listNodes(queryable, projectId, sql`d.file_path = ${parentPath}`);
  if (parent === undefined) throw new AppError('NOT_FOUND', 'Document not found');
  if (parent.ref_id === null) return [];
  const owners = await findOwners(queryable, projectId, [parent.ref_id]);
  if (owners.get(parent.ref_id)?.[0]?.id !== parent.id) return [];
  const below = sql`${parentRef('d')} = ${parent.ref_id} and not ${isOneOf(sql`d.id`, [...cut.keys()])}`;
  return await listNodes(queryable, projectId, below);
}

async function listNodes(queryable: Queryable, projectId: string, condition: SQL): Promise<NodeRow[]> {
  return await queryable.execute<NodeRow>(sql`
    select d.id, d.doc_id, d.type, d.title, d.status, d.file_path, d.ref_id
    from documents d where d.project_id = ${projectId} and ${condition}
    order by ${byTypeAndId}`);
}

async function countChildren(
  queryable: Queryable,
  projectId: string,
  nodes: readonly NodeRow[],
  cut: Cuts,
): Promise<Map<string, number>> {
  const refs = [...new Set(nodes.map((node) => node.ref_id).filter((ref) => ref !== null))];
  const rows = await queryable.execute<{ ref: string; count: number }>(sql`
    select ${parentRef('d')} as ref, count(*)::integer as count from documents d
    where d.project_id = ${projectId} and (d.story is not null or d.epic is not null)
      and ${isOneOf(parentRef('d'), refs)}
      and not ${isOneOf(sql`d.id`, [...cut.keys()])}
    group by 1`);
  const owners = await findOwners(
    queryable,
    projectId,
    rows.map((row) => row.ref),
  );
  return new Map(rows.map(({ ref, count }) => [owners.get(ref)?.[0]?.id ?? '', count]));
}
