/** What every item of one tree shares: its project, what is open, and where the keyboard is. */
import { createContext, use } from 'react';
import type { OpenedBranches } from './opened-branches.ts';

export interface TreeState {
  readonly slug: string;
  readonly treeId: string;
  readonly opened: OpenedBranches;
  /** Key of the item the keyboard is at; empty at first. */
  readonly active: string;
  readonly turn: (key: string) => void;
}

export const TreeContext = createContext<TreeState | null>(null);

export function useTree(): TreeState {
  const tree = use(TreeContext);
  if (tree === null) throw new Error('An item of a tree stands outside its tree');
  return tree;
}

export const toItemId = (treeId: string, key: string): string => `${treeId}-${encodeURIComponent(key)}`;
