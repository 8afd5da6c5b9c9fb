/** Domain > Initiative > Epic > Feature > User Story, and which components cannot stand in it (BR2). */
import type { LeftOut } from '../../../../shared/views/ardoq.ts';
import type { ArdoqComponent } from './component.ts';

export interface Hierarchy {
  readonly byId: ReadonlyMap<string, ArdoqComponent>;
  /** Of those that may stand below it, in the order of the service. */
  readonly childrenOf: ReadonlyMap<string, readonly ArdoqComponent[]>;
  readonly roots: readonly ArdoqComponent[];
  readonly leftOut: readonly LeftOut[];
}

export type HierarchyType = 'Domain' | 'Initiative' | 'Epic' | 'Feature' | 'User Story';

/** Other types are no part of it, and no mistake either. */
export function toHierarchy(components: readonly ArdoqComponent[]): Hierarchy {
  const byId = new Map(components.map((component) => [component._id, component]));
  const inCycle = findCycles(byId);
  const childrenOf = new Map<string, ArdoqComponent[]>();
  const roots: ArdoqComponent[] = [];
  const leftOut: LeftOut[] = [];
  for (const component of components) {
    if (!isHierarchyType(component.type)) continue;
    const { type, parent } = component;
    const reason = inCycle.has(component._id) ? 'stands below itself' : findFault(component, type, byId);
    if (reason !== null) leftOut.push(toLeftOut(component, reason));
    else if (type === 'Domain') roots.push(component);
    else addTo(childrenOf, parent ?? '', component);
  }
  return { byId, childrenOf, roots, leftOut };
}

function addTo<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** Below something that is left out: not reachable, so somebody must be told (PU11). */
export function listBelow({ childrenOf }: Hierarchy, topId: string): ArdoqComponent[] {
  const found: ArdoqComponent[] = [];
  const waiting = [topId];
  const seen = new Set(waiting);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const child of childrenOf.get(id) ?? []) {
      if (seen.has(child._id)) continue;
      seen.add(child._id);
      found.push(child);
      waiting.push(child._id);
    }
  }
  return found;
}

export const toLeftOut = ({ _id, name, type }: ArdoqComponent, reason: string): LeftOut => ({
  componentId: _id,
  name: name ?? '',
  type,
  reason,
});

const parentTypesOf: Readonly<Record<HierarchyType, readonly HierarchyType[]>> = {
  Domain: [],
  Initiative: ['Domain'],
  Epic: ['Initiative'],
  Feature: ['Epic'],
  'User Story': ['Feature', 'Epic'],
};

const isHierarchyType = (type: string): type is HierarchyType => Object.hasOwn(parentTypesOf, type);

function findFault(
  component: ArdoqComponent,
  type: HierarchyType,
  byId: ReadonlyMap<string, ArdoqComponent>,
): string | null {
  const { parent, rootWorkspace } = component;
  const wanted = parentTypesOf[type];
  const isTop = parent === null || parent === undefined || parent === '' || parent === rootWorkspace;
  if (isTop) return wanted.length === 0 ? null : `has no parent; it must stand below ${toList(wanted)}`;
  const above = byId.get(parent);
  if (above === undefined) return `its parent ${parent} is not in this workspace`;
  if (wanted.length === 0) return 'is a domain and must have no parent';
  if (wanted.some((name) => name === above.type)) return null;
  return `its parent "${above.name ?? above._id}" is of type ${above.type}; it must stand below ${toList(wanted)}`;
}

const toList = (types: readonly string[]): string =>
  types.map((type) => `a component of type ${type}`).join(' or ');

/** Types alone forbid every cycle, but the reason should say what is wrong. Each component is walked over once. */
function findCycles(byId: ReadonlyMap<string, ArdoqComponent>): ReadonlySet<string> {
  const walkOf = new Map<string, number>();
  const inCycle = new Set<string>();
  let walk = 0;
  for (const start of byId.values()) {
    walk += 1;
    let at: ArdoqComponent | undefined = start;
    while (at !== undefined && !walkOf.has(at._id)) {
      walkOf.set(at._id, walk);
      at = byId.get(at.parent ?? '');
    }
    // Met on this very walk: from here it goes round.
    while (at !== undefined && walkOf.get(at._id) === walk && !inCycle.has(at._id)) {
      inCycle.add(at._id);
      at = byId.get(at.parent ?? '');
    }
  }
  return inCycle;
}
