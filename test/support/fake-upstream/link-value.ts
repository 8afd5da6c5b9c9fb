/** Reads the value of `add /relations/-`: whom it links to, and whether it may. */
import { AzureError, badArgument, missingItem } from './azure-error.ts';
import { organizationUrl, type AzureContext } from './azure-context.ts';
import { circularLink, isHierarchy, secondParent } from './rules.ts';
import { currentVersion, mirrorOf, parentOf, parentRel, type Link } from './work-item.ts';

/** Undefined where the service drops the link in silence. */
export function readLink(
  context: AzureContext,
  id: number,
  value: unknown,
  aliases: ReadonlyMap<number, number>,
): Link | undefined {
  if (!isRelation(value)) throw badArgument('A relation needs rel and url.');
  const rel = value.rel;
  const comment = typeof value.attributes?.['comment'] === 'string' ? value.attributes['comment'] : null;
  if (mirrorOf(rel) === undefined) {
    if (!['Hyperlink', 'ArtifactLink', 'AttachedFile'].includes(rel)) {
      throw new AzureError(
        400,
        'WorkItemLinkTypeNotFoundException',
        `VS402317: Link type ${rel} does not exist.`,
      );
    }
    return { rel, url: value.url, comment };
  }
  const target = readTarget(context, value.url, aliases);
  if (target === undefined) return undefined;
  if (context.world.items.findLive(target) === undefined) throw missingItem(target);
  if (isHierarchy(rel)) refuseBadTree(context, rel, id, target);
  return { rel, target, comment };
}

interface Relation {
  readonly rel: string;
  readonly url: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

function isRelation(value: unknown): value is Relation {
  if (typeof value !== 'object' || value === null) return false;
  const { rel, url } = value as Partial<Relation>;
  return typeof rel === 'string' && typeof url === 'string' && URL.canParse(url);
}

/** A negative id is an earlier entry of the same batch (AZ14). */
function readTarget(
  context: AzureContext,
  url: string,
  aliases: ReadonlyMap<number, number>,
): number | undefined {
  const found = /^(.*?)(?:\/[^/]+)?\/_apis\/wit\/workItems\/(-?\d+)$/i.exec(url);
  const id = Number(found?.[2]);
  if (found === null) throw badArgument(`"${url}" is no work item.`);
  if (!url.toLowerCase().startsWith(`${organizationUrl(context).toLowerCase()}/`)) {
    if (context.world.switches.wrongHostParent === 'ignored') return undefined;
    throw badArgument(`"${url}" is not of this organization.`);
  }
  if (id >= 0) return id;
  const known = aliases.get(id);
  if (known === undefined) throw missingItem(id);
  return known;
}

function refuseBadTree({ world }: AzureContext, rel: string, id: number, target: number): void {
  const [parent, child] = rel === parentRel ? [target, id] : [id, target];
  const childItem = world.items.findLive(child);
  const present = childItem && parentOf({ links: world.items.visibleLinks(currentVersion(childItem)) });
  if (rel !== parentRel && present !== undefined && present !== parent) throw secondParent(child, parent);
  for (let above: number | undefined = parent; above !== undefined;) {
    if (above === child) throw circularLink(child, parent);
    const item = world.items.find(above);
    above = item && parentOf(currentVersion(item));
  }
}
