/** A full sync: walk, read what changed, date everything, and remove only what a complete walk proves to be gone. */
import { AppError } from '../../../shared/failure.ts';
import type { SyncCounts } from '../../../shared/views/project.ts';
import { OperationFailure, type OperationContext, type RunResult } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { planChanges, planMoves, type Move } from './change-set.ts';
import { discover, type Discovery } from './discover.ts';
import type { Derived, DerivedTotals } from './derivation.ts';
import type { DocumentReader } from './document-index.ts';
import { IndexWriter, type WriterTotals } from './index-writer.ts';
import {
  applyIssues,
  listOpenWalkIssues,
  planIssues,
  readOpenIssues,
  recordIssues,
  walkCodes,
  type IssueChanges,
  type IssueScope,
} from './issue-store.ts';
import { createPacer } from '../../platform/pacer.ts';
import { ProjectDates } from './project-dates.ts';
import { createFileReader, type FileReader } from './read-file.ts';
import { commitRemovals } from './removal-commit.ts';
import { countByEntry, guardRemovals, planRemovals } from './removals.ts';
import { readTreeTexts, toDerivedWith, type SourceProject, type TreeFacts } from './source.ts';
import { loadKnownFiles, type KnownFile } from './stamp-store.ts';
import { toScanStart } from './stamp.ts';
import type { IndexingTools } from './tools.ts';
import type { FoundFile } from './walk.ts';

export interface FullSyncResult extends RunResult {
  /** Set by the commit: what the project's status is settled with. */
  readonly settlement: { counts: SyncCounts; error: string | null };
}

interface Look {
  readonly project: SourceProject;
  readonly discovery: Discovery;
  readonly known: Map<string, KnownFile>;
  readonly walkIssues: IssueChanges;
  readonly documents: DocumentReader;
  readonly facts: TreeFacts;
  readonly isOtherDerivation: boolean;
  readonly scannedAtNs: bigint;
}

export async function runFullSync(tools: IndexingTools, context: OperationContext): Promise<FullSyncResult> {
  const look = await lookAtSource(tools, context);
  const { project, discovery, known } = look;
  guard(look, context.operation.options.allowEmpty === true);

  const force = context.operation.options.force === true || look.isOtherDerivation;
  const changes = planChanges(discovery, known, { force });
  const gone = planRemovals(changes.gone, { unreadableDirs: discovery.unreadableDirs, complete: true });
  context.count(
    'documentsSkipped',
    changes.unchanged.filter((path) => known.get(path)?.failed !== true).length,
  );

  const hasChanges = force || changes.toRead.length > 0 || gone.length > 0;
  const onVersion = (version: number) => tools.memory.keep(project.id, version, known);
  const dates = await openDates(tools, context, project, hasChanges, onVersion);
  const files = createFileReader({ root: project.root, ...tools.limits });
  const writer = new IndexWriter({
    ...look,
    context,
    files,
    dates,
    projects: tools.projects,
    index: tools.index,
    now: () => tools.clock.now(),
    onVersion,
  });
  const derivation = await tools.openDerivation(context, { project, isForced: force, logs: 'all' });
  const moves = await writeDocuments(writer, context, files, changes.toRead, gone, known);
  const moved = new Set(moves.map(({ from }) => from));
  const removals = gone.filter((path) => !moved.has(path));
  const removed = new Set(await tools.index.findIds(tools.db, project.id, removals));
  const { changedIds } = writer.totals;
  await derivation.readOthers({ changed: changedIds, removed });
  await dates.refresh(context, discovery.files, known);
  const derived = await derivation.derive({
    changed: new Set([...changedIds, ...dates.changedIds]),
    removed,
  });
  return toResult(tools, context, { ...look, derived }, writer.totals, changes.unchanged, removals);
}

/** Asks git in the background, unless nothing on the disk and nothing in the repository has moved since the last time. */
async function openDates(
  tools: IndexingTools,
  context: OperationContext,
  project: SourceProject,
  hasChanges: boolean,
  onVersion: (version: number) => void,
): Promise<ProjectDates> {
  const current = await tools.git.findCurrent(project, context.signal);
  const isKnown = current !== null && tools.git.isApplied(project.id, current);
  const reading = hasChanges || !isKnown ? tools.git.read(project, context.signal) : null;
  return new ProjectDates({ ...tools, project, reading, current, onVersion });
}

