/** Features, phases and tasks of all projects: what the wiring derives them with. */
import type { OperationContext } from '../../core/workflow.ts';
import { ModelMemory } from '../../core/model-memory.ts';
import type { PlanMemory } from './remembered-plans.ts';
import { PlanRun } from './plan-run.ts';
import type { PlansOptions } from './plans-options.ts';

export class Plans {
  readonly #options: PlansOptions;
  readonly #memory: PlanMemory = new ModelMemory();

  constructor(options: PlansOptions) {
    this.#options = options;
  }

  /** One for each operation: `readTasks`, then `prepare`. */
  begin(context: OperationContext): PlanRun {
    return new PlanRun(this.#options, this.#memory, context);
  }

  /** After an operation that did not complete. */
  forget(projectId: string): void {
    this.#memory.forget(projectId);
  }
}
