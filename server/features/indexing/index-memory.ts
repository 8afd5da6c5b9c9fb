/** What the index holds of each project's files, kept in memory between syncs; the database stays the truth. */
import type { ProjectId } from '../../../shared/ids.ts';
import type { KnownFile } from './stamp-store.ts';

interface Remembered {
  /** Of the project's index when this was true: any other means that somebody else has written. */
  version: number;
  readonly files: Map<string, KnownFile>;
}

/** Files over all projects; beyond it the project that was used longest ago is forgotten. */
const capacity = 400_000;

export class IndexMemory {
  readonly #projects = new Map<ProjectId, Remembered>();

  find(projectId: ProjectId, version: number): Map<string, KnownFile> | undefined {
    const remembered = this.#projects.get(projectId);
    if (remembered === undefined || remembered.version !== version) return undefined;
    this.#projects.delete(projectId);
    this.#projects.set(projectId, remembered);
    return remembered.files;
  }

  keep(projectId: ProjectId, version: number, files: Map<string, KnownFile>): void {
    this.#projects.delete(projectId);
    this.#projects.set(projectId, { version, files });
    let size = 0;
    for (const remembered of this.#projects.values()) size += remembered.files.size;
    for (const [id, remembered] of this.#projects) {
      if (size <= capacity || id === projectId) return;
      size -= remembered.files.size;
      this.#projects.delete(id);
    }
  }

  /** After a change that went wrong half-way: what is remembered may no longer be true. */
  forget(projectId: ProjectId): void {
    this.#projects.delete(projectId);
  }
}
