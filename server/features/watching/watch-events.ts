/** The events by which a watch tells how it is (WT14), before the journal stamps them. */
import { relative } from 'node:path';
import type { WatchState as StateName } from '../../../shared/views/status.ts';
import type { ChangeKind } from '../../platform/watch-source.ts';
import type { Batch } from './pending-changes.ts';
import type { WatchState } from './watch-state.ts';

export type WatchEventDraft =
  | { readonly type: 'watch:ready'; readonly data: { state: StateName; watchPaths: string[] } }
  | {
      readonly type: 'watch:batch';
      readonly data: { added: number; modified: number; deleted: number; paths: string[] };
    }
  | {
      readonly type: 'watch:degraded';
      readonly data: { state: StateName; reason: string; remedy: string | null };
    }
  | { readonly type: 'watch:recovered'; readonly data: { state: StateName } };

/** What a move from one state to another is worth telling; `isTroubled`: the last thing told was a trouble. */
export function toStateEvent(
  before: WatchState,
  after: WatchState,
  isTroubled: boolean,
  watchPaths: readonly string[],
): WatchEventDraft | null {
  if (before.state === after.state) return null;
  switch (after.state) {
    case 'off':
    case 'starting':
      return null;
    case 'watching':
      return isTroubled
        ? { type: 'watch:recovered', data: { state: 'watching' } }
        : { type: 'watch:ready', data: { state: 'watching', watchPaths: [...watchPaths] } };
    case 'polling':
      return {
        type: 'watch:degraded',
        data: { state: 'polling', reason: after.reason, remedy: after.remedy },
      };
    case 'retrying':
    case 'halted':
      return { type: 'watch:degraded', data: { state: after.state, reason: after.reason, remedy: null } };
  }
}

const shownPaths = 20;

/** Paths are shown from the root of the project; a walk has none to name. */
export function toBatchEvent(batch: Batch, root: string): WatchEventDraft {
  const changes = batch.kind === 'paths' ? batch.changes : [];
  const count = (kind: ChangeKind) => changes.filter(({ change }) => change === kind).length;
  const paths = changes.slice(0, shownPaths).map(({ path }) => toShownPath(root, path));
  return {
    type: 'watch:batch',
    data: { added: count('added'), modified: count('modified'), deleted: count('deleted'), paths },
  };
}

/** A session log lies elsewhere and keeps its whole path. */
function toShownPath(root: string, path: string): string {
  const shown = relative(root, path);
  return shown.startsWith('..') ? path : shown;
}
