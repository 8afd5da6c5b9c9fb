/** A batch of paths, from the watcher or a request: the paths are hints, the disk is the truth (OP27.2, WT5). */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { OperationFailure, type OperationContext, type RunResult } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { ChangedFilesOptions } from './changed-files-options.ts';
import { planChanges, type ChangeSet } from './change-set.ts';
import type { DerivedTotals, RowTotals } from './derivation.ts';
import { discoverPaths, type PathDiscovery } from './discover-paths.ts';
import { discover } from './discover.ts';
import { findMoves, requireProject } from './full-sync.ts';
import { IndexWriter } from './index-writer.ts';
import {
  applyIssues,
  listOpenWalkIssues,
  planIssues,
  recordIssues,
  walkCodes,
  type IssueChanges,
  type IssueRow,
  type IssueScope,
} from './issue-store.ts';
import { isCovered } from './paths.ts';
import { ProjectDates } from './project-dates.ts';
import { createFileReader } from './read-file.ts';
import { commitRemovals } from './removal-commit.ts';
import { countByEntry, guardRemovals, planRemovals } from './removals.ts';
import { readTreeTexts, type SourceProject } from './source.ts';
import { loadKnownFiles, type KnownFile } from './stamp-store.ts';
import { toScanStart } from './stamp.ts';
import type { IndexingTools } from './tools.ts';

interface Batch {
  readonly project: SourceProject;
  readonly known: Map<string, KnownFile>;
  readonly seen: PathDiscovery;
  readonly changes: ChangeSet;
  readonly removals: readonly string[];
}

export async function runChangedFiles(tools: IndexingTools, context: OperationContext): Promise<RunResult> {
  const options = ChangedFilesOptions.parse(context.operation.options);
  const project = await requireProject(tools, context);
  const known =
    tools.memory.find(project.id, project.indexVersion) ?? (await loadKnownFiles(tools.db, project.id));
  tools.memory.keep(project.id, project.indexVersion, known);
  const onVersion = (version: number) => tools.memory.keep(project.id, version, known);
  context.enter('changed-files', options.paths.length);
  context.count('changedFilesTotal', options.paths.length + options.logs.length);

  const scannedAtNs = toScanStart(tools.clock.now().getTime());
  const [batch, openIssues] = await Promise.all([
    lookAtPaths(tools, context, project, known, options),
    listOpenWalkIssues(tools.db, project.id),
  ]);
  const dates = new ProjectDates({
    ...tools,
    project,
    current: null,
    onVersion,
    reading: isAboutFiles(options)
      ? tools.git.readPaths(project, options.isHeadMoved ? [] : options.paths, context.signal)
      : null,
  });
  const files = createFileReader({ root: project.root, ...tools.limits });
  const [texts, moves] = await Promise.all([
    readTreeTexts(project.root),
    findMoves(context, files, batch.changes.toRead, [...batch.removals, ...findMovedAway(batch)], known),
    dates.settled(),
  ]);
  const writer = new IndexWriter({
    context,
    project,
    known,
    files,
    dates,
    scannedAtNs,
    onVersion,
    projects: tools.projects,
    index: tools.index,
    documents: tools.index.createReader(texts.config, texts.version),
    now: () => tools.clock.now(),
  });
  const { toRead } = batch.changes;
  const derivation = await tools.openDerivation(context, {
    project,
    isForced: false,
    logs: options.isWholeWalk ? 'all' : options.logs,
  });
  await writer.write(toRead, new Map(moves.map(({ from, to }) => [to, from])), (done) =>
    context.progress(
      done,
      { totalChangedFiles: options.paths.length, processedChangedFiles: done },
      toRead.length,
    ),
  );
  if (options.isHeadMoved) await refreshAll(tools, context, project, dates, known);
  const moved = new Set(moves.map(({ from }) => from));
  const gone = batch.removals.filter((path) => !moved.has(path));
  const { added, updated, failed, changedIds } = writer.totals;
  const changed = new Set([...changedIds, ...dates.changedIds]);
  const removedIds = new Set(await tools.index.findIds(tools.db, project.id, gone));
  await derivation.readOthers({ changed, removed: removedIds });
  const derived = await derivation.derive({ changed, removed: removedIds });
  const stats: Record<string, unknown> = {
    documents: added + updated,
    ...toDerivedStats(derived.totals),
    ignored: options.ignored,
    repaired:
      options.reason === 'reconcile' ? added + updated + failed + toDerivedStats(derived.totals).sessions : 0,
  };
  return {
    message: `${added} added, ${updated} updated`,
    stats,
    commit: async (tx, emit) => {
      const removal = {
        project,
        known,
        paths: gone,
        failed: batch.seen.failed,
        settleIssues: (_tx: Transaction, scope: IssueScope) =>
          settleIssues(_tx, scope, batch.seen, gone, planWalkIssues(batch.seen, openIssues)),
      };
      const removed = await commitRemovals(tools, context, removal, tx, emit);
      await derived.commit(tx, emit);
      Object.assign(stats, toDerivedStats(derived.totals), { documents: added + updated + removed });
      if (options.reason === 'reconcile')
        stats.repaired = added + updated + failed + removed + toDerivedStats(derived.totals).sessions;
    },
  };
}

