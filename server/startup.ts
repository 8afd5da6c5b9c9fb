/** What happens by itself once the server listens: folders from the command line, the demo, and the first syncs (SU1 to SU5). */
import { setTimeout } from 'node:timers/promises';
import { realpath } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { NewProject } from '../shared/api/projects.ts';
import type { Health } from '../shared/views/status.ts';
import type { Operations } from './core/operations.ts';
import type { Leases } from './core/leases.ts';
import type { Db } from './db/open.ts';
import { prepareDemo } from './demo.ts';
import type { ProjectCommands } from './features/projects/project-commands.ts';
import { findProjectBySlug, listProjectRows, updateProject } from './features/projects/project-store.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import type { SyncStarter } from './features/projects/sync-starter.ts';
import type { Logger } from './platform/logger.ts';
import { ProjectStartup, type StartupConfig } from './startup-project.ts';
import type { Watchers } from './watchers.ts';

export interface StartupOptions {
  readonly db: Db;
  readonly leases: Leases;
  readonly commands: ProjectCommands;
  readonly operations: Operations;
  readonly starter: SyncStarter;
  readonly watchers: Watchers;
  readonly log: Logger;
  /** Where to find git. */
  readonly searchPath: string;
  readonly config: StartupConfig;
  readonly signal: AbortSignal;
}

export class Startup {
  readonly #options: StartupOptions;
  readonly #projects: ProjectStartup;
  #state: Health['startupSync'] = 'idle';

  constructor(options: StartupOptions) {
    this.#options = options;
    this.#projects = new ProjectStartup(options);
  }

  get state(): Health['startupSync'] {
    return this.#state;
  }

  /** The projects of these folders, registered if they were not. Fails with what is wrong with the first bad one. */
  async register(folders: readonly string[]): Promise<ProjectRow[]> {
    const projects: ProjectRow[] = [];
    for (const folder of folders) projects.push(await this.#registerOne(folder));
    return projects;
  }

  async #registerOne(folder: string): Promise<ProjectRow> {
    const { db, commands } = this.#options;
    const path = resolve(folder);
    const real = await realpath(path).catch(() => path);
    const rows = await listProjectRows(db);
    const known = rows.find((row) => row.sdlcPath === real);
    if (known !== undefined) return known;
    const name = freeName(nameOf(real), new Set(rows.map((row) => row.name)));
    const { slug } = await commands.register(NewProject.parse({ name, sdlc_path: path }));
    return await this.#require(slug);
  }

  async #require(slug: string): Promise<ProjectRow> {
    const row = await findProjectBySlug(this.#options.db, slug);
    if (row === undefined) throw new Error(`Project ${slug} was registered and is gone`);
    return row;
  }

  /** The bundled project, so that the first page is never empty. */
  async ensureDemo(): Promise<ProjectRow[]> {
    const { db, commands, config, searchPath } = this.#options;
    if (!config.SYNCLINE_DEMO || (await listProjectRows(db)).length > 0) return [];
    const path = await prepareDemo(config.SYNCLINE_DATA_DIR, searchPath);
    const { slug } = await commands.register(NewProject.parse({ name: 'Demo: Lighthouse', sdlc_path: path }));
    const { id, paths } = await this.#require(slug);
    // A person may name log folders of their agents only (PJ10); the demo brings its own.
    const withLogs = { paths: { ...paths, sessions: [join(path, 'sessions')] } };
    return [await db.transaction((tx) => updateProject(tx, id, withLogs))];
  }

  /** Projects that were asked for begin at once; the others when the server has had a moment (SU1). Never rejects. */
  async run(asked: readonly ProjectRow[]): Promise<void> {
    const { db, config, signal, log } = this.#options;
    try {
      const askedIds = new Set(asked.map((project) => project.id));
      const others = (await listProjectRows(db)).filter((project) => !askedIds.has(project.id));
      const isWanted = (project: ProjectRow) => config.SYNCLINE_STARTUP_SYNC && this.#isSelected(project);
      if (asked.length > 0 || others.some(isWanted)) this.#state = 'pending';
      const starts = asked.map((project) => () => this.#start(project, { isWhole: true }));
      await this.#inOrder(starts);
      if (others.length > 0)
        await setTimeout(config.SYNCLINE_STARTUP_DELAY_MS, undefined, { signal, ref: false });
      await this.#inOrder(
        others
          // The active one first (SU1).
          .toSorted((a, b) => Number(b.active) - Number(a.active))
          .map(
            (project) => () =>
              isWanted(project)
                ? this.#start(project, { isWhole: false })
                : this.#options.watchers.follow(project),
          ),
      );
      if (this.#state === 'running') this.#state = 'done';
    } catch (failure) {
      if (signal.aborted) return;
      this.#state = 'failed';
      log.error({ err: failure }, 'The start-up sync failed');
    }
  }

  #isSelected({ active, watch }: ProjectRow): boolean {
    return { all: true, active, watched: watch }[this.#options.config.SYNCLINE_STARTUP_PROJECTS];
  }

  async #start(project: ProjectRow, how: { isWhole: boolean }): Promise<void> {
    if (this.#state !== 'failed') this.#state = 'running';
    try {
      if (!(await this.#projects.start(project, how))) this.#state = 'failed';
    } catch (failure) {
      if (this.#options.signal.aborted) throw failure;
      // One project that cannot be started is no reason to leave the others (SU4).
      this.#state = 'failed';
      this.#options.log.error({ err: failure, project: project.slug }, 'The start-up sync failed');
    }
  }

  /** So many at a time as the setting says. */
  async #inOrder(starts: readonly (() => Promise<void>)[]): Promise<void> {
    const waiting = [...starts];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
    };
    const atOnce = Math.min(this.#options.config.SYNCLINE_STARTUP_CONCURRENCY, waiting.length);
    await Promise.all(Array.from({ length: atOnce }, work));
  }
}

/** The folder's own name says little when it is the tree inside a checkout. */
function nameOf(path: string): string {
  const name = basename(path);
  const parent = basename(resolve(path, '..'));
  return name === 'sdlc-studio' && parent !== '' ? `${parent} ${name}` : name || 'project';
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let n = 2; taken.has(name); n += 1) name = `${wanted} ${n}`;
  return name;
}
