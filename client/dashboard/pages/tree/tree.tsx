/** The tree as one stop of the Tab key; arrows move inside it (WAI-ARIA tree pattern). */
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { openBranches, turnBranch } from './opened-branches.ts';
import type { OpenedBranches } from './opened-branches.ts';
import { TreeContext, toItemId } from './tree-context.ts';
import type { TreeEntry } from './tree-entries.ts';
import { Items } from './tree-item.tsx';
import { findSiblings, toTreeAction } from './tree-keys.ts';
import type { ShownItem } from './tree-keys.ts';

interface TreeProps {
  readonly slug: string;
  readonly entries: readonly TreeEntry[];
  readonly opened: OpenedBranches;
  readonly change: (opened: OpenedBranches) => void;
}

export function Tree({ slug, entries, opened, change }: TreeProps) {
  const root = useRef<HTMLUListElement>(null);
  const treeId = useId();
  const [active, setActive] = useState('');

  const moveTo = (item: HTMLElement | undefined) => {
    if (item === undefined) return;
    setActive(keyOf(item));
    rowOf(item)?.scrollIntoView({ block: 'nearest' });
  };
  const turn = (key: string) => {
    setActive(key);
    change(turnBranch(opened, key));
    root.current?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target !== root.current) return;
    const items = itemsOf(root.current);
    const at = items.findIndex((item) => keyOf(item) === active);
    const shown = items.map(toShown);
    const action = toTreeAction(event.key, shown, at);
    if (action.do === 'nothing') return;
    event.preventDefault();
    if (action.do === 'move') moveTo(items[action.to]);
    else if (action.do === 'turn') turn(active);
    else if (action.do === 'enter') enter(items[at]);
    else change(openBranches(opened, toClosed(items, shown, at)));
  };
  return (
    <TreeContext value={{ slug, treeId, opened, active, turn }}>
      <ul
        ref={root}
        role="tree"
        aria-label="Documents"
        aria-activedescendant={active === '' ? undefined : toItemId(treeId, active)}
        className="tree panel"
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => {
          // What the keyboard was at may have been removed meanwhile.
          const items = itemsOf(root.current);
          if (!items.some((item) => keyOf(item) === active)) setActive(items[0] ? keyOf(items[0]) : '');
        }}
      >
        <Items entries={entries} level={1} listKey="" />
      </ul>
    </TreeContext>
  );
}

const itemsOf = (root: HTMLElement | null): readonly HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>('[role=treeitem]') ?? []),
];
const keyOf = (item: HTMLElement): string => item.dataset['key'] ?? '';
const rowOf = (item: HTMLElement) => item.querySelector<HTMLElement>(':scope > .tree-row');

function toShown(item: HTMLElement): ShownItem {
  const expanded = item.getAttribute('aria-expanded');
  return {
    level: Number(item.getAttribute('aria-level')),
    isOpen: expanded === null ? null : expanded === 'true',
  };
}

/** As a click does: follows the link of the item, or opens what has none. */
function enter(item: HTMLElement | undefined): void {
  const row = item && rowOf(item);
  (row?.querySelector('a') ?? row)?.click();
}

const toClosed = (items: readonly HTMLElement[], shown: readonly ShownItem[], at: number) =>
  findSiblings(shown, at)
    .filter((index) => shown[index]?.isOpen === false)
    .flatMap((index) => items[index] ?? [])
    .map(keyOf);
