/** Models of projects between operations, bounded; the database stays the truth. */
import type { PlanModel } from './plan-model.ts';
import type { StoredPlans } from './plan-store.ts';

export interface RememberedPlans {
  readonly model: PlanModel;
  readonly stored: StoredPlans;
  /** The version of the sources that it belongs to; null while an operation advances it. */
  version: string | null;
}

/** Documents over all projects; beyond it the project that was used longest ago is forgotten. */
const capacity = 200_000;

export class PlanMemory {
  readonly #projects = new Map<string, RememberedPlans>();

  find(projectId: string): RememberedPlans | undefined {
    return this.#projects.get(projectId);
  }

  keep(projectId: string, plans: RememberedPlans): void {
    this.#projects.delete(projectId);
    this.#projects.set(projectId, plans);
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
