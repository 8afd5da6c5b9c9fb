/** The tree that a request carries in its body, or everything that is wrong with it (PU11). */
import { AppError } from '../../../shared/failure.ts';
import {
  itemTypeOf,
  NodeType,
  type ItemType,
  type PushWarning,
  type SourceItem,
  type SourceTree,
} from '../../../shared/work-items.ts';
import { mostNodes } from './limits.ts';
import { nameItem } from './untitled.ts';
import { toStorable, toStorableText } from './storable.ts';

export interface RequestTreeOptions {
  /** A constant of the sender: part of the identity of every item (PU10). */
  readonly sourceSystem: 'ardoq' | 'request';
}

/** `epics` as it stands in the body. Throws one failure that names every offender. */
export function toRequestTree(epics: unknown, { sourceSystem }: RequestTreeOptions): SourceTree {
  const breaches = createBreaches();
  const items: SourceItem[] = [];
  const warnings: PushWarning[] = [];
  const pathOfId = new Map<string, string>();

  // Not recursive: how deep a body is nested is not ours to decide.
  const waiting = toPlaces(epics, 'epics', null, breaches);
  if (Array.isArray(epics) && epics.length === 0) breaches.add('epics', 'must hold at least one epic');
  for (let place = waiting.pop(); place !== undefined && !breaches.isFull(); place = waiting.pop()) {
    if (items.length === mostNodes) {
      breaches.add('epics', tooMany);
      break;
    }
    const { type, ...item } = readNode(place, breaches, pathOfId);
    const children = isRecord(place.value) ? place.value['children'] : undefined;
    const parent = { id: item.sourceId, type };
    if (children !== undefined) {
      for (const child of toPlaces(children, `${place.path}.children`, parent, breaches)) waiting.push(child);
    }
    // A type that is none is a breach: the tree is refused below.
    const named = nameItem({ ...item, type: type ?? 'epic' });
    items.push(named.item);
    warnings.push(...named.warnings);
  }

  breaches.throwIfAny();
  return { type: sourceSystem, system: sourceSystem, scope: '', items, warnings };
}

const mostBreaches = 50;
const tooMany = `must not hold more than ${mostNodes} nodes`;

/** A node where it stands, below a parent whose type is unknown if it is itself an offender. */
interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly parent: { readonly id: string; readonly type: ItemType | null } | null;
}

interface Breaches {
  add(path: string, message: string): void;
  isFull(): boolean;
  throwIfAny(): void;
}

function createBreaches(): Breaches {
  const found: { path: string; message: string }[] = [];
  return {
    add(path, message) {
      if (found.length < mostBreaches) found.push({ path, message });
    },
    isFull: () => found.length === mostBreaches,
    throwIfAny() {
      if (found.length === 0) return;
      const more = found.length === mostBreaches ? ' or more' : '';
      const [first] = found;
      const message = `The tree has ${found.length}${more} mistakes; the first: ${first!.path} ${first!.message}.`;
      throw new AppError(
        'VALIDATION_FAILED',
        found.length === 1 ? `${first!.path} ${first!.message}.` : message,
        {
          details: found,
        },
      );
    },
  };
}

/** The first one last, where it is taken from. */
function toPlaces(value: unknown, path: string, parent: Place['parent'], breaches: Breaches): Place[] {
  if (!Array.isArray(value)) {
    breaches.add(path, 'must be a list');
    return [];
  }
  if (value.length > mostNodes) {
    breaches.add(path, tooMany);
    return [];
  }
  return value
    .map((child: unknown, index) => ({ value: child, path: `${path}[${index}]`, parent }))
    .reverse();
}

type ReadItem = Omit<SourceItem, 'type'> & { readonly type: ItemType | null };

/** Goes on after a breach, so that all of them are found; what it then returns is never used. */
function readNode(
  { value, path, parent }: Place,
  breaches: Breaches,
  pathOfId: Map<string, string>,
): ReadItem {
  if (!isRecord(value)) {
    breaches.add(path, 'must be an object');
    return { sourceId: '', type: null, name: '-', parentId: null, node: {} };
  }
  const { children: _children, ...fields } = value;
  const { _id: id, name, type, description } = fields;
  const sourceId = readId(id, path, breaches, pathOfId);
  if (typeof name !== 'string') breaches.add(`${path}.name`, 'must be a string');
  const isText = description === undefined || description === null || typeof description === 'string';
  if (!isText) breaches.add(`${path}.description`, 'must be a string or null');
  const itemType = readType(type, path, parent, breaches);
  const node = toStorable(fields);
  if (!node.ok) breaches.add(path, 'is nested too deeply');
  return {
    sourceId,
    type: itemType,
    name: typeof name === 'string' ? toStorableText(name) : '-',
    parentId: parent?.id ?? null,
    node: node.ok ? (node.value as SourceItem['node']) : {},
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readId(id: unknown, path: string, breaches: Breaches, pathOfId: Map<string, string>): string {
  const idPath = `${path}._id`;
  if (typeof id !== 'string' || id === '' || id.length > 255) {
    breaches.add(idPath, 'must be a string of 1 to 255 characters');
    return '';
  }
  if (id !== toStorableText(id)) {
    breaches.add(idPath, 'must not contain NUL or half a character');
    return '';
  }
  const first = pathOfId.get(id);
  if (first !== undefined) breaches.add(idPath, `must be unique; ${first} has the same`);
  else pathOfId.set(id, idPath);
  return id;
}

function readType(type: unknown, path: string, parent: Place['parent'], breaches: Breaches): ItemType | null {
  const read = NodeType.safeParse(type);
  if (!read.success) {
    breaches.add(`${path}.type`, `must be exactly ${NodeType.options.map((name) => `"${name}"`).join(', ')}`);
    return null;
  }
  const itemType = itemTypeOf[read.data];
  // A parent of no type is an offender already, and says nothing about its children.
  const above = parent === null ? 'top' : parent.type;
  if (above !== null && !mayStandBelow[itemType].includes(above))
    breaches.add(`${path}.type`, placeOf[itemType]);
  return itemType;
}

const mayStandBelow: Readonly<Record<ItemType, readonly (ItemType | 'top')[]>> = {
  epic: ['top'],
  feature: ['epic'],
  user_story: ['feature', 'epic'],
};

const placeOf: Readonly<Record<ItemType, string>> = {
  epic: 'must not be "Epic" below another node',
  feature: 'may be "Feature" only below an epic',
  user_story: 'may be "User Story" only below a feature or an epic',
};
