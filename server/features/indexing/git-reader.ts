/** Keeps what git said of each project, so that it is asked again only when something may have changed (GD4). */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectId } from '../../../shared/ids.ts';
import type { Db } from '../../db/open.ts';
import type { Git, Repository } from '../../platform/git.ts';
import { findGitDirs } from '../../platform/git-watch.ts';
import { parseStatus, readGitDates, type CachedHistory, type GitDates } from './git-dates.ts';
import { isCovered } from './paths.ts';
import { loadHistory } from './git-store.ts';
import type { SourceProject } from './source.ts';

interface Remembered {
  readonly repository: Repository | null;
  readonly entries: string;
  readonly head: string | null;
  readonly indexStamp: string;
  readonly dates: GitDates;
  /** Every document has been dated with them. */
  isApplied: boolean;
  readonly history: CachedHistory | null;
}

/** Projects whose histories stay in memory. */
const capacity = 16;

export class GitReader {
  readonly #git: Git;
  readonly #db: Db;
  readonly #remembered = new Map<ProjectId, Remembered>();

  constructor(options: { git: Git; db: Db }) {
    this.#git = options.git;
    this.#db = options.db;
  }

  /** What was said last, if neither a commit nor the staging area has changed since; asks no process. */
  async findCurrent(project: SourceProject, signal: AbortSignal): Promise<GitDates | null> {
    const remembered = this.#remembered.get(project.id);
    if (remembered === undefined || remembered.entries !== entriesOf(project)) return null;
    if (remembered.repository === null)
      return isStillNone(remembered.dates, project) ? remembered.dates : null;
    const head = await remembered.repository.readHead(signal);
    const isSame = head === remembered.head && stampOf(remembered.repository) === remembered.indexStamp;
    return isSame ? remembered.dates : null;
  }

  async read(project: SourceProject, signal: AbortSignal): Promise<GitDates> {
    const opened = await this.#git.openRepository(project.root, signal);
    const repository = opened.state === 'ok' ? opened.repository : null;
    // Before the answer, so that a change meanwhile is seen as one.
    const indexStamp = repository === null ? '' : stampOf(repository);
    const cached = await this.#findHistory(project);
    const dates = await readGitDates({
      git: this.#git,
      root: project.root,
      entries: project.entries.map((entry) => entry.path),
      cached,
      signal,
    });
    const entries = entriesOf(project);
    const history = dates.cacheToStore ?? cached;
    this.#remember(project.id, {
      repository,
      entries,
      head: dates.head,
      indexStamp,
      dates,
      history,
      isApplied: false,
    });
    return dates;
  }

  /** False while only a batch of documents has been dated with them (GD5). */
  isApplied(id: ProjectId, dates: GitDates): boolean {
    const remembered = this.#remembered.get(id);
    return remembered?.dates === dates && remembered.isApplied;
  }

  noteApplied(id: ProjectId, dates: GitDates): void {
    const remembered = this.#remembered.get(id);
    if (remembered?.dates === dates) remembered.isApplied = true;
  }

  /** For a batch: the history as it is, and git's word on just these paths (GD6). */
  async readPaths(project: SourceProject, paths: readonly string[], signal: AbortSignal): Promise<GitDates> {
    const current = await this.findCurrent(project, signal);
    const repository = this.#remembered.get(project.id)?.repository;
    if (current !== null && repository === null) return current;
    if (current === null || repository == null || paths.length === 0) return await this.read(project, signal);
    const dirty = parseStatus(await repository.status(paths, signal), repository.prefix);
    const asked = new Set(paths);
    return {
      ...current,
      cacheToStore: null,
      isDirty: (path) => (isCovered(path, asked) ? isCovered(path, dirty) : current.isDirty(path)),
    };
  }

  async #findHistory(project: SourceProject): Promise<CachedHistory | null> {
    return this.#remembered.get(project.id)?.history ?? (await loadHistory(this.#db, project.id));
  }

  #remember(id: ProjectId, remembered: Remembered): void {
    this.#remembered.delete(id);
    this.#remembered.set(id, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > capacity && oldest !== undefined) this.#remembered.delete(oldest);
  }
}

/** A folder outside of any repository stays so until one is made; other refusals may have been lifted. */
const isStillNone = ({ state }: GitDates, { root }: SourceProject): boolean =>
  state === 'not_a_repository' && findGitDirs(root) === null;

const entriesOf = (project: SourceProject): string => JSON.stringify(project.entries);

/** Moves with every `git add`, `commit` and `checkout`. */
function stampOf({ gitDir }: Repository): string {
  const stat = statSync(join(gitDir, 'index'), { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeNs}-${stat.size}-${stat.ino}`;
}
