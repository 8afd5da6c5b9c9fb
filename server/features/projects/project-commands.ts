/** Registering, changing and removing projects: what is allowed, decided once for HTTP, CLI and start-up. */
import { randomBytes } from 'node:crypto';
import type { NewProject, ProjectChange } from '../../../shared/api/projects.ts';
import { AppError } from '../../../shared/failure.ts';
import type { OperationId } from '../../../shared/ids.ts';
import type { Project } from '../../../shared/views/project.ts';
import type { Emit, Journal } from '../../core/journal.ts';
import type { Transaction } from '../../db/open.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Secrets } from '../../platform/secrets.ts';
import { decidePaths, type AgentHomes } from './detect-paths.ts';
import { changed, registered, removed } from './project-events.ts';
import { resolveProjectPath, type PathRules } from './project-path.ts';
import {
  clearActive,
  deleteProject,
  findProjectBySlug,
  insertProject,
  listProjectRows,
  lockActive,
  lockProject,
  updateProject,
  type NewProjectRow,
  type ProjectChanges,
} from './project-store.ts';
import { maskToken, toProject, type ProjectRow } from './project-view.ts';
import { toSlug } from './slug.ts';
import { checkSource } from './source.ts';

export interface ProjectCommandsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly homes: AgentHomes;
  readonly pathRules: PathRules;
  readonly watchesByDefault: boolean;
}

/** What a change asks of the rest of the program. */
export interface ChangedProject {
  readonly project: Project;
  /** Source or paths are other ones: a running sync must begin again (SY16). */
  readonly hasNewSource: boolean;
}

export class ProjectCommands {
  readonly #options: ProjectCommandsOptions;

  constructor(options: ProjectCommandsOptions) {
    this.#options = options;
  }

  async register(request: NewProject): Promise<Project> {
    const row = await this.#toNewRow(request);
    return await this.#options.journal.transact(async (tx, emit) => {
      await lockActive(tx);
      const isFirst = (await listProjectRows(tx)).length === 0;
      const active = request.active ?? isFirst;
      if (active) (await clearActive(tx)).map(changed).forEach(emit);
      const inserted = await insertProject(tx, { ...row, active });
      if (inserted === undefined) throw new AppError('CONFLICT', 'Project slug already exists');
      emit(registered(inserted));
      return toProject(inserted);
    });
  }

  async #toNewRow(request: NewProject): Promise<NewProjectRow> {
    const { clock, homes, pathRules, watchesByDefault } = this.#options;
    const isLocal = request.source_type === 'local';
    checkSource({
      sourceType: request.source_type,
      sdlcPath: request.sdlc_path ?? null,
      repoUrl: request.repo_url ?? null,
      watch: request.watch ?? null,
    });
    if (request.connection_id != null) throw unknownConnection();
    const root = isLocal ? await resolveProjectPath(request.sdlc_path ?? '', pathRules) : null;
    const explicitPaths = toExplicit(request.paths);
    const now = clock.now();
    return {
      id: `p_${randomBytes(8).toString('hex')}`,
      slug: toSlug(request.name),
      name: request.name,
      sourceType: request.source_type,
      sdlcPath: root,
      repoUrl: request.repo_url ?? null,
      repoBranch: request.repo_branch ?? 'main',
      repoPath: request.repo_path ?? 'sdlc-studio',
      ...this.#sealToken(request.access_token ?? ''),
      autoSync: request.auto_sync ?? false,
      watch: isLocal && (request.watch ?? watchesByDefault),
      active: false,
      explicitPaths,
      paths: root === null ? noPaths : await decidePaths(root, explicitPaths, homes),
      health: toHealthChoices(request.health),
      syncStatus: 'never_synced',
      createdAt: now,
      updatedAt: now,
    };
  }

  /** Everything is checked before anything is written: a refused change changes nothing (PJ7). */
  async change(slug: string, request: ProjectChange): Promise<ChangedProject> {
    if (!hasChange(request)) {
      throw new AppError('VALIDATION_ERROR', 'body: names nothing to change', {
        details: [{ path: 'body', reason: 'names nothing to change' }],
      });
    }
    return await this.#options.journal.transact(async (tx, emit) => {
      if (request.active === true) await lockActive(tx);
      const row = await requireProject(tx, slug);
      const changes = await this.#toChanges(row, request);
      if (request.active === true) {
        (await clearActive(tx))
          .filter((other) => other.id !== row.id)
          .map(changed)
          .forEach(emit);
      }
      const after = await updateProject(tx, row.id, { ...changes, updatedAt: this.#options.clock.now() });
      emit(changed(after));
      return { project: toProject(after), hasNewSource: isOtherSource(row, after) };
    });
  }

  async #toChanges(row: ProjectRow, request: ProjectChange): Promise<ProjectChanges> {
    const sourceType = request.source_type ?? row.sourceType;
    const isLocal = sourceType === 'local';
    const repoUrl = request.repo_url ?? row.repoUrl;
    const sdlcPath = request.sdlc_path ?? row.sdlcPath;
    checkSource({ sourceType, sdlcPath: isLocal ? sdlcPath : null, repoUrl, watch: request.watch ?? null });
    if (request.connection_id != null) throw unknownConnection();
    return {
      sourceType,
      repoUrl,
      name: request.name ?? row.name,
      repoBranch: request.repo_branch ?? row.repoBranch,
      repoPath: request.repo_path ?? row.repoPath,
      autoSync: request.auto_sync ?? row.autoSync,
      active: request.active ?? row.active,
      watch: isLocal && (request.watch ?? row.watch),
      health: { ...row.health, ...toHealthChoices(request.health) },
      ...(request.access_token === undefined ? {} : this.#sealToken(request.access_token ?? '')),
      ...(await this.#toPathChanges(row, request, sourceType)),
    };
  }

  /** Folders are looked at only when the change is about folders (PJ7). */
  async #toPathChanges(
    row: ProjectRow,
    request: ProjectChange,
    sourceType: ProjectRow['sourceType'],
  ): Promise<ProjectChanges> {
    if (sourceType === 'github') return { sdlcPath: null, paths: noPaths };
    const isAboutFolders =
      request.sdlc_path != null || request.paths !== undefined || row.sourceType !== sourceType;
    if (!isAboutFolders) return {};
    const { homes, pathRules } = this.#options;
    const root = await resolveProjectPath(request.sdlc_path ?? row.sdlcPath ?? '', pathRules);
    const explicitPaths =
      request.paths === null ? {} : { ...row.explicitPaths, ...toExplicit(request.paths) };
    return { sdlcPath: root, explicitPaths, paths: await decidePaths(root, explicitPaths, homes) };
  }

  /** `stopWork` joins the transaction: nothing of this project is written after it (PJ13). */
  async remove(
    slug: string,
    stopWork: (tx: Transaction, emit: Emit, project: ProjectRow) => Promise<OperationId[]>,
  ): Promise<OperationId[]> {
    return await this.#options.journal.transact(async (tx, emit) => {
      const known = await findProjectBySlug(tx, slug);
      // Before the row is locked: work under way locks it last, and must not be waited for with it in hand.
      const stopped = known === undefined ? [] : await stopWork(tx, emit, known);
      const row = await requireProject(tx, slug);
      await deleteProject(tx, row.id);
      emit(removed(row));
      return stopped;
    });
  }

  #sealToken(token: string): { maskedToken: string | null; tokenCipher: string | null } {
    if (token === '') return { maskedToken: null, tokenCipher: null };
    return { maskedToken: maskToken(token), tokenCipher: this.#options.secrets.seal(token) };
  }
}

