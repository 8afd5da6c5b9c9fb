/** What one running operation has to tell: phases, figures and issues, gathered until the next commit. */
import type { EventDraft } from '../../shared/events/index.ts';
import { severityOf, type FileIssue } from '../../shared/issues.ts';
import { toTimestamp } from '../../shared/ids.ts';
import type { CounterName, Counters, PhaseName, PhaseRecord, Progress } from '../../shared/operations.ts';
import type { Clock } from '../platform/clock.ts';
import { topicsOf } from './topics.ts';
import type { Json, StoredOperation } from './workflow.ts';

interface Phase {
  readonly name: PhaseName;
  readonly startedAt: Date;
  readonly startedMs: number;
  finishedAt: Date | null;
  finishedMs: number | null;
  processed: number | null;
  total: number | null;
  named: Record<string, number>;
  counters: Counters;
  isAnnounced: boolean;
}

/** A total says little at the very start (OP7). */
const etaNeeds = { share: 0.05, ms: 2000 };
const issuesInOneEvent = 100;

export class Narration {
  readonly #operation: StoredOperation;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #phases: Phase[] = [];
  readonly #skipped: { phase: string; reason: string }[] = [];
  #counters: Counters = {};
  /** Phases whose rows are older than what is known here, by position. */
  readonly #unsaved = new Set<number>();
  #named: Record<string, number> = {};
  #drafts: EventDraft[] = [];
  #issues: FileIssue[] = [];
  #issueCount = 0;
  #hasProgress = false;
  #message = 'Started';
  /** Set when the operation has ended. */
  #durationMs: number | null = null;

  constructor(operation: StoredOperation, clock: Clock, queued: { at: Date; ms: number }) {
    this.#operation = operation;
    this.#clock = clock;
    this.#startedMs = clock.monotonicMs();
    this.#phases.push(createPhase('queued', queued.at, this.#startedMs - queued.ms));
    this.#end(this.#phases[0]);
    this.#drafts = [];
  }

  get hasNews(): boolean {
    return this.#hasProgress || this.#drafts.length > 0 || this.#issues.length > 0;
  }

