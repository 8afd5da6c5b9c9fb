/** Items of a tree and the branches below them. */
import { useState } from 'react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { TreeNode } from '../../../../shared/views/document.ts';
import { toDocumentPath } from '../../address/paths.ts';
import { toWords } from '../../format/labels.ts';
import { toCount } from '../../format/numbers.ts';
import { DocumentStatus } from '../../parts/document-status.tsx';
import { Icon } from '../../parts/icon.tsx';
import { isOpen } from './opened-branches.ts';
import { Branch } from './tree-branch.tsx';
import { toItemId, useTree } from './tree-context.ts';
import { toEntry } from './tree-entries.ts';
import type { TreeEntry } from './tree-entries.ts';

interface ItemsProps {
  readonly entries: readonly TreeEntry[];
  readonly level: number;
  /** Of the item they stand below; empty at the top. */
  readonly listKey: string;
}

/** A page that builds thousands of rows at once would stand still. */
const rowsAtOnce = 300;

export function Items({ entries, level, listKey }: ItemsProps) {
  const [limit, setLimit] = useState(rowsAtOnce);
  const left = entries.length - limit;
  const place = { level, size: entries.length + (left > 0 ? 1 : 0) };
  return (
    <>
      {entries.slice(0, limit).map((entry, index) => (
        <EntryItem key={entry.key} entry={entry} place={{ ...place, position: index + 1 }} />
      ))}
      {left > 0 && (
        <Item
          itemKey={`/more/${listKey}`}
          place={{ ...place, position: limit + 1 }}
          click={() => setLimit(limit + rowsAtOnce)}
        >
          <span className="tree-more">Show {toCount(Math.min(left, rowsAtOnce))} more</span>
        </Item>
      )}
    </>
  );
}

interface Place {
  readonly level: number;
  readonly size: number;
  readonly position: number;
}

function EntryItem({ entry, place }: { entry: TreeEntry; place: Place }) {
  const { slug } = useTree();
  if (entry.kind === 'type') {
    return (
      <Item
        itemKey={entry.key}
        place={place}
        branch={<Group nodes={entry.nodes} level={place.level + 1} listKey={entry.key} />}
      >
        <span className="tree-name tree-type">{toWords(entry.type)}</span>
        <ChildCount count={entry.nodes.length} />
      </Item>
    );
  }
  const { type, doc_id: docId, title, status, file_path: path, child_count: count } = entry.node;
  return (
    <Item
      itemKey={entry.key}
      place={place}
      {...(count > 0 && {
        branch: (
          <Branch path={path} count={count}>
            {(nodes) => <Group nodes={nodes} level={place.level + 1} listKey={path} />}
          </Branch>
        ),
      })}
    >
      <span className="tree-name">
        <Link
          to={toDocumentPath(slug, { type, docId, path })}
          className="row-link"
          title={path}
          tabIndex={-1}
        >
          {title}
        </Link>
      </span>
      {count > 0 && <ChildCount count={count} />}
      <span className="tree-facts small">
        <span className="muted">{toWords(type)}</span>
        {status !== null && <DocumentStatus status={status} />}
      </span>
    </Item>
  );
}

interface GroupProps {
  readonly nodes: readonly TreeNode[];
  readonly level: number;
  readonly listKey: string;
}

const Group = ({ nodes, level, listKey }: GroupProps) => (
  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the tree pattern has its groups as lists
  <ul role="group">
    <Items entries={nodes.map(toEntry)} level={level} listKey={listKey} />
  </ul>
);

function ChildCount({ count }: { count: number }) {
  return (
    <span className="tree-count figure muted small">
      {toCount(count)}
      <span className="visually-hidden"> below</span>
    </span>
  );
}

interface ItemProps {
  readonly itemKey: string;
  readonly place: Place;
  readonly children: ReactNode;
  /** What opens below the item. */
  readonly branch?: ReactNode;
  /** Instead of opening it. */
  readonly click?: () => void;
}

function Item({ itemKey, place: { level, size, position }, children, branch, click }: ItemProps) {
  const { treeId, opened, active, turn } = useTree();
  const id = toItemId(treeId, itemKey);
  const hasBranch = branch !== undefined;
  const isExpanded = hasBranch && isOpen(opened, itemKey);
  const act = click ?? (hasBranch ? () => turn(itemKey) : undefined);
  return (
    <li
      role="treeitem"
      id={id}
      data-key={itemKey}
      aria-level={level}
      aria-setsize={size}
      aria-posinset={position}
      aria-labelledby={`${id}-row`}
      aria-selected={itemKey === active}
      {...(hasBranch && { 'aria-expanded': isExpanded })}
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- keys are heard by the tree */}
      <div
        id={`${id}-row`}
        className={act === undefined ? 'tree-row' : 'tree-row tree-row-active'}
        style={{ paddingInlineStart: `calc(0.5rem + ${level - 1} * var(--tree-step))` }}
        onClick={(event) => {
          if (!(event.target instanceof Element && event.target.closest('a'))) act?.();
        }}
      >
        <Icon name="chevron" className={hasBranch ? 'tree-chevron' : 'tree-chevron tree-leaf'} />
        {children}
      </div>
      {isExpanded && branch}
    </li>
  );
}
