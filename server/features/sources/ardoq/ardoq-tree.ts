/** The epics of a workspace, or of one initiative, as a tree to push (PU13). */
import { AppError } from '../../../../shared/failure.ts';
import type { LeftOut } from '../../../../shared/views/ardoq.ts';
import {
  itemTypeOf,
  NodeType,
  type PushWarning,
  type SourceItem,
  type SourceTree,
} from '../../../../shared/work-items.ts';
import { requireFewEnough } from '../limits.ts';
import { toStorable, toStorableText } from '../storable.ts';
import { nameItem } from '../untitled.ts';
import type { ArdoqComponent } from './component.ts';
import type { ArdoqClient, ArdoqReadOptions } from './ardoq-client.ts';
import { listBelow, toHierarchy, toLeftOut, type Hierarchy } from './hierarchy.ts';

export interface ArdoqTree {
  readonly tree: SourceTree;
  /** What of the hierarchy cannot be pushed, and why; also among the warnings of the tree. */
  readonly warnings: readonly LeftOut[];
}

export function toArdoqTree(
  components: readonly ArdoqComponent[],
  { initiativeId }: { readonly initiativeId?: string | undefined } = {},
): ArdoqTree {
  const hierarchy = toHierarchy(components);
  const epics =
    initiativeId === undefined ? listEpics(components, hierarchy) : listEpicsOf(hierarchy, initiativeId);
  const warnings = listUnreachable(hierarchy);
  const items: SourceItem[] = [];
  const told: PushWarning[] = warnings.map(toPushWarning);
  const visit = (component: ArdoqComponent, parentId: string | null): void => {
    const named = nameItem(toItem(component, parentId));
    items.push(named.item);
    told.push(...named.warnings);
    for (const child of hierarchy.childrenOf.get(component._id) ?? []) visit(child, component._id);
  };
  for (const epic of epics) visit(epic, null);
  const tree = requireFewEnough({ type: 'ardoq', system: 'ardoq', scope: '', items, warnings: told });
  return { tree, warnings };
}

/** Reads the workspace and turns it into a tree; what cannot be read is among the warnings too. */
export async function readArdoqTree(
  client: ArdoqClient,
  { workspaceId, initiativeId }: { readonly workspaceId: string; readonly initiativeId?: string | undefined },
  options: ArdoqReadOptions & { readonly refresh?: boolean } = {},
): Promise<ArdoqTree> {
  const { components, odd } = await client.readComponents(workspaceId, options);
  const { tree, warnings } = toArdoqTree(components, { initiativeId });
  if (odd.length === 0) return { tree, warnings };
  return {
    tree: { ...tree, warnings: [...tree.warnings, ...odd.map(toPushWarning)] },
    warnings: [...warnings, ...odd],
  };
}

/** Whatever stands above an epic, it is an epic of the workspace if its own place is right. */
function listEpics(components: readonly ArdoqComponent[], { leftOut }: Hierarchy): ArdoqComponent[] {
  const faulty = new Set(leftOut.map(({ componentId }) => componentId));
  return components.filter(({ _id, type }) => type === 'Epic' && !faulty.has(_id));
}

function listEpicsOf({ byId, childrenOf }: Hierarchy, initiativeId: string): readonly ArdoqComponent[] {
  if (byId.get(initiativeId)?.type !== 'Initiative') {
    throw new AppError('NOT_FOUND', `Initiative "${initiativeId}" is not in this workspace.`);
  }
  return childrenOf.get(initiativeId) ?? [];
}

/** Epics and below that are left out, and all that hangs below them. */
function listUnreachable(hierarchy: Hierarchy): LeftOut[] {
  const { leftOut } = hierarchy;
  const pushable = leftOut.filter(({ type }) => NodeType.safeParse(type).success);
  const below = pushable.flatMap(({ componentId, name }) =>
    listBelow(hierarchy, componentId).map((component) =>
      toLeftOut(component, `stands below "${name}", which is left out`),
    ),
  );
  return [...pushable, ...below];
}

function toItem(component: ArdoqComponent, parentId: string | null): SourceItem {
  const { children: _children, ...fields } = component;
  const stored = toStorable(fields);
  const type = NodeType.parse(component.type);
  return {
    sourceId: component._id,
    type: itemTypeOf[type],
    name: toStorableText(component.name ?? ''),
    parentId,
    // Deeper than can be kept: the fields that a push needs most are kept all the same.
    node: stored.ok
      ? (stored.value as SourceItem['node'])
      : { _id: component._id, name: component.name ?? '', type },
  };
}

const toPushWarning = ({ componentId, name, reason }: LeftOut): PushWarning => ({
  code: 'LEFT_OUT',
  message: `"${name}" is not pushed: ${reason}.`,
  ...(componentId === '' ? {} : { ardoqId: componentId }),
});
