/** Where else a project is checked out: `git worktree` lists the places, mapped to the project's folder in each (SE2). */
import { lstatSync, readFileSync, statSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Git } from '../../platform/git.ts';

export class Worktrees {
  readonly #git: Git;
  /** By project root, as long as the folder in which git keeps the list is the same. */
  readonly #known = new Map<string, { stamp: string; roots: readonly string[] }>();

  constructor(git: Git) {
    this.#git = git;
  }

  /** Without the project's own root; empty where git says nothing. */
  async rootsOf(root: string, signal: AbortSignal): Promise<readonly string[]> {
    const stamp = readStamp(root);
    if (stamp === null) return [];
    const known = this.#known.get(root);
    if (known?.stamp === stamp) return known.roots;
    const roots = await this.#ask(root, signal);
    this.#known.set(root, { stamp, roots });
    return roots;
  }

  async #ask(root: string, signal: AbortSignal): Promise<readonly string[]> {
    const opened = await this.#git.openRepository(root, signal);
    if (opened.state !== 'ok') return [];
    const { repository } = opened;
    const { top, prefix } = repository;
    const below = prefix.replace(/\/$/, '');
    const others = (await repository.listWorktrees(signal)).filter((place) => place !== top);
    return others.map((place) => (below === '' ? place : join(place, below)));
  }
}

/** Null where the disk alone tells that there is none, which is so for most repositories. */
function readStamp(root: string): string | null {
  const place = findGitPlace(root);
  if (place === null) return null;
  try {
    const { mtimeNs, ino } = statSync(place, { bigint: true });
    return `${place} ${mtimeNs} ${ino}`;
  } catch {
    return null; // made by git with the first worktree
  }
}

/** The folder in which the repository that holds `root` keeps its list of worktrees. */
function findGitPlace(root: string): string | null {
  for (let place = root; ; place = dirname(place)) {
    const git = join(place, '.git');
    const stat = look(git);
    if (stat?.isDirectory() === true) return join(git, 'worktrees');
    if (stat !== undefined) return toListPlace(place, git);
    if (dirname(place) === place) return null;
  }
}

/** A place that cannot be looked at holds nothing that could be used. */
function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** In a worktree `.git` is a file that names its own folder within that list. */
function toListPlace(place: string, file: string): string | null {
  try {
    const gitDir = /^gitdir: (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
    if (gitDir === undefined) return null;
    const path = resolve(place, gitDir.trim());
    return basename(dirname(path)) === 'worktrees' ? dirname(path) : join(path, 'worktrees');
  } catch {
    return null;
  }
}