/** Everything that is known before a file is read; the database is asked while the walk goes on. */
async function lookAtSource(tools: IndexingTools, context: OperationContext): Promise<Look> {
  const { db, memory, clock, index, limits } = tools;
  const project = await requireProject(tools, context);
  const scannedAtNs = toScanStart(clock.now().getTime());
  context.enter('discover');
  const remembered = memory.find(project.id, project.indexVersion);
  const [discovery, known, openIssues, texts] = await Promise.all([
    discover({
      root: project.root,
      entries: project.entries,
      ...limits,
      onProgress: (walked) => context.progress(walked),
      signal: context.signal,
    }),
    remembered ?? loadKnownFiles(db, project.id),
    listOpenWalkIssues(db, project.id),
    readTreeTexts(project.root),
  ]);
  if (remembered === undefined) memory.keep(project.id, project.indexVersion, known);
  context.progress(discovery.walked);
  context.count('filesSeen', discovery.walked);
  const documents = index.createReader(texts.config, texts.version);
  const found = [...discovery.issues, ...documents.issues];
  context.report(found);
  return {
    project,
    discovery,
    known,
    documents,
    scannedAtNs,
    walkIssues: planIssues(
      openIssues,
      found.filter((issue) => walkCodes.includes(issue.code)),
    ),
    facts: {
      schemaVersion: documents.schemaVersion,
      profile: documents.profile,
      treeSettings: documents.treeSettings,
      derivedWith: toDerivedWith(index.parserVersion, project.entries, texts),
    },
    isOtherDerivation: project.derivedWith !== toDerivedWith(index.parserVersion, project.entries, texts),
  };
}

export async function requireProject(
  tools: IndexingTools,
  context: OperationContext,
): Promise<SourceProject> {
  const project = await tools.projects.load(tools.db, context.operation.projectId);
  if (project === undefined) throw new AppError('NOT_FOUND', 'Project not found');
  return project;
}

/** DX16: nothing is deleted when the source itself seems to have gone. */
function guard({ project, discovery, known }: Look, allowEmpty: boolean): void {
  const indexed = [...known].filter(([, file]) => file.isIndexed).map(([path]) => path);
  const present = [...discovery.files.map((file) => file.path), ...discovery.failed];
  const verdict = guardRemovals({
    ...project,
    ...discovery,
    foundPerEntry: countByEntry(present, project.entries),
    indexedPerEntry: countByEntry(indexed, project.entries),
    allowEmpty,
  });
  if (!verdict.ok) throw new OperationFailure(verdict.code, verdict.message);
}

async function writeDocuments(
  writer: IndexWriter,
  context: OperationContext,
  files: FileReader,
  toRead: readonly FoundFile[],
  gone: readonly string[],
  known: ReadonlyMap<string, KnownFile>,
): Promise<Move[]> {
  if (toRead.length === 0) {
    context.skip(['documents'], 'no file has changed');
    return [];
  }
  context.enter('documents', toRead.length);
  const moves = await findMoves(context, files, toRead, gone, known);
  await writer.write(toRead, new Map(moves.map(({ from, to }) => [to, from])), (done) =>
    context.progress(done, { documentCount: toRead.length, documentsProcessed: done }),
  );
  return moves;
}

/** New files are hashed before any is written, but only where something is gone that they may have been. */
export async function findMoves(
  context: OperationContext,
  files: FileReader,
  toRead: readonly FoundFile[],
  gone: readonly string[],
  known: ReadonlyMap<string, KnownFile>,
): Promise<Move[]> {
  const left = gone.flatMap((path) => {
    const file = known.get(path);
    return file?.isIndexed === true ? [{ path, hash: file.hash }] : [];
  });
  if (left.length === 0) return [];
  const pacer = createPacer(context.signal);
  const fresh: { path: string; hash: string }[] = [];
  for (const { path } of toRead.filter((file) => !known.has(file.path))) {
    const read = await files.read(path, context.signal);
    if (read.outcome === 'read') fresh.push({ path, hash: read.hash });
    if (pacer.isDue()) await pacer.rest();
  }
  return planMoves(fresh, left);
}

