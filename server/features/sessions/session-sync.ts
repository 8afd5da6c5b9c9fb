/** The sessions of one operation: reads on what grew, checks commits, and settles what is no longer there. */
import type { Emit } from '../../core/journal.ts';
import { OperationFailure, type OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { createPacer } from '../../platform/pacer.ts';
import { checkCommits } from './commit-check.ts';
import { saveVerdicts } from './commit-store.ts';
import { inspectFolder } from './log-folders.ts';
import { toFileIssues, withoutKnownModels } from './log-issues.ts';
import type { Look } from './log-look.ts';
import { guardLogs, type LogPlan, type PlannedLog } from './log-plan.ts';
import { readLog } from './log-reading.ts';
import { surveyLogs } from './log-survey.ts';
import { loadProgress, saveIssues, type KnownLog } from './log-store.ts';
import { settleLook, tellChanges, type SessionRun } from './session-settling.ts';
import { linkParents, loadRefs } from './session-store.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';
import { SessionWriter } from './session-writer.ts';
import type { SidecarFinder } from './sidecars.ts';

export interface SessionScope {
  readonly project: SessionProject;
  /** Absolute paths of logs, of their sidecars, or of folders with logs. */
  readonly logs: 'all' | readonly string[];
  readonly isForced: boolean;
  readonly allowEmpty: boolean;
}

export interface SessionsSynced {
  /** Ids of sessions with rows that are other ones now. */
  readonly changed: ReadonlySet<string>;
  /** They stand until `commit`. */
  readonly removed: ReadonlySet<string>;
  readonly totals: { readonly synced: number; readonly skipped: number; readonly removed: number };
  /** Joins the last transaction of the operation: removals, and notices of the look. */
  commit(tx: Transaction, emit: Emit): Promise<void>;
}

export async function syncSessions(
  tools: SessionTools,
  context: OperationContext,
  scope: SessionScope,
): Promise<SessionsSynced> {
  const { project } = scope;
  const scannedAtNs = BigInt(tools.clock.now().getTime()) * 1_000_000n;
  const { look, sidecars, plan } = await surveyLogs(tools, project, scope, context.signal);
  guard(look, plan, scope.allowEmpty);

  const writer = new SessionWriter({ tools, context, project, scannedAtNs });
  const run = { tools, context, scope, look, sidecars, writer };
  try {
    await readLogs(run, plan.toRead);
  } finally {
    await writer.abandon();
  }
  await settlePrices(run, plan.unchanged);
  const relinked = await settleRelations(run);
  const changed = new Set([...writer.changed, ...relinked]);
  context.count('sessionsSynced', changed.size - writer.changed.size);
  const skipped = Math.max(0, plan.unchanged.length + plan.toRead.length - changed.size);
  context.count('sessionsSkipped', skipped);
  return {
    changed,
    removed: new Set(plan.removed.map(({ sessionId }) => sessionId)),
    totals: { synced: changed.size + plan.gone.length, skipped, removed: plan.removed.length },
    commit: (tx, emit) => settleLook(run, plan, tx, emit),
  };
}

interface Reading extends SessionRun {
  readonly scope: SessionScope;
  readonly sidecars: SidecarFinder;
}

function guard({ logsByFolder }: Look, { gone }: LogPlan, allowEmpty: boolean): void {
  if (allowEmpty) return;
  const verdict = guardLogs(gone, logsByFolder, inspectFolder);
  if (!verdict.ok) throw new OperationFailure(verdict.code, verdict.message);
}

/** Progress of reading is loaded for so many logs at once. */
const pageSize = 50;

async function readLogs(run: Reading, toRead: readonly PlannedLog[]): Promise<void> {
  const { tools, context, scope, look, sidecars, writer } = run;
  const narrate = openNarration(context, toRead);
  const reading = {
    tools,
    owner: look.owner,
    sidecars,
    writer,
    pacer: createPacer(context.signal),
    isForced: scope.isForced,
    onBytes: narrate.onBytes,
  };
  for (let from = 0; from < toRead.length; from += pageSize) {
    const page = toRead.slice(from, from + pageSize);
    const ids = page.flatMap(({ known }) => (known === null ? [] : [known.sessionId]));
    const progress = ids.length === 0 ? null : await loadProgress(tools.db, scope.project.id, ids);
    for (const planned of page) {
      await readLog(reading, planned, progress?.get(planned.log.sessionId) ?? null);
      narrate.onLog();
      if (reading.pacer.isDue()) await reading.pacer.rest();
    }
  }
  await writer.end();
}

/** Only a full sync has a phase of its own for sessions (OP12). */
function openNarration(context: OperationContext, toRead: readonly PlannedLog[]) {
  const silent = { onBytes: () => undefined, onLog: () => undefined };
  if (context.operation.kind !== 'full_sync') return silent;
  if (toRead.length === 0) {
    context.skip(['sessions'], 'no log has changed');
    return silent;
  }
  context.enter('sessions', toRead.length);
  const bytesTotal = toRead.reduce((sum, planned) => sum + expectBytes(planned), 0);
  let [processed, bytes] = [0, 0];
  const tell = () =>
    context.progress(processed, {
      sessionCount: toRead.length,
      sessionsProcessed: processed,
      bytesProcessed: Math.min(bytes, bytesTotal),
      bytesTotal,
    });
  return {
    onBytes: (count: number) => ((bytes += count), tell()),
    onLog: () => ((processed += 1), tell()),
  };
}

function expectBytes({ log, known }: PlannedLog): number {
  const grown = known === null ? log.stamp.size : log.stamp.size - known.stamp.size;
  return grown >= 0 ? grown : log.stamp.size;
}

/** SE11: models whose price came with a new table are no issue any more, without their logs being read. */
async function settlePrices(
  { tools, context, scope }: SessionRun,
  unchanged: readonly KnownLog[],
): Promise<void> {
  const settled = unchanged
    .map((log) => ({ ...log, left: withoutKnownModels(log.issues, tools.prices) }))
    .filter(({ issues, left }) => issues !== left);
  if (settled.length === 0) return;
  const { project } = scope;
  await context.transact(async (tx) => {
    for (const { sessionId, left } of settled) await saveIssues(tx, project.id, sessionId, left);
    const found = settled.flatMap(({ path, left }) => toFileIssues(path, left));
    const at = { projectId: project.id, operationId: context.operation.id, at: tools.clock.now() };
    await tools.issues.settle(
      tx,
      at,
      settled.map(({ path }) => path),
      found,
    );
  });
}

/** Parents that are known by recorded ids, and commits that the repository knows. */
async function settleRelations({ tools, context, scope, writer }: SessionRun): Promise<Set<string>> {
  const { project } = scope;
  const isWhole = scope.logs === 'all';
  const kin = [...writer.kin];
  const check =
    isWhole || writer.hasNewCommits
      ? await checkCommits({
          db: tools.db,
          projectId: project.id,
          hasNew: writer.hasNewCommits,
          openRepository: () => tools.git.openRepository(project.root, context.signal),
          signal: context.signal,
        })
      : null;
  if (kin.length === 0 && check === null) return new Set();
  return await context.transact(async (tx, emit) => {
    const children = kin.length === 0 ? [] : await linkParents(tx, project.id, kin);
    const checked = check === null ? [] : await saveVerdicts(tx, project.id, check.refs, check.verdicts);
    const changed = new Set([...children.map(({ id }) => id), ...checked]);
    const updated = await loadRefs(tx, project.id, [...changed]);
    tellChanges(emit, context.operation, { updated, removed: [] });
    return changed;
  });
}
