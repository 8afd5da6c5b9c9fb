/** Turns files into rows: reads them in short slices, and commits each batch with its event (SY10, DX13). */
import type { FileIssue } from '../../../shared/issues.ts';
import { severityOf } from '../../../shared/issues.ts';
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import type { ProjectDates } from './project-dates.ts';
import type {
  DocumentChanges,
  DocumentIndex,
  DocumentReader,
  IndexableDocument,
  ReadDocument,
} from './document-index.ts';
import { recordIssues, countOpenIssues } from './issue-store.ts';
import { createPacer } from '../../platform/pacer.ts';
import type { FileReader } from './read-file.ts';
import type { SourceProject, SourceProjects } from './source.ts';
import { forgetStamp, removeStamps, saveStamps, type KnownFile, type StampRow } from './stamp-store.ts';
import { toMs } from './stamp.ts';
import type { FoundFile } from './walk.ts';

export interface WriterOptions {
  readonly context: OperationContext;
  readonly project: SourceProject;
  readonly projects: SourceProjects;
  readonly index: DocumentIndex;
  readonly documents: DocumentReader;
  readonly files: FileReader;
  readonly dates: ProjectDates;
  readonly known: Map<string, KnownFile>;
  readonly scannedAtNs: bigint;
  readonly now: () => Date;
  /** Told of the index version after each commit. */
  readonly onVersion: (version: number) => void;
}

/** Rows and files of one run, so that added + updated + unchanged + failed = files seen (SY13). */
export interface WriterTotals {
  added: number;
  updated: number;
  unchanged: number;
  failed: number;
  /** Still being written to: left to the next batch. */
  deferred: string[];
  /** Ids of the documents whose rows are other ones now. */
  changedIds: Set<string>;
}

const batchSize = 200;
const batchMs = 50;

interface Batch {
  readonly documents: IndexableDocument<ReadDocument>[];
  readonly stamps: StampRow[];
  readonly paths: string[];
  /** Could not even be read: without a stamp they are tried again each time. */
  readonly unread: string[];
  readonly issues: FileIssue[];
  /** Indexed as text only: they count as failed, not as added (IX2). */
  readonly broken: Set<string>;
  readonly startedMs: number;
}

export class IndexWriter {
  readonly totals: WriterTotals = {
    added: 0,
    updated: 0,
    unchanged: 0,
    failed: 0,
    deferred: [],
    changedIds: new Set(),
  };
  readonly #options: WriterOptions;
  #batch = createBatch();

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** `moves` names the former path of a file whose bytes were known under it. */
  async write(
    files: readonly FoundFile[],
    moves: ReadonlyMap<string, string>,
    onFile: (done: number) => void,
  ): Promise<void> {
    const { context } = this.#options;
    const pacer = createPacer(context.signal);
    for (const [done, file] of files.entries()) {
      await this.#take(file, moves.get(file.path) ?? null);
      onFile(done + 1);
      if (this.#isFull()) await this.flush();
      if (pacer.isDue()) await pacer.rest();
    }
    await this.flush();
  }

  #isFull(): boolean {
    const { paths, startedMs } = this.#batch;
    return (
      paths.length >= batchSize ||
      (paths.length > 0 && performance.now() - startedMs >= batchMs && paths.length >= 50)
    );
  }

  async #take(file: FoundFile, movedFrom: string | null): Promise<void> {
    const { files, documents, context } = this.#options;
    const read = await files.read(file.path, context.signal);
    if (read.outcome === 'gone') return;
    if (read.outcome === 'changing') return this.#defer(file.path, read.issue);
    if (read.outcome === 'failed') return this.#fail(file, [read.issue], null);

