/** Warnings that hold for a whole type of a push: each is said once, however many items it concerns (FM9). */
import type { PushWarning } from '../../../../shared/work-items.ts';

export class Remarks {
  readonly #said = new Map<string, PushWarning>();

  say(warning: PushWarning): void {
    const key = `${warning.code}\n${warning.field ?? ''}\n${warning.message}`;
    if (!this.#said.has(key)) this.#said.set(key, warning);
  }

  list(): readonly PushWarning[] {
    return [...this.#said.values()];
  }
}
