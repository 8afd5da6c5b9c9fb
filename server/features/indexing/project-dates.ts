/** The dates of a project's documents during one run: decided with what git has said so far, corrected when it has said all. */
import type { FileIssue } from '../../../shared/issues.ts';
import type { DocumentDates } from '../../../shared/views/document.ts';
import { topicsOf } from '../../core/topics.ts';
import type { OperationContext } from '../../core/workflow.ts';
import { decideDates, toFileDate, type DateFacts } from './dates.ts';
import type { DatedDocument, DateChange, DocumentIndex } from './document-index.ts';
import type { GitDates } from './git-dates.ts';
import type { GitReader } from './git-reader.ts';
import { saveGit } from './git-store.ts';
import { createPacer } from '../../platform/pacer.ts';
import type { SourceProject, SourceProjects } from './source.ts';
import type { KnownFile } from './stamp-store.ts';
import { toMs } from './stamp.ts';
import type { FoundFile } from './walk.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Db } from '../../db/open.ts';

type FileFacts = Pick<
  DateFacts,
  'path' | 'declared' | 'declaredIn' | 'canonicalStatus' | 'mtimeMs' | 'birthMs'
>;

export interface ProjectDatesOptions {
  readonly db: Db;
  readonly clock: Clock;
  readonly index: DocumentIndex;
  readonly projects: SourceProjects;
  readonly git: GitReader;
  readonly project: SourceProject;
  /** Being asked while files are read; null where nothing can have changed. */
  readonly reading: Promise<GitDates> | null;
  /** What is known until then. */
  readonly current: GitDates | null;
  /** Told of the index version after each commit. */
  readonly onVersion: (version: number) => void;
}

const batchSize = 500;

export class ProjectDates {
  readonly #options: ProjectDatesOptions;
  readonly #changedIds = new Set<string>();
  #git: GitDates | null;

  constructor(options: ProjectDatesOptions) {
    this.#options = options;
    this.#git = options.current;
    // Heard here and thrown by `settled`: a failure must not go unheard while files are still being read.
    options.reading?.then(
      (dates) => (this.#git = dates),
      () => undefined,
    );
  }

  /** Documents that were given other dates by `refresh`. */
  get changedIds(): ReadonlySet<string> {
    return this.#changedIds;
  }

  /** Waits for git's answer; afterwards `decide` is final. */
  async settled(): Promise<void> {
    if (this.#options.reading !== null) this.#git = await this.#options.reading;
  }

  decide(file: FileFacts): { dates: DocumentDates; fileDate: Date; issues: readonly FileIssue[] } {
    const { path, mtimeMs } = file;
    const git = this.#git?.datesOf(path);
    const dirty = this.#git?.isDirty(path) ?? false;
    const shallow = this.#git?.shallow ?? false;
    const nowMs = this.#options.clock.now().getTime();
    const { dates, issues } = decideDates({ ...file, git, dirty, shallow, nowMs });
    return { dates, issues, fileDate: toFileDate({ git, dirty, mtimeMs }) };
  }

  /** Brings the dates of all documents up to git's answer; rows that are right are not written (GD5). */
  async refresh(
    context: OperationContext,
    files: readonly FoundFile[],
    known: ReadonlyMap<string, KnownFile>,
  ): Promise<void> {
    if (this.#options.reading === null) {
      context.skip(['git-dates'], 'neither files nor commits have changed');
      return;
    }
    if (context.operation.kind === 'full_sync') context.enter('git-dates');
    await this.settled();
    const git = this.#git;
    if (git !== null) await this.#save(context, git);
    const changes = await this.#findChanges(context, files, known);
    for (let from = 0; from < changes.length; from += batchSize) {
      await this.#write(context, changes.slice(from, from + batchSize));
      context.progress(Math.min(from + batchSize, changes.length), {}, changes.length);
    }
    if (git !== null) this.#options.git.noteApplied(this.#options.project.id, git);
  }

  async #save(context: OperationContext, git: GitDates): Promise<void> {
    const { project, clock } = this.#options;
    await context.transact((tx) => saveGit(tx, project.id, git, clock.now()));
  }

  async #findChanges(
    { signal }: OperationContext,
    files: readonly FoundFile[],
    known: ReadonlyMap<string, KnownFile>,
  ): Promise<(DateChange & { document: DatedDocument })[]> {
    const { db, index, project } = this.#options;
    const found = new Map(files.map((file) => [file.path, file]));
    const pacer = createPacer(signal);
    const changes: (DateChange & { document: DatedDocument })[] = [];
    for (const document of await index.loadDated(db, project.id)) {
      const file = found.get(document.path);
      // Of a file that cannot be read now, the dates belong to the version that is kept (IX1).
      const isAsIndexed = isSameText(known.get(document.path), document);
      if (file !== undefined && isAsIndexed) {
        const { dates, fileDate } = this.decide(toFacts(document, file));
        const isSame =
          fileDate.getTime() === document.fileDate?.getTime() && areSameDates(dates, document.dates);
        if (!isSame) changes.push({ filePath: document.path, dates, fileDate, document });
      }
      if (pacer.isDue()) await pacer.rest();
    }
    return changes;
  }

  async #write(
    context: OperationContext,
    changes: readonly (DateChange & { document: DatedDocument })[],
  ): Promise<void> {
    const { index, project, projects, onVersion } = this.#options;
    const version = await context.transact(async (tx, emit) => {
      context.count('gitDatesUpdated', await index.updateDates(tx, project.id, changes));
      const figures = await projects.noteIndexed(tx, project.id, { documentsBy: 0, issueCount: null });
      emit({
        type: 'documents:changed',
        projectId: project.id,
        operationId: context.operation.id,
        topic: topicsOf(context.operation),
        data: {
          added: [],
          updated: changes.map(({ document: { id, path, type, docId, title } }) => ({
            id,
            path,
            type,
            docId,
            title,
            movedFrom: null,
          })),
          removed: [],
          documentCount: figures.documentCount,
          issueCount: figures.issueCount,
        },
      });
      return figures.indexVersion;
    });
    for (const { document } of changes) this.#changedIds.add(document.id);
    onVersion(version);
  }
}

const isSameText = (file: KnownFile | undefined, { fileHash }: DatedDocument): boolean =>
  file !== undefined && file.stamp !== null && file.hash === fileHash;

const toFacts = (document: DatedDocument, file: FoundFile): FileFacts => ({
  path: document.path,
  declared: document.declaredDates,
  declaredIn: document.declaredIn,
  canonicalStatus: document.canonicalStatus,
  mtimeMs: toMs(file.stamp.mtimeNs),
  birthMs: file.birthNs === 0n ? null : toMs(file.birthNs),
});

function areSameDates(left: DocumentDates, right: DocumentDates): boolean {
  return (Object.keys(left) as (keyof DocumentDates)[]).every((field) => {
    const [a, b] = [left[field], right[field]];
    if (a === null || b === null) return a === b;
    return (
      a.value === b.value &&
      a.confidence === b.confidence &&
      a.source === b.source &&
      a.reason === b.reason &&
      a.precision === b.precision
    );
  });
}