  enter(name: PhaseName, total: number | null): void {
    this.#end(this.#phases.at(-1));
    const phase = createPhase(name, this.#clock.now(), this.#clock.monotonicMs());
    phase.total = total;
    this.#phases.push(phase);
    this.#unsaved.add(this.#phases.length - 1);
    this.#message = describe(name);
    this.#hasProgress = true;
  }

  skip(phases: readonly PhaseName[] | 'links', reason: string): void {
    const names = phases === 'links' ? ['links'] : phases;
    this.#skipped.push(...names.map((phase) => ({ phase, reason })));
  }

  progress(processed: number, named: Readonly<Record<string, number>>, total?: number | null): void {
    const phase = this.#phases.at(-1);
    if (phase === undefined) return;
    if (total !== undefined) phase.total = total;
    const bounded = phase.total === null ? processed : Math.min(processed, phase.total);
    phase.processed = Math.max(phase.processed ?? 0, bounded);
    Object.assign(phase.named, named);
    Object.assign(this.#named, named);
    this.#unsaved.add(this.#phases.length - 1);
    this.#hasProgress = true;
  }

  count(counter: CounterName, by: number): void {
    if (by === 0) return;
    add(this.#counters, counter, by);
    const phase = this.#phases.at(-1);
    if (phase !== undefined) add(phase.counters, counter, by);
    this.#hasProgress = true;
  }

  say(message: string): void {
    this.#message = message;
    this.#hasProgress = true;
  }

  report(issues: readonly FileIssue[]): void {
    this.#issues.push(...issues);
    const counted = issues.filter((issue) => severityOf[issue.code] !== 'notice').length;
    this.#issueCount += counted;
    this.count('issuesFound', counted);
  }

  emit(draft: EventDraft): void {
    this.#drafts.push(draft);
  }

  /** Ends the phase under way: the work is over, whatever the last commit makes of it. */
  close(): void {
    this.#end(this.#phases.at(-1));
  }

  /**
   * What the last commit is to tell. It may be tried several times, and with another ending: then every phase is
   * written again, and only a completed operation stands in `completed` (OP12).
   */
  settle(isCompleted: boolean, message: string): void {
    this.#message = message;
    this.#durationMs = this.#elapsedMs();
    if (this.#phases.at(-1)?.name === 'completed') this.#phases.pop();
    this.close();
    if (isCompleted) this.#phases.push(this.#createCompleted());
    for (const position of this.#phases.keys()) this.#unsaved.add(position);
  }

  /** What is told now: the answer goes back to it, after a commit that told more and then failed. */
  keepFigures(): () => void {
    const [counters, issueCount] = [{ ...this.#counters }, this.#issueCount];
    const { length } = this.#phases;
    const phase = this.#phases.at(-1);
    const phaseCounters = { ...phase?.counters };
    return () => {
      this.#counters = counters;
      this.#issueCount = issueCount;
      this.#phases.length = length;
      if (phase !== undefined) phase.counters = phaseCounters;
      this.takeDrafts();
    };
  }

  /** What has happened since the last time, in order; figures once, with their newest value (EV6). */
  takeDrafts(): EventDraft[] {
    const drafts = [...this.#drafts, ...this.#toIssueDrafts()];
    this.#drafts = [];
    const phase = this.#phases.at(-1);
    if (this.#hasProgress && phase !== undefined && phase.finishedAt === null) {
      drafts.push(phase.isAnnounced ? this.#toProgressDraft(phase) : this.#toPhaseDraft(phase));
      phase.isAnnounced = true;
    }
    this.#hasProgress = false;
    return drafts;
  }

  /** After a commit that failed: what it carried must be told all the same. */
  giveBack(drafts: readonly EventDraft[]): void {
    this.#drafts = [...drafts, ...this.#drafts];
  }

  takeUnsavedPhases(): { position: number; record: PhaseRecord }[] {
    const taken = [...this.#unsaved].toSorted((a, b) => a - b);
    this.#unsaved.clear();
    return taken.flatMap((position) => {
      const phase = this.#phases[position];
      return phase === undefined ? [] : [{ position, record: this.#toRecord(phase) }];
    });
  }

  /** The columns of the operation's own row. */
  toColumns(): {
    phase: string;
    message: string;
    progress: Progress;
    counters: Counters;
    metadata: Json;
    durationMs: number;
    etaMs: number | null;
    issues: number;
    updatedAt: Date;
  } {
    const phase = this.#phases.at(-1);
    return {
      phase: phase?.name ?? 'queued',
      message: this.#message,
      progress: phase === undefined ? {} : { ...this.#named, ...this.#toProgress(phase) },
      counters: { ...this.#counters },
      metadata: { ...this.#operation.metadata, skipped: [...this.#skipped] },
      durationMs: this.durationMs,
      etaMs: phase === undefined ? null : this.#toEta(phase),
      issues: this.#issueCount,
      updatedAt: this.#clock.now(),
    };
  }

  /** Never `completed`: that is said of an end, not of work. */
  get phase(): string {
    return this.#phases.findLast(({ name }) => name !== 'completed')?.name ?? 'queued';
  }

  get durationMs(): number {
    return this.#durationMs ?? this.#elapsedMs();
  }

  get phases(): PhaseRecord[] {
    return this.#phases.map((phase) => this.#toRecord(phase));
  }

  #end(phase: Phase | undefined): void {
    if (phase === undefined || phase.finishedAt !== null) return;
    phase.finishedAt = this.#clock.now();
    phase.finishedMs = this.#clock.monotonicMs();
    this.#unsaved.add(this.#phases.indexOf(phase));
    this.#drafts.push(this.#toPhaseDraft(phase));
  }

  #createCompleted(): Phase {
    const { startedAt, startedMs, ...phase } = createPhase(
      'completed',
      this.#clock.now(),
      this.#clock.monotonicMs(),
    );
    return { ...phase, startedAt, startedMs, finishedAt: startedAt, finishedMs: startedMs };
  }

  #draft<T extends EventDraft['type']>(type: T, data: Extract<EventDraft, { type: T }>['data']): EventDraft {
    const { id, projectId } = this.#operation;
    const topic = topicsOf(this.#operation);
    return { type, projectId, operationId: id, topic, data } as EventDraft;
  }

  #toPhaseDraft(phase: Phase): EventDraft {
    return this.#draft('operation:phase', { ...this.#toFigures(phase), phase: this.#toRecord(phase) });
  }

  #toProgressDraft(phase: Phase): EventDraft {
    const progress = { ...this.#named, ...this.#toProgress(phase) };
    return this.#draft('operation:progress', { ...this.#toFigures(phase), phase: phase.name, progress });
  }

  #toIssueDrafts(): EventDraft[] {
    const issues = this.#issues.map((issue) => ({ ...issue, severity: severityOf[issue.code] }));
    this.#issues = [];
    const drafts: EventDraft[] = [];
    for (let from = 0; from < issues.length; from += issuesInOneEvent) {
      const some = issues.slice(from, from + issuesInOneEvent);
      drafts.push(this.#draft('operation:issue', { issues: some, total: this.#issueCount }));
    }
    return drafts;
  }

  #toFigures(phase: Phase) {
    const { processed = null, total = null, ratePerSecond = null } = this.#toProgress(phase);
    const etaMs = this.#toEta(phase);
    return {
      processed,
      total,
      ratePerSecond,
      etaMs,
      counters: { ...this.#counters },
      message: this.#message,
    };
  }

  #toProgress(phase: Phase): Progress {
    if (phase.processed === null && phase.total === null) return { ...phase.named };
    const seconds = this.#phaseMs(phase) / 1000;
    const rate = seconds > 0 ? (phase.processed ?? 0) / seconds : null;
    return {
      processed: phase.processed ?? 0,
      total: phase.total,
      ratePerSecond: rate === null ? null : Math.round(rate * 10) / 10,
      ...phase.named,
    };
  }

  #toEta(phase: Phase): number | null {
    const { processed, total } = phase;
    if (total === null || processed === null || processed === 0 || phase.finishedAt !== null) return null;
    const elapsed = this.#phaseMs(phase);
    if (processed / total < etaNeeds.share && elapsed < etaNeeds.ms) return null;
    return Math.max(0, Math.round((elapsed / processed) * (total - processed)));
  }

  #elapsedMs(): number {
    return Math.round(this.#clock.monotonicMs() - this.#startedMs);
  }

  #phaseMs(phase: Phase): number {
    return (phase.finishedMs ?? this.#clock.monotonicMs()) - phase.startedMs;
  }

  #toRecord(phase: Phase): PhaseRecord {
    return {
      name: phase.name,
      startedAt: toTimestamp(phase.startedAt),
      finishedAt: phase.finishedAt === null ? null : toTimestamp(phase.finishedAt),
      durationMs: Math.max(0, Math.round(this.#phaseMs(phase))),
      progress: this.#toProgress(phase),
      counters: { ...phase.counters },
    };
  }
}

function createPhase(name: PhaseName, startedAt: Date, startedMs: number): Phase {
  return {
    name,
    startedAt,
    startedMs,
    finishedAt: null,
    finishedMs: null,
    processed: null,
    total: null,
    named: {},
    counters: {},
    isAnnounced: false,
  };
}

function add(counters: Counters, counter: CounterName, by: number): void {
  counters[counter] = (counters[counter] ?? 0) + by;
}

const sentences: Partial<Record<PhaseName, string>> = {
  discover: 'Looking for files',
  documents: 'Reading documents',
  'git-dates': 'Reading dates from git',
  'changed-files': 'Reading changed files',
};

const describe = (phase: PhaseName): string => sentences[phase] ?? `In ${phase}`;
