/** Watched projects on real folders in a whole server, and the one question of these faults: does the index equal the disk? */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { OperationRecord } from '../../../shared/operations.ts';
import type { WatchStatus } from '../../../shared/views/status.ts';
import { openSyncKit, type SyncKit, type TestProject } from '../../flows/sync-kit.ts';
import type { TestTree } from '../../support/tree.ts';
import { until } from '../../support/until.ts';

/** For conditions that a busy machine takes its time to reach. */
export const patiently = { withinMs: 60_000 };

export interface FilesKit extends AsyncDisposable {
  readonly kit: SyncKit;
  /** Registered, synced and watched. */
  watch(tree: TestTree, settings?: Record<string, unknown>): Promise<WatchedProject>;
}

export interface WatchedProject extends TestProject {
  watchStatus(): Promise<WatchStatus>;
  untilState(state: WatchStatus['state'], withinMs?: number): Promise<WatchStatus>;
  /** Path and hash of every document, there and here; answers how long it took. */
  untilEqualsDisk(withinMs?: number): Promise<number>;
  /** Operations that ended after a cursor. */
  ended(after: string): Promise<OperationRecord[]>;
}

export async function openFilesKit(settings: Record<string, string> = {}): Promise<FilesKit> {
  const kit = await openSyncKit({ SYNCLINE_RECONCILE_INTERVAL_S: '0', ...settings });
  return {
    kit,
    async watch(tree, given = {}) {
      const project = toWatched(kit, await kit.register(tree, { watch: true, ...given }));
      await project.untilState('watching');
      await project.sync();
      return project;
    },
    [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose](),
  };
}

function toWatched(kit: SyncKit, project: TestProject): WatchedProject {
  const watchStatus = async () =>
    (await kit.server.json<{ watch: WatchStatus }>(`/api/cache/status?project=${project.slug}`)).watch;
  return {
    ...project,
    watchStatus,
    untilState: (state, withinMs = patiently.withinMs) =>
      until(
        `the watch of ${project.slug} is ${state}`,
        async () => {
          const status = await watchStatus();
          return status.state === state ? status : undefined;
        },
        { withinMs },
      ),
    async untilEqualsDisk(withinMs = patiently.withinMs) {
      const startedMs = performance.now();
      await until(`the index of ${project.slug} equals the disk`, () => equalsDisk(kit, project), {
        withinMs,
      });
      return performance.now() - startedMs;
    },
    ended: async (after) =>
      (await project.eventsAfter(after)).flatMap((event) =>
        event.type === 'operation:completed' || event.type === 'operation:failed'
          ? [event.data.operation]
          : [],
      ),
  };
}

async function equalsDisk({ sql }: SyncKit, { id, tree }: TestProject): Promise<boolean> {
  const rows = await sql<{ path: string; hash: string }[]>`
    select file_path as path, file_hash as hash from documents where project_id = ${id}`;
  const disk = readDisk(tree.root);
  return rows.length === disk.size && rows.every(({ path, hash }) => disk.get(path) === hash);
}

/** By plain calls, and none of the product's: every markdown file and the hash of its bytes. */
export function readDisk(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    const isHidden = path
      .split('/')
      .slice(0, -1)
      .some((part) => part.startsWith('.'));
    if (!entry.isFile() || isHidden || !entry.name.endsWith('.md')) continue;
    found.set(
      path,
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex'),
    );
  }
  return found;
}

/** Documents in folders of fifty, for `kit.addTree`. */
export function manyFiles(count: number, toText = (index: number) => `# Story ${index}\n`) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [toPath(index), toText(index)] as const),
  );
}

export function toPath(index: number): string {
  return `part-${Math.floor(index / 50)}/US${String(index).padStart(5, '0')}-story.md`;
}

/** Without giving the event loop a turn. */
export function writeNow(tree: TestTree, path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(tree.root, path)), { recursive: true });
  writeFileSync(join(tree.root, path), text);
}
