/** Links of all projects: what the wiring derives them with. */
import type { SourceChange } from '../../core/source-change.ts';
import type { OperationContext } from '../../core/workflow.ts';
import type { PlanView } from './facts.ts';
import { ModelMemory } from '../../core/model-memory.ts';
import type { LinkMemory } from './remembered-links.ts';
import { LinkRun, type LinksOptions, type PreparedLinks } from './link-run.ts';

export class Links {
  readonly #options: LinksOptions;
  readonly #memory: LinkMemory = new ModelMemory();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** The six phases `links:…`; they are skipped when nothing that is linked has changed. */
  async prepare(
    context: OperationContext,
    change: SourceChange,
    view: () => Promise<PlanView>,
  ): Promise<PreparedLinks> {
    return await new LinkRun(this.#options, this.#memory, context, change).prepare(view);
  }

  /** After an operation that did not complete. */
  forget(projectId: string): void {
    this.#memory.forget(projectId);
  }
}
