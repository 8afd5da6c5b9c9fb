/** Gathers what was read of logs into batches, and writes one while the next is read (SE22, SE24). */
import { setImmediate } from 'node:timers/promises';
import { toFileIssue, type FileIssue } from '../../../shared/issues.ts';
import type { Emit } from '../../core/journal.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { Transaction } from '../../db/open.ts';
import { removeCommits, saveCommits } from './commit-store.ts';
import { removeWindows, saveWindows } from './commit-window-store.ts';
import { removeFacts, saveFacts } from './fact-store.ts';
import { toFileIssues } from './log-issues.ts';
import type { LogStamp } from './log-stamp.ts';
import { removeRecords, saveRecords } from './record-store.ts';
import { familyOf, type SessionPiece } from './session-piece.ts';
import { savePositions, saveStamps } from './log-store.ts';
import { saveSessions, type SavedSessions } from './session-store.ts';
import type { SessionProject, SessionTools } from './session-tools.ts';
import { removeUsage, saveUsage } from './usage-store.ts';

interface WriterOptions {
  readonly tools: SessionTools;
  readonly context: OperationContext;
  readonly project: SessionProject;
  readonly scannedAtNs: bigint;
}

interface SavedPieces extends SavedSessions {
  /** Rows of commit windows that are other ones now. */
  readonly windows: number;
}

const defaultBatchBytes = 8 * 1024 * 1024;
const mostPieces = 100;

interface Batch {
  readonly pieces: SessionPiece[];
  readonly stamps: { sessionId: string; stamp: LogStamp }[];
  readonly failures: FileIssue[];
  bytes: number;
}

const createBatch = (): Batch => ({ pieces: [], stamps: [], failures: [], bytes: 0 });

