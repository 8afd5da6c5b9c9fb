/** Reads one log to its end, in pieces that a transaction each can take (SE21, SE22). */
import { realpathSync } from 'node:fs';
import { toFileIssue } from '../../../shared/issues.ts';
import type { Pacer } from '../../platform/pacer.ts';
import { describeError } from './io-errors.ts';
import type { LogOwner } from './log-folders.ts';
import { keepIssues, type KeptIssue } from './log-issues.ts';
import type { PlannedLog } from './log-plan.ts';
import { toBornAt } from './log-stamp.ts';
import { openLog, type LogTail } from './log-tail.ts';
import { openLogReader } from './read/open-log-reader.ts';
import type { LogReader } from './read/reading.ts';
import { toReadWith } from './session-piece.ts';
import type { Progress } from './log-store.ts';
import type { SessionTools } from './session-tools.ts';
import type { SessionWriter } from './session-writer.ts';
import type { SidecarFinder } from './sidecars.ts';

export interface ReadingOptions {
  readonly tools: Pick<SessionTools, 'prices' | 'limits'>;
  readonly owner: LogOwner;
  readonly sidecars: SidecarFinder;
  readonly writer: SessionWriter;
  readonly pacer: Pacer;
  readonly isForced: boolean;
  readonly onBytes: (bytes: number) => void;
}

export async function readLog(
  options: ReadingOptions,
  planned: PlannedLog,
  progress: Progress | null,
): Promise<void> {
  const { tools, writer } = options;
  const { path, folder } = planned.log;
  try {
    const opened = openLog(path, {
      maxLineBytes: tools.limits.maxLineBytes,
      realRoot: realpathSync(folder),
    });
    // What has gone since it was listed is settled by the next look.
    if (opened.state === 'gone') return;
    if (opened.state === 'outside') {
      return writer.addFailure(toFileIssue(path, 'UNREADABLE', 'its real path lies outside its log folder'));
    }
    using tail = opened.tail;
    await new Reading(options, planned, progress, tail).run();
  } catch (error) {
    if (!isOfFile(error)) throw error;
    writer.addFailure(toFileIssue(path, 'UNREADABLE', describeError(error)));
  }
}

/** From a call of the file system, not of the program or the database. */
const isOfFile = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && 'errno' in error && 'path' in error;

class Reading {
  readonly #options: ReadingOptions;
  readonly #planned: PlannedLog;
  readonly #tail: LogTail;
  readonly #reader: LogReader;
  readonly #bornAt: string;
  /** What is read goes on from what was read before. */
  readonly #isAppend: boolean;
  /** Rows of another file, or of another way of reading, stand there. */
  #isReplacing: boolean;
  #issues: readonly KeptIssue[];
  #maskedSecrets: number;
  #recordCount: number;
  #takenTo: number;

  constructor(options: ReadingOptions, planned: PlannedLog, progress: Progress | null, tail: LogTail) {
    const { log, known } = planned;
    const { owner, isForced } = options;
    this.#options = options;
    this.#planned = planned;
    this.#tail = tail;
    this.#bornAt = toBornAt(tail.stamp);
    const isSameReading = known !== null && !isForced && known.readWith === toReadWith(owner, known.cwd);
    // Of a log without a line there is nothing to tell it by, nor to go on from.
    const hasLines = progress !== null && progress.position.offset > 0;
    const before = isSameReading && hasLines && tail.resume(progress.position) ? progress : null;
    const isStillEmpty = isSameReading && !hasLines && known.stamp.ino === tail.stamp.ino;
    this.#isAppend = before !== null || isStillEmpty;
    this.#isReplacing = known !== null && before === null;
    this.#issues = before === null ? [] : (known?.issues ?? []);
    this.#maskedSecrets = before?.maskedSecrets ?? 0;
    this.#recordCount = before?.recordCount ?? 0;
    this.#takenTo = before?.position.offset ?? 0;
    const place = {
      sessionId: log.sessionId,
      projectRoot: owner.root,
      worktreeRoots: owner.worktreeRoots,
      bornAt: this.#bornAt,
    };
    this.#reader = openLogReader(log.agent, place, before?.state ?? null);
  }

  async run(): Promise<void> {
    const { writer, pacer, onBytes } = this.#options;
    const { log } = this.#planned;
    for (let before = this.#tail.bytesRead; this.#tail.readSome(this.#reader);) {
      onBytes(this.#tail.bytesRead - before);
      before = this.#tail.bytesRead;
      if (this.#tail.position.offset - this.#takenTo >= writer.batchBytes) await this.#hand(false);
      if (pacer.isDue()) await pacer.rest();
      if (!writer.takes(log.sessionId)) return;
    }
    if (this.#hasNews()) await this.#hand(true);
    else writer.addStamp(log.sessionId, this.#tail.stamp);
  }

  #hasNews(): boolean {
    const { log, known, inputs } = this.#planned;
    if (!this.#isAppend || known === null) return true;
    const isSame = known.goneAt === null && known.inputs === inputs && known.path === log.path;
    return !isSame || this.#tail.position.offset > this.#takenTo;
  }

  async #hand(isLast: boolean): Promise<void> {
    const { tools, owner, sidecars, writer } = this.#options;
    const { log, inputs, known } = this.#planned;
    const delta = this.#reader.take();
    const state = this.#reader.state;
    const position = this.#tail.position;
    const issues = keepIssues(this.#issues, delta.issues, delta.usage, tools.prices);
    const hadIssues = this.#isReplacing && (known?.issues.length ?? 0) > 0;
    this.#maskedSecrets += delta.maskedSecrets;
    this.#recordCount += delta.records.length;
    const piece = {
      log: { ...log, stamp: this.#tail.stamp },
      isReplacing: this.#isReplacing,
      isLast,
      bornAt: this.#bornAt,
      delta,
      state,
      position,
      readWith: toReadWith(owner, state.summary.cwd),
      inputs,
      sidecars: sidecars.find(log).read(),
      issues,
      hasNewIssues: issues !== this.#issues || hadIssues,
      maskedSecrets: this.#maskedSecrets,
      recordCount: this.#recordCount,
    };
    const bytes = position.offset - this.#takenTo;
    this.#issues = issues;
    this.#isReplacing = false;
    this.#takenTo = position.offset;
    await writer.add(piece, bytes);
  }
}
