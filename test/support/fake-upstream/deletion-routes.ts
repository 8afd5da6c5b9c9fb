/** Deleting, the recycle bin, and coming back from it (AZ8, AZ9, FK8). */
import { AzureError, badArgument, missingItem } from './azure-error.ts';
import {
  isTrue,
  isWithin,
  listOf,
  ok,
  organizationUrl,
  readIds,
  requireItem,
  type AzureContext,
} from './azure-context.ts';
import type { Reply } from './call.ts';
import { idOf } from './item-routes.ts';
import { testTypes } from './process-template.ts';
import { toWire } from './work-item-view.ts';
import { childRel, currentVersion, parentOf, type Link, type WorkItem } from './work-item.ts';

const noBody: Reply = { status: 204 };

export function deleteItem(context: AzureContext): Reply {
  const item = requireItem(context, idOf(context));
  refuseTestType(item);
  const gone = describe(context, item);
  remove(context, item, isTrue(context, 'destroy'));
  return context.world.switches.deleteOneAnswer === 204 ? noBody : ok({ ...gone, deletedDate: now(context) });
}

interface DeleteManyBody {
  readonly ids?: readonly number[];
  readonly destroy?: boolean;
}

export function deleteMany(context: AzureContext): Reply {
  const { ids = [], destroy = false } = context.json as DeleteManyBody;
  if (ids.length > 200) {
    throw badArgument(
      'The parameter Ids exceeded the threshold 200 of work items that can be deleted in one request.',
    );
  }
  const results = ids.map((id) => deleteOneOfMany(context, id, destroy));
  return context.world.switches.deleteManyAnswer === 204 ? noBody : ok({ results });
}

function deleteOneOfMany(context: AzureContext, id: number, destroy: boolean): Record<string, unknown> {
  try {
    const item = requireItem(context, id);
    refuseTestType(item);
    const gone = describe(context, item);
    remove(context, item, destroy);
    return { ...gone, deletedDate: now(context) };
  } catch (error) {
    if (!(error instanceof AzureError)) throw error;
    return { id, code: error.status, message: error.message };
  }
}

export const listBin = (context: AzureContext): Reply => {
  const ids = context.call.query.get('ids');
  if (ids !== undefined)
    return listOf(readIds(ids).map((id) => describe(context, requireDeleted(context, id))));
  const inProject = [...context.world.items.all()].filter(
    (item) => item.deletedMs !== null && isWithin(context, item),
  );
  return listOf(inProject.map(({ id }) => ({ id, url: binUrl(context, id) })));
};

export const getFromBin = (context: AzureContext): Reply =>
  ok(describe(context, requireDeleted(context, idOf(context))));

export function restore(context: AzureContext): Reply {
  const item = requireDeleted(context, idOf(context));
  const { isDeleted } = context.json as { readonly isDeleted?: boolean };
  if (isDeleted !== false) throw badArgument('Only isDeleted: false can be set here.');
  const last = currentVersion(item);
  const links = withoutSecondParents(context, last.links);
  item.deletedMs = null;
  context.world.items.commit(item, { ...last, links, rev: last.rev + 1, atMs: context.world.nowMs() }, false);
  return ok(describe(context, item));
}

export function destroyInBin(context: AzureContext): Reply {
  const item = requireDeleted(context, idOf(context));
  context.world.items.destroy(item.id);
  return noBody;
}

/** A child that has found another parent meanwhile stays with it. */
function withoutSecondParents({ world: { items } }: AzureContext, links: readonly Link[]): readonly Link[] {
  return links.filter((link) => {
    const child = link.rel === childRel && 'target' in link ? items.find(link.target) : undefined;
    return (
      child === undefined || parentOf({ links: items.visibleLinks(currentVersion(child)) }) === undefined
    );
  });
}

function remove({ world }: AzureContext, item: WorkItem, destroy: boolean): void {
  if (destroy) {
    world.items.destroy(item.id);
    return;
  }
  const last = currentVersion(item);
  world.items.commit(item, { ...last, rev: last.rev + 1, atMs: world.nowMs() }, false);
  item.deletedMs = world.nowMs();
}

function refuseTestType({ type, id }: WorkItem): void {
  if (testTypes.has(type)) {
    throw new AzureError(
      400,
      'WorkItemDeleteException',
      `TF237102: Work item ${id} of type ${type} cannot be deleted here.`,
    );
  }
}

function requireDeleted(context: AzureContext, id: number): WorkItem {
  const item = context.world.items.find(id);
  if (item === undefined || item.deletedMs === null || !isWithin(context, item)) throw missingItem(id);
  return item;
}

const now = ({ world }: AzureContext): string => new Date(world.nowMs()).toISOString();
const binUrl = (context: AzureContext, id: number) =>
  `${organizationUrl(context)}/_apis/wit/recycleBin/${id}`;

function describe(context: AzureContext, item: WorkItem): Record<string, unknown> {
  return {
    id: item.id,
    code: 200,
    type: item.type,
    name: currentVersion(item).fields['System.Title'],
    project: context.world.projects.get(item.projectId)?.name,
    deletedDate: item.deletedMs === null ? null : new Date(item.deletedMs).toISOString(),
    deletedBy: currentVersion(item).by,
    url: binUrl(context, item.id),
    resource: toWire(context, item, { relations: false, links: false, fields: null }),
  };
}