    const reading = documents.read({ ...placeOf(file), bytes: read.bytes });
    const stamp = { path: file.path, hash: read.hash, stamp: read.stamp, failed: false };
    if (reading.outcome === 'failed') return this.#fail(file, reading.issues, stamp);
    // IX2: broken front matter of a file that was good before keeps what was read then.
    const isBroken = reading.document.issues.some((issue) => severityOf[issue.code] === 'error');
    if (isBroken && this.#options.known.get(file.path)?.isIndexed === true) {
      return this.#fail(file, reading.document.issues, stamp);
    }
    this.#accept(file, reading.document, stamp, movedFrom, isBroken);
  }

  #accept(
    file: FoundFile,
    document: ReadDocument,
    stamp: StampRow,
    movedFrom: string | null,
    isBroken: boolean,
  ): void {
    const dated = this.#options.dates.decide({
      path: file.path,
      declared: document.declaredDates,
      declaredIn: document.declaredIn,
      canonicalStatus: document.canonicalStatus,
      mtimeMs: toMs(stamp.stamp.mtimeNs),
      birthMs: file.birthNs === 0n ? null : toMs(file.birthNs),
    });
    const issues = [...document.issues, ...dated.issues];
    this.#batch.documents.push({
      filePath: file.path,
      entry: file.entry,
      document: { ...document, issues },
      fileHash: stamp.hash,
      sizeBytes: stamp.stamp.size,
      mtimeMs: toMs(stamp.stamp.mtimeNs),
      dates: dated.dates,
      fileDate: dated.fileDate,
      movedFrom,
    });
    this.#batch.stamps.push({ ...stamp, failed: isBroken });
    this.#batch.paths.push(file.path);
    this.#batch.issues.push(...issues);
    if (isBroken) this.#batch.broken.add(file.path);
  }

  #fail(file: FoundFile, issues: readonly FileIssue[], stamp: StampRow | null): void {
    this.totals.failed += 1;
    this.#options.context.count('filesFailed');
    this.#batch.paths.push(file.path);
    this.#batch.issues.push(...issues);
    if (stamp === null) this.#batch.unread.push(file.path);
    else this.#batch.stamps.push({ ...stamp, failed: true });
  }

  #defer(path: string, issue: FileIssue): void {
    this.totals.deferred.push(path);
    this.totals.unchanged += 1;
    this.#options.context.report([issue]);
  }

  /** One short transaction: rows, stamps, issues and the event that announces them. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = createBatch();
    if (batch.paths.length === 0) return;
    const { context } = this.#options;
    const { changes, version } = await context.transact((tx, emit) => this.#commit(tx, emit, batch));
    if (version !== null) this.#options.onVersion(version);
    this.#remember(batch);
    this.#tally(batch, changes);
  }

  async #commit(tx: Transaction, emit: Emit, batch: Batch) {
    const { context, project, projects, index, scannedAtNs, now } = this.#options;
    const { id: operationId } = context.operation;
    const changes = await index.upsert(tx, project.id, batch.documents);
    await saveStamps(tx, project.id, scannedAtNs, batch.stamps);
    // Nothing is left of the paths that files have moved from.
    const left = batch.documents.flatMap(({ movedFrom }) => (movedFrom === null ? [] : [movedFrom]));
    await removeStamps(tx, project.id, [...left, ...batch.unread]);
    const scope = { projectId: project.id, operationId, at: now() };
    const hasOtherIssues = await recordIssues(tx, scope, [...batch.paths, ...left], batch.issues);
    if (changes.added.length + changes.updated.length === 0 && !hasOtherIssues)
      return { changes, version: null };

    const issueCount = hasOtherIssues ? await countOpenIssues(tx, project.id) : null;
    const figures = await projects.noteIndexed(tx, project.id, {
      documentsBy: changes.added.length,
      issueCount,
    });
    emit({
      type: 'documents:changed',
      projectId: project.id,
      operationId,
      topic: topicsOf(context.operation),
      data: {
        added: [...changes.added],
        updated: [...changes.updated],
        removed: [],
        documentCount: figures.documentCount,
        issueCount: figures.issueCount,
      },
    });
    return { changes, version: figures.indexVersion };
  }

  #remember({ stamps, documents, unread }: Batch): void {
    const { known, scannedAtNs } = this.#options;
    const indexed = new Set(documents.map((document) => document.filePath));
    for (const { path, hash, stamp, failed } of stamps) {
      const isIndexed = indexed.has(path) || (known.get(path)?.isIndexed ?? false);
      known.set(path, { hash, stamp, failed, scannedAtNs, isIndexed });
    }
    for (const path of unread) forgetStamp(known, path);
    for (const { movedFrom } of documents) if (movedFrom !== null) known.delete(movedFrom);
  }

  #tally(batch: Batch, { added, updated }: DocumentChanges): void {
    const { context } = this.#options;
    const isWhole = (document: { path: string }) => !batch.broken.has(document.path);
    const same = batch.documents.length - added.length - updated.length;
    for (const { id } of [...added, ...updated]) this.totals.changedIds.add(id);
    this.totals.added += added.filter(isWhole).length;
    this.totals.updated += updated.filter(isWhole).length;
    this.totals.failed += batch.broken.size;
    this.totals.unchanged += same;
    context.count('filesFailed', batch.broken.size);
    context.count('documentsSynced', added.length + updated.length);
    context.count('documentsSkipped', same);
    if (batch.issues.length > 0) context.report(batch.issues);
  }
}

const createBatch = (): Batch => ({
  documents: [],
  stamps: [],
  paths: [],
  unread: [],
  issues: [],
  broken: new Set(),
  startedMs: performance.now(),
});

const placeOf = ({ path, entry, entryKind }: FoundFile) => ({ filePath: path, entry, entryKind });
