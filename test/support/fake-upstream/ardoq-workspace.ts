/** An Ardoq workspace built from a compact tree (FK16, AR4). */
import type { Random } from './random.ts';

export interface ArdoqNode {
  readonly name: string;
  /** Domain, Initiative, Epic, Feature, User Story or anything else. */
  readonly type: string;
  readonly id?: string;
  readonly key?: string;
  readonly description?: string | null;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly children?: readonly ArdoqNode[];
  /** Set over what was built: orphans, cycles and odd shapes. */
  readonly raw?: Readonly<Record<string, unknown>>;
}

export interface ArdoqWorkspaceSeed {
  readonly name: string;
  readonly id?: string;
  readonly components: readonly ArdoqNode[];
}

export interface ArdoqWorkspace {
  readonly id: string;
  readonly name: string;
  /** As Ardoq sends them, in its order. */
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly types: ReadonlyMap<string, string>;
}

export function createWorkspace(seed: ArdoqWorkspaceSeed, random: Random, nowMs: number): ArdoqWorkspace {
  const id = seed.id ?? random.hex(24);
  const types = new Map<string, string>();
  const components: Record<string, unknown>[] = [];
  const date = new Date(nowMs).toISOString();

  const add = (node: ArdoqNode, parent: string | null) => {
    if (!types.has(node.type)) types.set(node.type, `p${String(1_600_000_000_000 + types.size)}`);
    const component = {
      _id: node.id ?? random.hex(24),
      _version: 1,
      _meta: {
        created: date,
        createdBy: 'a'.repeat(24),
        createdByEmail: 'ada@acme.example',
        createdByName: 'Ada Architect',
        lastUpdated: date,
        lastModifiedBy: 'a'.repeat(24),
        lastModifiedByEmail: 'ada@acme.example',
        lastModifiedByName: 'Ada Architect',
      },
      name: node.name,
      type: node.type,
      typeId: types.get(node.type),
      parent,
      rootWorkspace: id,
      componentKey: node.key ?? `TRY-${components.length + 1}`,
      description: node.description ?? null,
      customFields: node.fields ?? {},
      color: null,
      icon: null,
      image: null,
      shape: null,
      ...node.raw,
    };
    components.push(component);
    for (const child of node.children ?? []) add(child, component._id);
  };
  for (const node of seed.components) add(node, null);
  return { id, name: seed.name, components, types };
}