function toResult(
  tools: IndexingTools,
  context: OperationContext,
  look: Look & { readonly derived: Derived },
  totals: WriterTotals,
  unchangedPaths: readonly string[],
  removals: readonly string[],
): FullSyncResult {
  const { project, known, discovery } = look;
  const stillFailed = unchangedPaths.filter((path) => known.get(path)?.failed === true).length;
  const failed = totals.failed + stillFailed + discovery.failed.length;
  const unchanged = totals.unchanged + unchangedPaths.length - stillFailed;
  const settlement: FullSyncResult['settlement'] = {
    counts: { added: totals.added, updated: totals.updated, removed: 0, unchanged, failed },
    error: null,
  };
  const stats: Record<string, unknown> = {
    documents_synced: totals.added + totals.updated,
    documents_added: totals.added,
    documents_updated: totals.updated,
    documents_skipped: unchanged,
    documents_removed: 0,
    ...toDerivedStats(look.derived.totals),
    coalesced:
      Array.isArray(context.operation.metadata.joined) && context.operation.metadata.joined.length > 0,
  };
  return {
    settlement,
    stats,
    message: describe(settlement.counts),
    commit: async (tx, emit) => {
      const removal = {
        project,
        known,
        paths: removals,
        failed: discovery.failed,
        settleIssues: (_tx: Transaction, scope: IssueScope) => settleIssues(_tx, scope, look, removals),
      };
      const removed = await commitRemovals(tools, context, removal, tx, emit);
      await look.derived.commit(tx, emit);
      Object.assign(stats, toDerivedStats(look.derived.totals));
      if (look.isOtherDerivation) await tools.projects.noteTree(tx, project.id, look.facts);
      settlement.counts.removed = removed;
      stats.documents_removed = removed;
      if (failed > 0) settlement.error = await describeFailures(tx, project);
    },
  };
}

function toDerivedStats({ sessions, tasks, features, linksTotal }: DerivedTotals) {
  return {
    sessions_synced: sessions.synced,
    sessions_skipped: sessions.skipped,
    sessions_removed: sessions.removed,
    tasks_synced: tasks.synced,
    tasks_skipped: tasks.skipped,
    tasks_removed: tasks.removed,
    features_synced: features.synced,
    features_removed: features.removed,
    links_total: linksTotal,
  };
}

/** Issues of files that are gone end; files the walk itself could not take have theirs. */
async function settleIssues(
  tx: Transaction,
  scope: IssueScope,
  { discovery, documents, walkIssues }: Look,
  gone: readonly string[],
): Promise<boolean> {
  const found = [...discovery.issues.filter((issue) => !walkCodes.includes(issue.code)), ...documents.issues];
  const paths = [...gone, ...discovery.failed, '.config.yaml', '.version'];
  const hasFileIssues = await recordIssues(tx, scope, paths, found);
  const hasWalkIssues = walkIssues.opened.length + walkIssues.resolved.length > 0;
  return (hasWalkIssues && (await applyIssues(tx, scope, walkIssues))) || hasFileIssues;
}

/** SY12: five of them by name, then how many more. */
async function describeFailures(tx: Transaction, project: SourceProject): Promise<string | null> {
  const { failedFiles, firstFailures } = await readOpenIssues(tx, project.id);
  if (failedFiles === 0) return null;
  const named = firstFailures.map(({ path, message }) => `${path} (${message})`).join('; ');
  const more = failedFiles - firstFailures.length;
  return `${failedFiles} file(s) could not be indexed: ${named}${more > 0 ? `; and ${more} more` : ''}`;
}

function describe({ added, updated, unchanged, failed }: SyncCounts): string {
  const parts = [`${added} added`, `${updated} updated`, `${unchanged} unchanged`];
  return failed === 0 ? parts.join(', ') : `${parts.join(', ')}, ${failed} failed`;
}
