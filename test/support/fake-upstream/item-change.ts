/** Creates and changes work items: patch, then rules, then a new revision, or nothing at all (FK3). */
import { badArgument, forbidden, unknownType } from './azure-error.ts';
import { isTrue, requireItem, requireProject, type AzureContext } from './azure-context.ts';
import { readLink } from './link-value.ts';
import { applyPatch, type PatchOperation } from './patch.ts';
import { findType } from './process-template.ts';
import type { Project } from './project.ts';
import { applyRules } from './rules.ts';
import { splitTags } from './tags.ts';
import {
  currentVersion,
  type Draft,
  type Fields,
  type Link,
  type Version,
  type WorkItem,
} from './work-item.ts';

/** Whom the fake's token belongs to. */
export const owner = 'syncline@contoso.example';

const noAliases: ReadonlyMap<number, number> = new Map();

/** The stored work item, or with validateOnly the one it would be. */
export function createItem(context: AzureContext, typeName: string, aliases = noAliases): WorkItem {
  refuseSpecialRights(context);
  const { world } = context;
  const project = requireProject(context);
  const type = findType(project.process, typeName);
  if (type === undefined) throw unknownType(typeName);
  const patched = applyPatch({ fields: {}, links: [] }, readPatch(context), {
    id: -1,
    rev: 0,
    staleRevStatus: world.switches.staleRev,
    readLink: (value) => readLink(context, -1, value, aliases),
  });
  const draft = applyRules(patched, { id: -1, type, project, switches: world.switches, before: null });
  const item: WorkItem = {
    id: isTrue(context, 'validateOnly') ? -1 : world.items.nextId(),
    projectId: project.id,
    type: type.name,
    versions: [{ ...draft, rev: 1, atMs: world.nowMs(), by: owner }],
    deletedMs: null,
  };
  if (isTrue(context, 'validateOnly')) return item;
  world.items.add(item);
  rememberTags(project, draft.fields);
  return item;
}

export function updateItem(context: AzureContext, id: number, aliases = noAliases): WorkItem {
  refuseSpecialRights(context);
  const { world } = context;
  const item = requireItem(context, id);
  const project = world.projects.get(item.projectId);
  const type = project && findType(project.process, item.type);
  if (project === undefined || type === undefined) throw unknownType(item.type);
  const last = currentVersion(item);
  const before: Draft = { fields: withoutHistory(last.fields), links: world.items.visibleLinks(last) };
  const patched = applyPatch(before, readPatch(context), {
    id,
    rev: last.rev,
    staleRevStatus: world.switches.staleRev,
    readLink: (value) => readLink(context, id, value, aliases),
  });
  const draft = applyRules(patched, { id, type, project, switches: world.switches, before: before.fields });
  if (isSame(before, draft)) return item;
  const hidden = last.links.filter((link) => !before.links.includes(link));
  const version: Version = {
    fields: draft.fields,
    links: [...draft.links, ...hidden],
    rev: last.rev + 1,
    atMs: world.nowMs(),
    by: owner,
  };
  // AZ5: the answer shows the would-be item, with the revision it has.
  if (isTrue(context, 'validateOnly'))
    return { ...item, versions: [...item.versions, { ...version, rev: last.rev }] };
  world.items.commit(item, version, world.switches.mirroredLinkBumpsRev);
  rememberTags(project, draft.fields);
  return item;
}

/** A change by somebody else: one more revision, nothing but a remark. */
export function changeBySomebodyElse(world: AzureContext['world'], id: number, fields: Fields = {}): void {
  const item = world.items.findLive(id);
  if (item === undefined) return;
  const last = currentVersion(item);
  const version: Version = {
    ...last,
    fields: { ...last.fields, 'System.History': 'Changed by somebody else', ...fields },
    rev: last.rev + 1,
    atMs: world.nowMs(),
    by: 'somebody@contoso.example',
  };
  world.items.commit(item, version, false);
}

// AZ17: both need permissions our token does not have.
function refuseSpecialRights(context: AzureContext): void {
  if (isTrue(context, 'bypassRules') || isTrue(context, 'suppressNotifications')) throw forbidden();
}

function readPatch({ json }: AzureContext): readonly PatchOperation[] {
  if (!Array.isArray(json) || json.length === 0) {
    throw badArgument('You must pass a valid patch document in the body of the request.');
  }
  return json as PatchOperation[];
}

/** A remark belongs to the one revision it was made in. */
function withoutHistory(fields: Fields): Draft['fields'] {
  const rest = { ...fields };
  delete rest['System.History'];
  return rest;
}

function rememberTags({ tags }: Project, fields: Fields): void {
  for (const tag of splitTags(String(fields['System.Tags'] ?? ''))) tags.add(tag.toLowerCase());
}

function isSame(a: Draft, b: Draft): boolean {
  const names = Object.keys(a.fields);
  return (
    names.length === Object.keys(b.fields).length &&
    names.every((name) => a.fields[name] === b.fields[name]) &&
    a.links.length === b.links.length &&
    a.links.every((link, index) => isUnchanged(link, b.links[index]))
  );
}

const isUnchanged = (link: Link, other: Link | undefined): boolean =>
  other !== undefined &&
  link.rel === other.rel &&
  link.comment === other.comment &&
  ('target' in link
    ? 'target' in other && link.target === other.target
    : 'url' in other && link.url === other.url);
