/** `/api/v1/projects/{slug}/freshness`: waits for the proof, and tells the truth when there is none. */
import { readFreshness } from '../../../shared/api/freshness.ts';
import type { ProjectId } from '../../../shared/ids.ts';
import type { Freshness } from '../../../shared/views/freshness.ts';
import type { WatchStatus } from '../../../shared/views/status.ts';
import type { Queryable } from '../../db/open.ts';
import { parseRequest, type HttpKit } from '../../http/serve-route.ts';
import { unproven, type Proven, type Verdict } from './verdict.ts';

export interface FreshnessOptions {
  /** Throws for a slug that nobody has. */
  readonly findProject: (queryable: Queryable, slug: string) => Promise<{ readonly id: ProjectId }>;
  readonly prove: (id: ProjectId, waitMs: number) => Promise<Verdict>;
  readonly newest: (id: ProjectId) => Proven | null;
  readonly watchStatus: (id: ProjectId) => WatchStatus;
}

export function mountFreshness(kit: HttpKit, options: FreshnessOptions): void {
  // Not `serveRead`: nothing may hold a snapshot of the database while it waits.
  kit.app.get(readFreshness.path, async (c) => {
    const { params, query } = parseRequest(readFreshness, c, undefined);
    const { id } = await options.findProject(kit.db, params.slug);
    const beganMs = performance.now();
    const verdict = await wait(options, id, query.wait * 1000, c.req.raw.signal);
    const freshness = toFreshness(verdict, options.newest(id), {
      waitedMs: Math.round(performance.now() - beganMs),
      watch: options.watchStatus(id),
    });
    if (freshness.head !== null) c.header('Sync-Head', freshness.head);
    c.header('Cache-Control', 'no-store');
    return c.json(freshness);
  });
}

async function wait(
  { prove, watchStatus }: FreshnessOptions,
  id: ProjectId,
  waitMs: number,
  signal: AbortSignal,
): Promise<Verdict> {
  if (waitMs === 0) return unproven('Nothing was waited for.');
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const timer = setTimeout(end, waitMs);
  signal.addEventListener('abort', end);
  try {
    const late = over.then(() => unproven(describeDelay(watchStatus(id))));
    return await Promise.race([prove(id, waitMs), late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
  }
}

function describeDelay({ pendingChanges, lastSyncStatus, lastSyncError }: WatchStatus): string {
  const waiting =
    pendingChanges === 0
      ? 'What was seen is still on its way into the index.'
      : `${pendingChanges} changes are on their way into the index.`;
  return lastSyncStatus === 'failed' ? `${waiting} The last attempt failed: ${lastSyncError}` : waiting;
}

export function toFreshness(
  verdict: Verdict,
  newest: Proven | null,
  { waitedMs, watch }: { waitedMs: number; watch: WatchStatus },
): Freshness {
  const known = verdict.kind === 'proven' ? verdict : newest;
  return {
    fresh: verdict.kind === 'proven',
    as_of: known?.asOf ?? null,
    head: known?.head ?? null,
    proof: known?.proof ?? null,
    reason: verdict.kind === 'proven' ? null : verdict.reason,
    waited_ms: waitedMs,
    pending: watch.pendingChanges,
    watch: watch.state,
  };
}
