/** Which project of Azure DevOps a push is for: one lane for its name in any case, its GUID and any connection to it (PU17). */
import type { CallOptions, OpenTarget, TargetProject } from '../tracker.ts';
import { TrackerFailure } from '../tracker.ts';

export interface FoundTarget {
  /** Null when the service could not tell: the push finds out, and says so, in its phase `validate` (PU12). */
  readonly project: TargetProject | null;
  readonly lane: string;
  /** As the target spells it, or as it was asked for. */
  readonly projectName: string;
}

const keptMs = 60_000;
const keptAtMost = 500;

export class TargetProjects {
  readonly #nowMs: () => number;
  readonly #kept = new Map<string, { readonly project: TargetProject; readonly untilMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async find({ tracker }: OpenTarget, nameOrId: string, options: CallOptions): Promise<FoundTarget> {
    const project = await this.#look(tracker, nameOrId, options);
    const name = project?.id ?? nameOrId.toLowerCase();
    return { project, lane: `push:${tracker.organization}:${name}`, projectName: project?.name ?? nameOrId };
  }

  async #look(
    tracker: OpenTarget['tracker'],
    nameOrId: string,
    options: CallOptions,
  ): Promise<TargetProject | null> {
    const key = `${tracker.organization}\0${nameOrId.toLowerCase()}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && kept.untilMs > this.#nowMs()) return kept.project;
    this.#kept.delete(key);
    try {
      const project = await tracker.findProject(nameOrId, options);
      if (this.#kept.size >= keptAtMost) this.#kept.clear();
      this.#kept.set(key, { project, untilMs: this.#nowMs() + keptMs });
      return project;
    } catch (failure) {
      if (failure instanceof TrackerFailure) return null;
      throw failure;
    }
  }
}
