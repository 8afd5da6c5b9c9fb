/** Work items one by one: create, change, read, revisions, updates (AZ2 to AZ5). */
import { AzureError, badArgument, missingItem, tooManyIds } from './azure-error.ts';
import { findItem, listOf, ok, readIds, requireItem, type AzureContext } from './azure-context.ts';
import type { Reply } from './call.ts';
import { findField } from './field-definition.ts';
import { createItem, updateItem } from './item-change.ts';
import { toFields, toIdentity, toRelation, toWire, type ViewChoice } from './work-item-view.ts';
import { currentVersion, isSameLink, parentOf, type Version, type WorkItem } from './work-item.ts';

export const postItem = (context: AzureContext): Reply =>
  ok(toWire(context, createItem(context, typeOf(context)), { relations: true, links: true, fields: null }));

export const patchItem = (context: AzureContext): Reply =>
  ok(toWire(context, updateItem(context, idOf(context)), { relations: true, links: true, fields: null }));

export function getItem(context: AzureContext): Reply {
  const choice = readChoice(context.call.query.get('$expand'), context.call.query.get('fields')?.split(','));
  const item = requireItem(context, idOf(context));
  const version = versionAt(item, context.call.query.get('asof'));
  if (version === undefined) throw missingItem(item.id);
  return ok(toWire(context, item, { ...choice, links: true, version }));
}

export function listItems(context: AzureContext): Reply {
  const { query } = context.call;
  return readMany(context, {
    ids: readIds(query.get('ids') ?? ''),
    choice: readChoice(query.get('$expand'), query.get('fields')?.split(',')),
    omits: query.get('errorpolicy')?.toLowerCase() === 'omit',
    asOf: query.get('asof'),
  });
}

interface BatchBody {
  readonly ids?: readonly number[];
  readonly fields?: readonly string[];
  readonly $expand?: string;
  readonly asOf?: string;
  readonly errorPolicy?: string;
}

export function postItemsBatch(context: AzureContext): Reply {
  const body = context.json as BatchBody;
  return readMany(context, {
    ids: body.ids ?? [],
    choice: readChoice(body.$expand, body.fields),
    omits: body.errorPolicy === 'omit',
    asOf: body.asOf,
  });
}

interface Many {
  readonly ids: readonly number[];
  readonly choice: ViewChoice;
  readonly omits: boolean;
  readonly asOf: string | undefined;
}

function readMany(context: AzureContext, { ids, choice, omits, asOf }: Many): Reply {
  if (ids.length > 200) throw tooManyIds(ids.length);
  if (ids.length === 0) throw badArgument('VS403474: The list of work item ids must not be empty.');
  return listOf(
    ids.map((id) => {
      const item = findItem(context, id);
      const version = item && versionAt(item, asOf);
      if (item !== undefined && version !== undefined) return toWire(context, item, { ...choice, version });
      if (!omits) throw missingItem(id);
      return null;
    }),
  );
}

export const getRevisions = (context: AzureContext): Reply => {
  const item = requireItem(context, idOf(context));
  return listOf(
    item.versions.map((version) =>
      toWire(context, item, { relations: true, links: false, fields: null, version }),
    ),
  );
};

export function getUpdates(context: AzureContext): Reply {
  const item = requireItem(context, idOf(context));
  return listOf(
    item.versions.map((version, index) => toUpdate(context, item, version, item.versions[index - 1])),
  );
}

function toUpdate(context: AzureContext, item: WorkItem, version: Version, before: Version | undefined) {
  const { items } = context.world;
  const shown = (each: Version) => toFields(context, item, each, parentOf(each), null);
  const now = shown(version);
  const then = before === undefined ? {} : shown(before);
  const names = Object.keys({ ...then, ...now }).filter(
    (name) => JSON.stringify(now[name]) !== JSON.stringify(then[name]),
  );
  const links = items.visibleLinks(version);
  const earlier = before === undefined ? [] : items.visibleLinks(before);
  const added = links.filter((link) => !earlier.some((each) => isSameLink(each, link)));
  const removed = earlier.filter((link) => !links.some((each) => isSameLink(each, link)));
  return {
    id: version.rev,
    workItemId: item.id,
    rev: version.rev,
    revisedBy: toIdentity(context, version.by),
    revisedDate: new Date(version.atMs).toISOString(),
    fields: Object.fromEntries(names.map((name) => [name, toFieldUpdate(then[name], now[name])])),
    ...(added.length + removed.length === 0
      ? {}
      : {
          relations: {
            added: added.map((link, index) => toRelation(context, link, index, version)),
            removed: removed.map((link, index) => toRelation(context, link, index, version)),
          },
        }),
    url: `${context.call.origin}/${context.world.settings.organization}/_apis/wit/workItems/${item.id}/updates/${version.rev}`,
  };
}

const toFieldUpdate = (oldValue: unknown, newValue: unknown) => ({
  ...(oldValue === undefined ? {} : { oldValue }),
  ...(newValue === undefined ? {} : { newValue }),
});

export function readChoice(expand: string | undefined, fields: readonly string[] | undefined): ViewChoice {
  const level = (expand ?? 'none').toLowerCase();
  if (fields !== undefined && level !== 'none') {
    throw new AzureError(
      400,
      'ConflictingParametersException',
      'The expand parameter can not be used with the fields parameter.',
    );
  }
  const unknown = fields?.find((name) => findField(name.trim()) === undefined);
  if (unknown !== undefined) {
    throw new AzureError(
      400,
      'WorkItemTrackingFieldDefinitionNotFoundException',
      `TF51535: Cannot find field ${unknown}.`,
    );
  }
  return {
    relations: level === 'relations' || level === 'all',
    links: level === 'links' || level === 'all',
    fields: fields?.map((name) => name.trim()) ?? null,
  };
}

function versionAt(item: WorkItem, asOf: string | undefined): Version | undefined {
  if (asOf === undefined) return currentVersion(item);
  const atMs = Date.parse(asOf);
  return item.versions.findLast((version) => version.atMs <= atMs);
}

export const idOf = ({ params }: AzureContext): number => {
  const id = Number(params['id']);
  if (!Number.isInteger(id)) throw badArgument(`"${params['id']}" is no work item id.`);
  return id;
};

const typeOf = ({ params }: AzureContext): string => params['type'] ?? '';