function toDerivedStats({ sessions, tasks, features, linksTotal }: DerivedTotals) {
  const changed = ({ synced, removed }: RowTotals) => synced + removed;
  return {
    sessions: changed(sessions),
    tasks: changed(tasks),
    features: changed(features),
    links_total: linksTotal,
  };
}

/** A batch of session logs alone has nothing to ask git. */
const isAboutFiles = ({ paths, isWholeWalk, isHeadMoved }: ChangedFilesOptions): boolean =>
  paths.length > 0 || isWholeWalk || isHeadMoved;

/**
 * A rename may be told in two batches, the new path first. What was indexed with the size of a new file, lies outside
 * this batch and is no longer on the disk may be what was renamed; only equal bytes make it so.
 */
function findMovedAway({ project, known, seen, changes }: Batch): string[] {
  const sizes = new Set(
    changes.toRead.filter((file) => !known.has(file.path)).map((file) => file.stamp.size),
  );
  if (sizes.size === 0) return [];
  return [...known].flatMap(([path, { isIndexed, stamp }]) => {
    if (!isIndexed || stamp === null || !sizes.has(stamp.size) || isCovered(path, seen.scopes)) return [];
    return lstatSync(join(project.root, path), { throwIfNoEntry: false }) === undefined ? [path] : [];
  });
}

/** A batch without any bound on its paths is one walk of the entries (WT5). */
async function lookAtPaths(
  tools: IndexingTools,
  { signal }: OperationContext,
  project: SourceProject,
  known: ReadonlyMap<string, KnownFile>,
  { paths, isWholeWalk, allowEmpty, removes }: ChangedFilesOptions,
): Promise<Batch> {
  const place = { root: project.root, entries: project.entries, ...tools.limits, signal };
  const seen: PathDiscovery = isWholeWalk
    ? { ...(await discover(place)), missing: [], ignored: [], scopes: new Set(['.']) }
    : await discoverPaths({ ...place, paths });
  const scopes = isWholeWalk ? {} : { scopes: seen.scopes };
  const changes = planChanges({ ...seen, ...scopes }, known, { force: false });
  const removals = planRemovals(changes.gone, { unreadableDirs: seen.unreadableDirs, complete: removes });
  guardBatch(project, known, seen, removals, allowEmpty);
  return { project, known: known as Map<string, KnownFile>, seen, changes, removals };
}

/** DX16 holds for batches too: what is left of each entry is what was indexed, less what went, plus what came. */
function guardBatch(
  project: SourceProject,
  known: ReadonlyMap<string, KnownFile>,
  seen: PathDiscovery,
  removals: readonly string[],
  allowEmpty: boolean,
): void {
  if (removals.length === 0 && seen.rootState === 'present') return;
  const indexed = [...known].filter(([, file]) => file.isIndexed).map(([path]) => path);
  const gone = new Set(removals);
  const left = new Set([
    ...indexed.filter((path) => !gone.has(path)),
    ...seen.files.map((file) => file.path),
    ...seen.failed,
  ]);
  const verdict = guardRemovals({
    ...project,
    ...seen,
    foundPerEntry: countByEntry(left, project.entries),
    indexedPerEntry: countByEntry(indexed, project.entries),
    allowEmpty,
  });
  if (!verdict.ok) throw new OperationFailure(verdict.code, verdict.message);
}

/** A commit or checkout keeps mtimes, so only a look at every file's dates finds what it changed (GD5). */
async function refreshAll(
  tools: IndexingTools,
  context: OperationContext,
  project: SourceProject,
  dates: ProjectDates,
  known: ReadonlyMap<string, KnownFile>,
): Promise<void> {
  const { root, entries } = project;
  const { files } = await discover({ root, entries, ...tools.limits, signal: context.signal });
  await dates.refresh(context, files, known);
}

/** Of the issues that a walk finds, a batch can only settle those at the places it looked at. */
function planWalkIssues({ issues, scopes, ignored }: PathDiscovery, open: readonly IssueRow[]): IssueChanges {
  const ignoredPaths = new Set(ignored.map(({ path }) => path));
  const seen = open.filter(({ filePath }) => isCovered(filePath, scopes) && !ignoredPaths.has(filePath));
  return planIssues(
    seen,
    issues.filter((issue) => walkCodes.includes(issue.code)),
  );
}

async function settleIssues(
  tx: Transaction,
  scope: IssueScope,
  { issues, failed }: PathDiscovery,
  gone: readonly string[],
  walkIssues: IssueChanges,
): Promise<boolean> {
  const found = issues.filter((issue) => !walkCodes.includes(issue.code));
  const paths = [...gone, ...failed, ...found.map((issue) => issue.path)];
  const hasFileIssues = await recordIssues(tx, scope, paths, found);
  const hasWalkIssues = walkIssues.opened.length + walkIssues.resolved.length > 0;
  return (hasWalkIssues && (await applyIssues(tx, scope, walkIssues))) || hasFileIssues;
}
