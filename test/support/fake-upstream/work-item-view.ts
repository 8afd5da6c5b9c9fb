/** A work item as it goes over the wire (AZ2). */
import { organizationUrl, type AzureContext } from './azure-context.ts';
import { findField } from './field-definition.ts';
import {
  currentVersion,
  firstVersion,
  linkNames,
  parentOf,
  type Link,
  type Version,
  type WorkItem,
} from './work-item.ts';

export interface ViewChoice {
  readonly relations: boolean;
  readonly links: boolean;
  /** Reference names; null is all there are. */
  readonly fields: readonly string[] | null;
  /** The last version unless told. */
  readonly version?: Version;
}

export function toWire(context: AzureContext, item: WorkItem, choice: ViewChoice): Record<string, unknown> {
  const version = choice.version ?? currentVersion(item);
  const links = context.world.items.visibleLinks(version);
  const url = `${organizationUrl(context)}/_apis/wit/workItems/${item.id}`;
  const isStored = item.id > 0;
  return {
    ...(isStored ? { id: item.id } : { id: 0 }),
    rev: version.rev,
    fields: toFields(context, item, version, parentOf({ links }), choice.fields),
    ...(choice.relations && links.length > 0
      ? { relations: links.map((link, index) => toRelation(context, link, index, version)) }
      : {}),
    ...(choice.links ? { _links: toLinks(context, item, url) } : {}),
    url,
  };
}

export function toFields(
  context: AzureContext,
  item: WorkItem,
  version: Version,
  parent: number | undefined,
  wanted: readonly string[] | null,
): Record<string, unknown> {
  const first = firstVersion(item);
  const project = context.world.projects.get(item.projectId);
  const all: Record<string, unknown> = {
    'System.AreaPath': version.fields['System.AreaPath'],
    'System.TeamProject': project?.name,
    'System.IterationPath': version.fields['System.IterationPath'],
    'System.WorkItemType': item.type,
    'System.State': version.fields['System.State'],
    'System.Reason': version.fields['System.Reason'],
    'System.CreatedDate': new Date(first.atMs).toISOString(),
    'System.CreatedBy': toIdentity(context, first.by),
    'System.ChangedDate': new Date(version.atMs).toISOString(),
    'System.ChangedBy': toIdentity(context, version.by),
    'System.CommentCount': version.fields['System.History'] === undefined ? 0 : 1,
    ...version.fields,
    ...(parent === undefined ? {} : { 'System.Parent': parent }),
  };
  if (typeof all['System.AssignedTo'] === 'string')
    all['System.AssignedTo'] = toIdentity(context, all['System.AssignedTo']);
  if (wanted === null) return all;
  const named: Record<string, unknown> = { ...all, 'System.Id': item.id, 'System.Rev': version.rev };
  const chosen: Record<string, unknown> = {};
  for (const name of wanted) {
    const field = findField(name)?.referenceName;
    if (field !== undefined && named[field] !== undefined) chosen[field] = named[field];
  }
  return chosen;
}

export function toIdentity({ call }: Pick<AzureContext, 'call'>, name: string): Record<string, unknown> {
  const id = `00000000-0000-4000-a000-${name.length.toString(16).padStart(12, '0')}`;
  return {
    displayName: name.split('@')[0],
    url: `${call.origin}/_apis/Identities/${id}`,
    _links: { avatar: { href: `${call.origin}/_apis/GraphProfile/MemberAvatars/${id}` } },
    id,
    uniqueName: name,
    imageUrl: `${call.origin}/_api/_common/identityImage?id=${id}`,
    descriptor: `aad.${id}`,
  };
}

export function toRelation(
  context: AzureContext,
  link: Link,
  index: number,
  version: Version,
): Record<string, unknown> {
  const comment = link.comment === null ? {} : { comment: link.comment };
  const name = linkNames[link.rel] ?? link.rel;
  if ('target' in link) {
    return {
      rel: link.rel,
      url: `${organizationUrl(context)}/_apis/wit/workItems/${link.target}`,
      attributes: { isLocked: false, name, ...comment },
    };
  }
  const date = new Date(version.atMs).toISOString();
  return {
    rel: link.rel,
    url: link.url,
    attributes: {
      authorizedDate: date,
      id: index + 1,
      resourceCreatedDate: date,
      resourceModifiedDate: date,
      revisedDate: '9999-01-01T00:00:00Z',
      name,
      ...comment,
    },
  };
}

function toLinks(context: AzureContext, item: WorkItem, url: string): Record<string, { href: string }> {
  const base = organizationUrl(context);
  return {
    self: { href: url },
    workItemUpdates: { href: `${url}/updates` },
    workItemRevisions: { href: `${url}/revisions` },
    workItemHistory: { href: `${url}/history` },
    html: { href: `${base}/${item.projectId}/_workitems/edit/${item.id}` },
    workItemType: {
      href: `${base}/${item.projectId}/_apis/wit/workItemTypes/${encodeURIComponent(item.type)}`,
    },
    fields: { href: `${base}/${item.projectId}/_apis/wit/fields` },
  };
}
