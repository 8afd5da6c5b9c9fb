/** The plans of a project as they are remembered between operations. */
import type { ModelMemory } from '../../core/model-memory.ts';
import type { PlanModel } from './plan-model.ts';
import type { StoredPlans } from './plan-store.ts';

export interface RememberedPlans {
  readonly model: PlanModel;
  readonly stored: StoredPlans;
  /** The version of the sources that it belongs to; null while an operation advances it. */
  version: string | null;
}

export type PlanMemory = ModelMemory<RememberedPlans>;
