/** The links of a project as they are remembered between operations. */
import type { ModelMemory } from '../../core/model-memory.ts';
import type { LinkModel } from './model/link-model.ts';

export interface RememberedLinks {
  readonly model: LinkModel;
  /** The version of the sources that it belongs to; null while an operation advances it. */
  version: string | null;
}

export type LinkMemory = ModelMemory<RememberedLinks>;