const noPaths = { docs: [], progress: [], sessions: [] };

async function requireProject(tx: Transaction, slug: string): Promise<ProjectRow> {
  const row = await lockProject(tx, slug);
  if (row === undefined) throw projectNotFound();
  return row;
}

export const projectNotFound = (): AppError => new AppError('NOT_FOUND', 'Project not found');

const unknownConnection = (): AppError => new AppError('NOT_FOUND', 'Connection not found');

/** Nulls count as absent, but for the three that undo something (PJ8). */
function hasChange(request: ProjectChange): boolean {
  const undoes: readonly (keyof ProjectChange)[] = ['access_token', 'connection_id', 'paths'];
  return (
    Object.values(request).some((value) => value !== null && value !== undefined) ||
    undoes.some((field) => request[field] === null)
  );
}

function toExplicit(paths: NewProject['paths']): ProjectRow['explicitPaths'] {
  const given = paths ?? {};
  return Object.fromEntries(Object.entries(given).filter(([, list]) => list !== undefined));
}

/** Only what was named: the other choice stays as it is, or is left to the tree (HC4). */
function toHealthChoices(health: NewProject['health']): ProjectRow['health'] {
  const { suppress, stale_days } = health ?? {};
  return {
    ...(suppress === undefined ? {} : { suppress: [...new Set(suppress)] }),
    ...(stale_days === undefined ? {} : { stale_days }),
  };
}

function isOtherSource(before: ProjectRow, after: ProjectRow): boolean {
  return (
    before.sourceType !== after.sourceType ||
    before.sdlcPath !== after.sdlcPath ||
    before.repoUrl !== after.repoUrl ||
    before.repoBranch !== after.repoBranch ||
    before.repoPath !== after.repoPath ||
    JSON.stringify(before.paths) !== JSON.stringify(after.paths)
  );
}
