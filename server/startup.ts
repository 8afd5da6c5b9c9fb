/** What happens by itself once the server listens: folders from the command line, the demo, and the first syncs (SU1, SU3). */
import { setTimeout } from 'node:timers/promises';
import type { Actor } from '../shared/operations.ts';
import { NewProject } from '../shared/api/projects.ts';
import type { Health } from '../shared/views/status.ts';
import { basename, resolve } from 'node:path';
import { realpath } from 'node:fs/promises';
import type { Operations } from './core/operations.ts';
import type { Db } from './db/open.ts';
import type { ProjectCommands } from './features/projects/project-commands.ts';
import { findProjectBySlug, listProjectRows } from './features/projects/project-store.ts';
import type { ProjectRow } from './features/projects/project-view.ts';
import type { SyncStarter } from './features/projects/sync-starter.ts';
import type { OperationId } from '../shared/ids.ts';
import { prepareDemo } from './demo.ts';
import type { Logger } from './platform/logger.ts';
import type { Watchers } from './watchers.ts';

interface StartupOptions {
  readonly db: Db;
  readonly commands: ProjectCommands;
  readonly operations: Operations;
  readonly starter: SyncStarter;
  readonly watchers: Watchers;
  readonly log: Logger;
  readonly dataDir: string;
  /** Where to find git. */
  readonly searchPath: string;
  readonly withDemo: boolean;
  readonly syncs: boolean;
  readonly delayMs: number;
  readonly signal: AbortSignal;
}

const system: Actor = { kind: 'system', name: 'startup' };

export class Startup {
  readonly #options: StartupOptions;
  #state: Health['startupSync'] = 'idle';

  constructor(options: StartupOptions) {
    this.#options = options;
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
    const { db, commands, withDemo, dataDir, searchPath } = this.#options;
    if (!withDemo || (await listProjectRows(db)).length > 0) return [];
    const path = await prepareDemo(dataDir, searchPath);
    const { slug } = await commands.register(NewProject.parse({ name: 'Demo: Lighthouse', sdlc_path: path }));
    return [await this.#require(slug)];
  }

  /** Projects that were asked for begin at once; the others when the server has had a moment (SU1). */
  async run(asked: readonly ProjectRow[]): Promise<void> {
    const { db, syncs, delayMs, signal, log } = this.#options;
    this.#state = 'pending';
    try {
      const askedIds = new Set(asked.map((project) => project.id));
      for (const project of asked) await this.#syncAndWatch(project);
      const others = (await listProjectRows(db)).filter((project) => !askedIds.has(project.id));
      if (others.length > 0) await setTimeout(delayMs, undefined, { signal, ref: false });
      // The active one first (SU1).
      for (const project of others.toSorted((a, b) => Number(b.active) - Number(a.active))) {
        if (syncs) await this.#syncAndWatch(project);
        else await this.#options.watchers.follow(project);
      }
      this.#state = 'done';
    } catch (failure) {
      if (signal.aborted) return;
      this.#state = 'failed';
      log.error({ err: failure }, 'The start-up sync failed');
    }
  }

  async #syncAndWatch(project: ProjectRow): Promise<void> {
    const { starter, operations, watchers, signal } = this.#options;
    this.#state = 'running';
    if (project.sourceType === 'local') {
      const { operation } = await starter.enqueue(project, { trigger: 'startup', actor: system });
      await operations.settled(operation.id as OperationId, signal);
    }
    await watchers.follow(await this.#require(project.slug));
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
