/** Models of projects between operations, bounded; the database stays the truth. */
import type { LinkModel } from './model/link-model.ts';

export interface RememberedLinks {
  readonly model: LinkModel;
  /** The version of the sources that it belongs to; null while an operation advances it. */
  version: string | null;
}

/** Entities over all projects; beyond it the project that was used longest ago is forgotten. */
const capacity = 200_000;

export class LinkMemory {
  readonly #projects = new Map<string, RememberedLinks>();

  /** Whoever advances a model takes it; if the way is left early it is not there any more. */
  take(projectId: string): RememberedLinks | undefined {
    const links = this.#projects.get(projectId);
    this.#projects.delete(projectId);
    return links;
  }

  versionOf(projectId: string): string | null {
    return this.#projects.get(projectId)?.version ?? null;
  }

  keep(projectId: string, links: RememberedLinks): void {
    this.#projects.delete(projectId);
    this.#projects.set(projectId, links);
    let size = 0;
    for (const { model } of this.#projects.values()) size += model.size;
    for (const [id, { model }] of this.#projects) {
      if (size <= capacity || id === projectId) return;
      size -= model.size;
      this.#projects.delete(id);
    }
  }

  forget(projectId: string): void {
    this.#projects.delete(projectId);
  }
}
