/** Models of projects between operations, bounded; the database stays the truth. */

export interface Remembered {
  readonly model: { readonly size: number };
}

/** Entities over all projects; beyond it the project that was used longest ago is forgotten. */
const capacity = 200_000;

export class ModelMemory<T extends Remembered> {
  readonly #projects = new Map<string, T>();

  find(projectId: string): T | undefined {
    return this.#projects.get(projectId);
  }

  /** Whoever advances a model in place takes it; if the way is left early it is not there any more. */
  take(projectId: string): T | undefined {
    const remembered = this.#projects.get(projectId);
    this.#projects.delete(projectId);
    return remembered;
  }

  keep(projectId: string, remembered: T): void {
    this.#projects.delete(projectId);
    this.#projects.set(projectId, remembered);
    let size = 0;
    for (const { model } of this.#projects.values()) size += model.size;
    for (const [id, { model }] of this.#projects) {
      if (size <= capacity || id === projectId) return;
      size -= model.size;
      this.#projects.delete(id);
    }
  }

  /** After a change that went wrong half-way: what is remembered was never written. */
  forget(projectId: string): void {
    this.#projects.delete(projectId);
  }
}
