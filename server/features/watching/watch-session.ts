/** One standing connection to the disk for one project: its tree and its git, opened and closed as a whole. */
import { firstValueFrom, merge, partition, type Observable } from 'rxjs';
import { Disposer } from '../../platform/disposer.ts';
import { findGitDirs, watchHead } from '../../platform/git-watch.ts';
import type { WatchFailure } from '../../platform/watch-failure.ts';
import type { TreeChange } from '../../platform/watch-source.ts';
import { watchTree, type EntryChange, type OpenSource } from '../../platform/watcher.ts';
import type { IsIndexable } from './entry-inspector.ts';
import { clearSentinels, isSentinel } from './sentinel.ts';

export interface WatchSession extends AsyncDisposable {
  readonly errors$: Observable<WatchFailure>;
  missing(): string[];
  recheck(): Promise<void>;
}

export interface SessionOptions {
  readonly root: string;
  readonly entries: readonly string[];
  readonly isIndexable: IsIndexable;
  readonly pollMs: number | null;
  readonly openSource?: OpenSource;
  readonly listener: SessionListener;
}

export interface SessionListener {
  changed(change: TreeChange): void;
  /** Everything that happened in this folder before has been told. */
  sentinelTold(path: string): void;
  noticed(): void;
  entryChanged(change: EntryChange): void;
  headMoved(): void;
}

/** Answers the session, or why there is none. */
export async function openWatchSession(options: SessionOptions): Promise<WatchSession | WatchFailure> {
  const { root, entries, pollMs, openSource, listener } = options;
  const opened = new Disposer();
  const tree = opened.use(
    watchTree({
      entries,
      pollMs,
      isIgnored: (path, kind) => !isSentinel(path) && !options.isIndexable(path, kind),
      ...(openSource !== undefined && { openSource }),
    }),
  );
  const git = findGitDirs(root);
  const head = git === null ? null : opened.use(watchHead(git, pollMs));
  // Closing a watch completes its streams, and so ends these subscriptions.
  const [sentinels$, changes$] = partition(tree.changes$, ({ path }) => isSentinel(path));
  changes$.subscribe((change) => listener.changed(change));
  sentinels$.subscribe(({ path, change }) => change !== 'deleted' && listener.sentinelTold(path));
  tree.raw$.subscribe(() => listener.noticed());
  tree.entries$.subscribe((change) => listener.entryChanged(change));
  head?.moved$.subscribe(() => listener.headMoved());

  const errors$ = merge(tree.errors$, ...(head === null ? [] : [head.errors$]));
  const failed = firstValueFrom(errors$, { defaultValue: null });
  const ready = Promise.all([tree.ready, head?.ready]).then(() => null);
  const failure = await Promise.race([failed, ready]);
  for (const entry of entries) await clearSentinels(entry);
  if (failure !== null) {
    await opened[Symbol.asyncDispose]();
    return failure;
  }
  return {
    errors$,
    missing: () => tree.missing(),
    async recheck() {
      head?.recheck();
      await tree.recheck();
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}
