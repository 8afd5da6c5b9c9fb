/** Which rows of a list changed under the reader's eyes: only a live change flashes, not another page or filter. */
import type { DocumentItem } from '../../../shared/views/document.ts';
import { changedPaths } from './documents.ts';

export interface Flash {
  readonly items: readonly DocumentItem[];
  /** The page and filters shown; null while another page is on its way. */
  readonly listKey: string | null;
  readonly paths: ReadonlySet<string>;
  /** Alternates, so that a row that changes twice in a row flashes twice. */
  readonly turn: 0 | 1;
}

const none: ReadonlySet<string> = new Set();

export const firstFlash = (items: readonly DocumentItem[], listKey: string | null): Flash => ({
  items,
  listKey,
  paths: none,
  turn: 0,
});

export function nextFlash(last: Flash, items: readonly DocumentItem[], listKey: string | null): Flash {
  if (last.items === items && last.listKey === listKey) return last;
  if (last.listKey !== listKey || listKey === null) return { ...firstFlash(items, listKey), turn: last.turn };
  const paths = changedPaths(last.items, items);
  if (paths.size === 0) return { ...last, items };
  return { items, listKey, paths, turn: last.turn === 0 ? 1 : 0 };
}