export class SessionWriter {
  readonly batchBytes: number;
  /** Sessions with rows that are other ones now. */
  readonly changed = new Set<string>();
  /** What is wrong with each log that was looked into; nothing, for most. */
  readonly issuesOf = new Map<string, readonly FileIssue[]>();
  /** New ones whose parent or children are known by recorded ids only. */
  readonly kin = new Set<string>();
  /** Sessions with commits that nobody has checked yet. */
  hasNewCommits = false;
  readonly #options: WriterOptions;
  readonly #failed = new Set<string>();
  #batch = createBatch();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: WriterOptions) {
    this.#options = options;
    this.batchBytes = options.tools.limits.batchBytes ?? defaultBatchBytes;
  }

  /** False once rows of the session could not be stored: what follows in its log would have no ground. */
  takes(sessionId: string): boolean {
    return !this.#failed.has(sessionId);
  }

  /** A session appears once in a batch. */
  async add(piece: SessionPiece, bytes: number): Promise<void> {
    this.#batch.pieces.push(piece);
    this.#batch.bytes += bytes;
    if (this.#batch.bytes >= this.batchBytes || this.#batch.pieces.length >= mostPieces || !piece.isLast) {
      await this.#flush();
    }
  }

  /** Looked into, and nothing new was found. */
  addStamp(sessionId: string, stamp: LogStamp): void {
    this.#batch.stamps.push({ sessionId, stamp });
  }

  /** What was read of it before stays. */
  addFailure(issue: FileIssue): void {
    this.#batch.failures.push(issue);
    this.#noteFailure(issue);
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#writing;
  }

  /** After reading has failed: what is being written is written before anybody else begins. */
  async abandon(): Promise<void> {
    await this.#writing.catch(() => undefined);
  }

  /** Waits for the batch before, so that at most one is written while one is read. */
  async #flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = createBatch();
    await this.#writing;
    if (batch.pieces.length + batch.stamps.length + batch.failures.length === 0) return;
    this.#writing = this.#write(batch);
    // Whoever flushes next, or ends, hears of a failure.
    this.#writing.catch(() => undefined);
  }

  async #write(batch: Batch): Promise<void> {
    const pieces = batch.pieces.filter(({ log }) => this.takes(log.sessionId));
    try {
      await this.#commit({ ...batch, pieces });
    } catch (failure) {
      if (!isAboutRows(failure)) throw failure;
      await this.#commit({ ...batch, pieces: [] });
      for (const piece of pieces) await this.#writeAlone(piece);
    }
  }

  /** SE24: a session that fails is an issue, and the others go on. */
  async #writeAlone(piece: SessionPiece): Promise<void> {
    const { path, sessionId } = piece.log;
    try {
      await this.#commit({ ...createBatch(), pieces: [piece] });
    } catch (failure) {
      if (!isAboutRows(failure)) throw failure;
      this.#failed.add(sessionId);
      const issue = toFileIssue(path, 'UNREADABLE', `it could not be stored: ${reasonOf(failure)}`);
      this.#noteFailure(issue);
      await this.#commit({ ...createBatch(), failures: [issue] });
    }
  }

  #noteFailure(issue: FileIssue): void {
    this.#options.context.count('filesFailed');
    this.issuesOf.set(issue.path, [...(this.issuesOf.get(issue.path) ?? []), issue]);
  }

  async #commit(batch: Batch): Promise<void> {
    const { context, project, scannedAtNs } = this.#options;
    const { pieces, stamps, failures } = batch;
    if (pieces.length + stamps.length + failures.length === 0) return;
    const saved = await context.transact(async (tx, emit) => {
      if (stamps.length > 0) await saveStamps(tx, project.id, scannedAtNs, stamps);
      await this.#settleIssues(tx, batch);
      return pieces.length === 0 ? null : await this.#savePieces(tx, emit, pieces);
    });
    context.report([...failures, ...listNewIssues(pieces)]);
    if (saved !== null) this.#note(pieces, saved);
  }

  async #settleIssues(tx: Transaction, { pieces, failures }: Batch): Promise<void> {
    const { tools, context, project } = this.#options;
    const told = pieces.filter(({ hasNewIssues }) => hasNewIssues);
    if (told.length + failures.length === 0) return;
    const scope = { projectId: project.id, operationId: context.operation.id, at: tools.clock.now() };
    const paths = [...told.map(({ log }) => log.path), ...failures.map(({ path }) => path)];
    await tools.issues.settle(tx, scope, paths, [...listNewIssues(pieces), ...failures]);
  }

  async #savePieces(tx: Transaction, emit: Emit, pieces: readonly SessionPiece[]): Promise<SavedPieces> {
    const { context, project, scannedAtNs } = this.#options;
    const replaced = pieces.filter(({ isReplacing }) => isReplacing).map(({ log }) => log.sessionId);
    if (replaced.length > 0) await removeRows(tx, project.id, replaced);
    const rows = pieces.map(({ log, delta }) => ({
      sessionId: log.sessionId,
      family: familyOf(log.sessionId),
      delta,
      ...delta,
    }));
    // Sent together: they do not depend on each other, and each would wait for the way there and back.
    const others = await startAll([
      () => savePositions(tx, project.id, scannedAtNs, pieces),
      () => saveRecords(tx, project.id, rows),
      () => saveFacts(tx, project.id, rows),
      () => saveCommits(tx, project.id, rows),
    ]);
    const [saved, moves] = await Promise.all([
      saveSessions(tx, project.id, pieces),
      saveUsage(tx, project.id, rows),
      ...others,
    ]);
    const windows = await saveWindows(tx, project.id, rows, moves);
    emit({
      type: 'sessions:changed',
      projectId: project.id,
      operationId: context.operation.id,
      topic: topicsOf(context.operation),
      data: { added: [...saved.added], updated: [...saved.updated], removed: [] },
    });
    return { ...saved, windows };
  }

  #note(pieces: readonly SessionPiece[], { added, updated, windows }: SavedPieces): void {
    this.#options.context.count('commitCorrelationsSynced', windows);
    const before = this.changed.size;
    for (const { id } of [...added, ...updated]) this.changed.add(id);
    for (const { log, issues } of pieces) this.issuesOf.set(log.path, toFileIssues(log.path, issues));
    this.#options.context.count('sessionsSynced', this.changed.size - before);
    const isNew = new Set(added.map(({ id }) => id));
    for (const { log } of pieces) {
      if (log.agent === 'codex' && isNew.has(log.sessionId)) this.kin.add(log.sessionId);
    }
    this.hasNewCommits ||= pieces.some(({ delta }) => delta.commits.length > 0);
  }
}

const listNewIssues = (pieces: readonly SessionPiece[]): FileIssue[] =>
  pieces.flatMap(({ log, issues, hasNewIssues }) => (hasNewIssues ? toFileIssues(log.path, issues) : []));

/** Each makes its statement from many rows; between two of them the event loop gets its turn. */
async function startAll(starts: readonly (() => Promise<void>)[]): Promise<Promise<void>[]> {
  const started: Promise<void>[] = [];
  for (const start of starts) {
    const one = start();
    // Heard of where all of them are awaited.
    one.catch(() => undefined);
    started.push(one);
    await setImmediate();
  }
  return started;
}

/** Everything below the session itself. */
export async function removeRows(
  tx: Transaction,
  projectId: string,
  sessionIds: readonly string[],
): Promise<void> {
  await Promise.all([
    removeRecords(tx, projectId, sessionIds),
    removeFacts(tx, projectId, sessionIds),
    removeCommits(tx, projectId, sessionIds),
    removeUsage(tx, projectId, sessionIds),
    removeWindows(tx, projectId, sessionIds),
  ]);
}

/** Classes of SQLSTATE for values that a column or an index does not take. */
const rowFailures = /^(?:22|23|54)/;

function isAboutRows(failure: unknown): boolean {
  const { code, cause } = failure as { code?: unknown; cause?: unknown };
  if (typeof code === 'string' && rowFailures.test(code)) return true;
  return typeof cause === 'object' && cause !== null && isAboutRows(cause);
}

function reasonOf(failure: unknown): string {
  const { cause, message } = failure as Error;
  return cause instanceof Error ? cause.message : message;
}
