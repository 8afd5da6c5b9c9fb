/** What a key means in a tree (WAI-ARIA tree pattern), decided on the items as they stand on the page. */
import { nextIndex } from '../../parts/walk-rows.ts';

export interface ShownItem {
  readonly level: number;
  /** Null for an item that has nothing below it. */
  readonly isOpen: boolean | null;
}

export type TreeAction =
  | { readonly do: 'move'; readonly to: number }
  | { readonly do: 'turn' | 'enter' | 'open-siblings' | 'nothing' };

export function toTreeAction(key: string, items: readonly ShownItem[], at: number): TreeAction {
  const to = nextIndex(key, at, items.length);
  if (to !== undefined) return { do: 'move', to };
  const item = items[at];
  if (item === undefined) return nothing;
  switch (key) {
    case 'ArrowRight':
      if (item.isOpen === false) return { do: 'turn' };
      return item.isOpen === true && (items[at + 1]?.level ?? 0) > item.level
        ? { do: 'move', to: at + 1 }
        : nothing;
    case 'ArrowLeft':
      return item.isOpen === true ? { do: 'turn' } : toParent(items, at, item.level);
    case 'Enter':
      return { do: 'enter' };
    case ' ':
      return { do: item.isOpen === null ? 'enter' : 'turn' };
    case '*':
      return { do: 'open-siblings' };
    default:
      return nothing;
  }
}

/** Items of the same branch: those of the same level between the parent and the next one of its level. */
export function findSiblings(items: readonly ShownItem[], at: number): readonly number[] {
  const level = items[at]?.level ?? 0;
  const isHigher = (item: ShownItem) => item.level < level;
  const from = items.slice(0, at).findLastIndex(isHigher) + 1;
  const end = items.slice(at).findIndex(isHigher);
  const to = end === -1 ? items.length : at + end;
  return items.flatMap((item, index) => (index >= from && index < to && item.level === level ? [index] : []));
}

const nothing = { do: 'nothing' } as const;

function toParent(items: readonly ShownItem[], at: number, level: number): TreeAction {
  const parent = items.slice(0, at).findLastIndex((item) => item.level < level);
  return parent === -1 ? nothing : { do: 'move', to: parent };
}
